#!/bin/sh
# Pushes to and pulls from a real server that speaks S3, on this machine only, with real rclone:
# what is sent arrives, nothing is sent twice, what is damaged there is noticed and mended, and no
# credential is kept.
#
#   NLPIPE   the program to test (default: bin/nlpipe)
set -eu
cd "$(dirname "$0")/.."
nlpipe=$(readlink -f "${NLPIPE:-bin/nlpipe}")
if ! command -v rclone >/dev/null; then
    echo "s3.sh: skipped, rclone is not installed: apt-get install rclone"
    exit 0
fi
server=$(sh scripts/peer-s3.sh)

work=$(mktemp -d)
pid=""
# shellcheck disable=SC2064
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
fail() {
    echo "s3.sh: $1" >&2
    exit 1
}

port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$server" -H 127.0.0.1 -p "$port" >"$work/server.log" 2>&1 &
pid=$!
export RCLONE_CONFIG=/dev/null AWS_ACCESS_KEY_ID=id-of-a-key AWS_SECRET_ACCESS_KEY=very-secret
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
unset AWS_CA_BUNDLE
python3 - "$port" <<'PYTHON' || fail "the server does not answer"
import socket, sys, time
for _ in range(600):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()
        break
    except OSError:
        time.sleep(0.1)
else:
    sys.exit(1)
PYTHON

mkdir "$work/project"
cd "$work/project"
cat >pipeline.yml <<'YAML'
stages:
  many:
    cmd: mkdir -p many && for i in $(seq 1 300); do echo $i > many/$i; done
    outs: [many]
  one:
    cmd: cat many/* > one.txt
    deps: [many]
    outs: [one.txt]
YAML
git init -q .
"$nlpipe" init >/dev/null
"$nlpipe" repro -q
"$nlpipe" remote add -d store s3://bucket/some/path
"$nlpipe" remote modify store endpointurl "http://127.0.0.1:$port"
git add .
git -c user.name=t -c user.email=t@example.org commit -qm one
new=$("$nlpipe" status -c | grep -c '^	new: ')
[ "$new" = 302 ] || fail "$new objects are new to an empty server, not 302"
# 300 files, their folder's list, and the file.
[ "$("$nlpipe" push)" = "302 files pushed" ] || fail "not everything was pushed"
[ "$("$nlpipe" push)" = "Everything is up to date." ] || fail "a second push sent something"
[ "$("$nlpipe" status -c)" = "Cache and remote 'store' are in sync." ] ||
    fail "what was pushed is not there"
if grep -rq very-secret .; then fail "a credential was kept"; fi

git clone -q . "$work/clone"
cd "$work/clone"
# The list of a folder is not named beside its files.
[ "$("$nlpipe" status -c --json | tr ',' '\n' | grep -c '":"deleted"')" = 301 ] ||
    fail "a clone does not see what it could fetch"
"$nlpipe" pull >/dev/null
[ "$("$nlpipe" status -c --json)" = "{}" ] || fail "after a pull something is missing"
cmp one.txt "$work/project/one.txt"
diff -r many "$work/project/many"
[ "$("$nlpipe" repro | tail -n 1)" = "everything is up to date" ] || fail "a clone had to run something"

object=$(cd "$work/project/.nlpipe/cache" && find objects -type f -size -2c -o -type f -size -3c | head -n 1)
echo damaged >"$work/damaged"
RCLONE_S3_PROVIDER=Other RCLONE_S3_ENV_AUTH=true RCLONE_S3_ENDPOINT="http://127.0.0.1:$port" \
    rclone copyto "$work/damaged" ":s3:bucket/some/path/$object"
rm -rf .nlpipe/cache
if "$nlpipe" fetch >/dev/null 2>"$work/error"; then fail "damage was not noticed"; fi
grep -q "$object" "$work/error" || fail "the damaged object is not named"
cd "$work/project"
[ "$("$nlpipe" push --verify)" = "1 file pushed" ] || fail "the remote was not mended"
cd "$work/clone"
"$nlpipe" fetch >/dev/null || fail "the mended remote is still refused"

# A project of DVC: runs go there too, and another clone need not run what was made before.
mkdir "$work/dvc"
cd "$work/dvc"
mkdir .dvc
cat >.dvc/config <<INI
[core]
    remote = store
['remote "store"']
    url = s3://bucket/dvc
    endpointurl = http://127.0.0.1:$port
INI
printf '/cache\n/tmp\n' >.dvc/.gitignore
cat >dvc.yaml <<'YAML'
stages:
  one:
    cmd: cp raw.txt one.txt && echo ran >> ran.txt
    deps: [raw.txt]
    outs: [one.txt]
YAML
printf '/one.txt\n/ran.txt\n' >.gitignore
git init -q .
for text in first second; do
    echo $text >raw.txt
    "$nlpipe" repro -q
    "$nlpipe" push --json | grep -q '"runs":1' || fail "the run of a project of DVC was not pushed"
done
git add .
git -c user.name=t -c user.email=t@example.org commit -qm one
git clone -q . "$work/dvc-clone"
cd "$work/dvc-clone"
"$nlpipe" pull --json | grep -q '"runs":1' || fail "the run of a project of DVC was not fetched"
echo first >raw.txt
"$nlpipe" repro -q --pull
[ "$(cat one.txt)" = first ] && [ ! -e ran.txt ] || fail "what another clone made had to run again"
echo "s3.sh: 302 objects went to a server that speaks S3 and came back"
