#!/bin/sh
# Remake the lock files from pyproject.toml, or say whether they are what it asks for:
#
#   tools/lock.sh            remake them; what is locked stays where pyproject.toml allows it
#   tools/lock.sh upgrade    remake them with the newest releases that pyproject.toml allows
#   tools/lock.sh check      change nothing; fail where remaking would change something
#
# requirements.lock holds what it takes to set Annexe up and run it, requirements-dev.lock what working on it takes
# besides, requirements-bench.lock what it is measured against besides, requirements-cluster.lock what building past one
# machine takes, all in the same versions. They are for CPython 3.11 and newer on any platform, and name no index: uv
# takes the one that pip is configured with. Needs the network, and uv: the locked one, or where there is no .venv, any.
set -eu

cd "$(dirname "$0")/.."
mode=${1:-remake}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

case $mode in
remake | check)
    cp requirements.lock requirements-dev.lock requirements-bench.lock requirements-cluster.lock "$made" 2>/dev/null || true
    ;;
upgrade) ;;
*)
    echo "tools/lock.sh: there is no '$mode'; say nothing, upgrade or check" >&2
    exit 2
    ;;
esac

if [ -x .venv/bin/uv ]; then uv=.venv/bin/uv; else uv=uv; fi
if [ -x .venv/bin/python ]; then python=.venv/bin/python; else python=python3; fi

index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then export UV_DEFAULT_INDEX="$index"; fi

# compile LOCK ARGUMENT...
compile() {
    lock=$1
    shift
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --only-binary :all: --no-emit-index-url --custom-compile-command 'make lock' \
        --output-file "$made/$lock" "$@"
}

compile requirements.lock --group build
compile requirements-dev.lock --group build --group dev --constraint "$made/requirements.lock"
compile requirements-bench.lock --group build --group dev --group bench --constraint "$made/requirements-dev.lock"
compile requirements-cluster.lock --group build --extra cluster --constraint "$made/requirements-bench.lock"
# That a version is constrained is noted with a path of this run; the files agree, so nothing is lost without.
for lock in requirements-dev.lock requirements-bench.lock requirements-cluster.lock; do
    sed '/^    #   -c /d' "$made/$lock" >"$made/noted"
    mv "$made/noted" "$made/$lock"
done

for lock in requirements.lock requirements-dev.lock requirements-bench.lock requirements-cluster.lock; do
    if [ "$mode" != check ]; then
        cp "$made/$lock" "$lock"
    elif ! diff -u --label "$lock" --label "$lock, made anew" "$lock" "$made/$lock"; then
        echo "$lock is not what pyproject.toml asks for (the difference is above); run: make lock" >&2
        exit 1
    fi
done
