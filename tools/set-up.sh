#!/bin/sh
# Make .venv hold precisely what the lock files say, and say nothing where it does already.
#
#   tools/set-up.sh            what building attachments needs: requirements.lock
#   tools/set-up.sh dev        what working on Annexe needs besides: requirements-dev.lock
#   tools/set-up.sh bench      what it is measured against besides: requirements-bench.lock
#   tools/set-up.sh cluster    what building past one machine needs besides: requirements-cluster.lock
#
# PYTHON names the interpreter to use; without it, what .venv was made with stays; a new one is made with the
# first of python3, python3.14, … that is new enough. pip's own configuration (an index, a proxy) holds.
#
# What is done is remembered in stamps, named by the content of what they stand for: a changed lock file, a moved
# checkout or another Python has another name. A .venv that is not what it should be is made anew, never mended:
# so nothing stays in it that the lock files lack. Downloads are not lost, pip keeps them. What a cluster needs stays
# wanted once it was: a nightly build that uses one goes on doing so after an update.
set -eu

cd "$(dirname "$0")/.."
checkout=$(pwd -P)
venv=$checkout/.venv
stamps=$venv/stamps
log=$venv/set-up.log
mode=${1:-run}

say() { printf 'setting up: %s\n' "$*" >&2; }
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

case $mode in
run | cluster) groups=render ;;
dev) groups='render test browser nightly' ;;
bench) groups='render test browser nightly' ;;
*) fail "tools/set-up.sh: there is no '$mode' to set up; say nothing, dev, bench or cluster" ;;
esac

digest() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c 1-32
}

# Print what tells the interpreter $1 from others: version and place. Nothing where it doesn't run.
identity_of() {
    "$1" -I -S -c 'import sys; print(sys.implementation.cache_tag, sys.base_prefix)' 2>/dev/null || true
}

