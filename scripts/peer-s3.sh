#!/bin/sh
# Installs the server that speaks S3, with which remotes are tested, outside the checkout, once per
# list of packages, and prints its path: scripts/environment.sh says where.
set -eu
cd "$(dirname "$0")/.."
place=$(sh scripts/environment.sh s3 Tests/Fixtures/s3/requirements)
printf '%s\n' "$place/bin/moto_server"