is_new_enough() {
    "$1" -I -S -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Print the interpreter to make .venv with, or nothing.
choose_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

# Say which stamps there should be, given what .venv holds now. Only what the package is installed from counts of
# pyproject.toml: a setting under [tool.annexe] sets nothing up again.
name_stamps() {
    identity=$(identity_of "$venv/bin/python")
    if [ -n "${PYTHON:-}" ] && [ "$identity" != "$(identity_of "$PYTHON")" ]; then identity=; fi
    place="$checkout $identity"
    run_stamp=$stamps/run-$({ echo "$place"; cat requirements.lock; } | digest)
    dev_stamp=$stamps/dev-$({ echo "$place"; cat requirements-dev.lock; } | digest)
    bench_stamp=$stamps/bench-$({ echo "$place"; cat requirements-bench.lock; } | digest)
    cluster_stamp=$stamps/cluster-$({ echo "$place"; cat requirements-cluster.lock; } | digest)
    package_stamp=$stamps/package-$({
        echo "$place"
        awk '/^\[/ { tool = /^\[+tool\./ } !tool' pyproject.toml
    } | digest)
}

is_developing() { [ "$mode" = dev ] || [ "$mode" = bench ]; }

is_cluster_wanted() {
    [ "$mode" = cluster ] && return
    for stamp in "$stamps"/cluster-*; do [ ! -e "$stamp" ] || return 0; done
    return 1
}

is_set_up() {
    [ -n "$identity" ] && [ ! -e "$stamps/unfinished" ] && [ -e "$run_stamp" ] && [ -e "$package_stamp" ] &&
        { ! is_developing || [ -e "$dev_stamp" ]; } && { [ "$mode" != bench ] || [ -e "$bench_stamp" ]; } &&
        { ! is_cluster_wanted || [ -e "$cluster_stamp" ]; }
}

# Tell whether what is missing can be added to .venv: it was never left half filled, nor filled from another lock.
can_be_added_to() {
    [ -n "$identity" ] && [ ! -e "$stamps/unfinished" ] && [ -e "$run_stamp" ] || return 1
    for stamp in "$stamps"/dev-*; do
        ! is_developing || [ ! -e "$stamp" ] || [ "$stamp" = "$dev_stamp" ] || return 1
    done
    for stamp in "$stamps"/cluster-*; do
        [ ! -e "$stamp" ] || [ "$stamp" = "$cluster_stamp" ] || return 1
    done
    for stamp in "$stamps"/bench-*; do
        ! is_developing || [ ! -e "$stamp" ] || [ "$stamp" = "$bench_stamp" ] || return 1
    done
}

# Say $1 and run the rest; what it prints goes to the log, whose end is shown where it fails.
quietly() {
    say "$1"
    shift
    printf '\n$ %s\n' "$*" >>"$log"
    "$@" >>"$log" 2>&1 </dev/null && return
    tail -n 30 "$log" >&2
    fail "Setting up failed: see above, or the whole of .venv/set-up.log; mend that, then run make again"
}

# Check, and mend where that can be, what the system has for the interpreter $1; $2 is one more group.
check_machine() {
    # One group a word.
    # shellcheck disable=SC2086
    PYTHON=$1 tools/system-libraries.sh ${2:-} $groups
}

fail_for_want_of_python() {
    version=$("$1" -I -c 'import sys; print("is Python %d.%d" % sys.version_info[:2])' 2>/dev/null) ||
        version="does not run"
    fail "Annexe needs Python 3.11 or newer, and $1 $version here; name another, for example: make PYTHON=python3.12"
}

# Choose an interpreter, and have the machine made ready for it and for what will run on it.
prepare_machine() {
    python=$(choose_python)
    if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && ! command -v python3 >/dev/null; then
        tools/system-libraries.sh python
        python=$(choose_python)
    fi
    [ -n "$python" ] || fail_for_want_of_python "${PYTHON:-python3}"
    check_machine "$python" python
}

make_environment() {
    rm -rf "$venv"
    mkdir -p "$stamps"
    touch "$stamps/unfinished"
    quietly "making .venv with $("$python" -I -V)" "$python" -m venv "$venv"
}

pip() {
    PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$venv/bin/python" -m pip "$@"
}

# Only wheels whose sha256 the lock file holds: nothing that is downloaded is run while it is installed.
install_lock() {
    touch "$stamps/unfinished"
    quietly "installing what $1 pins" \
        pip install --require-hashes --no-deps --only-binary :all: --no-compile --requirement "$1"
    packages=$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    quietly "compiling them" "$venv/bin/python" -m compileall -q -j 0 "$packages"
}

install_package() {
    touch "$stamps/unfinished"
    rm -f "$stamps"/package-*
    quietly "installing annexe" pip install --no-deps --no-build-isolation --editable .
    touch "$package_stamp"
}

set_up() {
    if is_cluster_wanted; then cluster=wanted; else cluster=; fi
    if can_be_added_to; then
        check_machine "$venv/bin/python"
    else
        prepare_machine
        make_environment
        name_stamps
    fi
    if [ "$mode" = bench ] && [ ! -e "$bench_stamp" ]; then
        install_lock requirements-bench.lock
    elif [ "$mode" = dev ] && [ ! -e "$dev_stamp" ]; then
        install_lock requirements-dev.lock
    elif [ ! -e "$run_stamp" ]; then
        install_lock requirements.lock
    fi
    if [ -n "$cluster" ] && [ ! -e "$cluster_stamp" ]; then install_lock requirements-cluster.lock; fi
    [ -e "$package_stamp" ] || install_package
    # Each lock holds all of the one before it.
    touch "$run_stamp"
    ! is_developing || touch "$dev_stamp"
    [ "$mode" != bench ] || touch "$bench_stamp"
    [ -z "$cluster" ] || touch "$cluster_stamp"
    rm -f "$stamps/unfinished"
}

name_stamps
if is_set_up; then
    check_machine "$venv/bin/python"
else
    # Another make may be setting up; the folder itself is the lock.
    exec 9<"$checkout"
    if command -v flock >/dev/null; then flock 9; fi
    name_stamps
    is_set_up || set_up
fi
