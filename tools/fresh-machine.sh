#!/bin/sh
# Try what a newcomer does, on a machine that has next to nothing: make a minimal Debian in a folder, clone what is
# committed here into it, and run `make`, `make` again and `make test`, nothing else.
#
#   sudo tools/fresh-machine.sh FOLDER [SUITE [MIRROR]]
#
# SUITE is bookworm (Debian 12) unless said; MIRROR is the one that this machine's apt uses. The new machine has git,
# make, python3, python3-venv and ca-certificates beside Debian's smallest set. It reaches packages the way that this
# one does: apt's and pip's configuration, certificates and proxies are handed on. Needs root and debootstrap.
# FOLDER keeps the bare system (SUITE.tar, used again) and the machine as it was left (SUITE/root/annexe/build).
set -eu

fail() {
    echo "tools/fresh-machine.sh: $*" >&2
    exit 1
}

[ $# -ge 1 ] || fail "say which folder to make the machine in"
[ "$(id -u)" -eq 0 ] || fail "only root can make a machine in a folder; use sudo"
command -v debootstrap >/dev/null || fail "debootstrap is missing; run: apt-get install debootstrap"

checkout=$(cd "$(dirname "$0")/.." && pwd -P)
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
suite=${2:-bookworm}
# apt-get fills in $(SITE), not the shell.
# shellcheck disable=SC2016
mirror=${3:-$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep '/debian/*$' | head -n 1)}
base=$folder/$suite.tar
machine=$folder/$suite

if [ ! -e "$base" ]; then
    echo "== making a bare $suite"
    rm -rf "$machine"
    # An empty mirror leaves debootstrap its own.
    debootstrap --variant=minbase --include=git,make,python3,python3-venv,ca-certificates \
        "$suite" "$machine" ${mirror:+"$mirror"} >"$folder/debootstrap.log" 2>&1 ||
        { tail -n 20 "$folder/debootstrap.log" >&2 && fail "debootstrap failed, see above"; }
    tar -C "$machine" --one-file-system -cf "$base.part" .
    mv "$base.part" "$base"
fi

rm -rf "$machine"
mkdir "$machine"
tar -C "$machine" -xf "$base"

# The way to the network.
cp /etc/resolv.conf /etc/hosts "$machine/etc/"
apt-config dump Acquire | grep -E '^Acquire::(https?|Check|Max|Retries)' >"$machine/etc/apt/apt.conf.d/90network" || true
if [ -e /etc/pip.conf ]; then cp /etc/pip.conf "$machine/etc/"; fi
if [ -d "${PIP_FIND_LINKS:-}" ]; then
    mkdir -p "$machine$PIP_FIND_LINKS"
    cp -R "$PIP_FIND_LINKS/." "$machine$PIP_FIND_LINKS"
fi
for certificate in /usr/local/share/ca-certificates/*.crt; do
    [ ! -e "$certificate" ] || cp "$certificate" "$machine/usr/local/share/ca-certificates/"
done

branch=$(git -C "$checkout" symbolic-ref --quiet HEAD || true)
git -C "$checkout" bundle create --quiet "$machine/srv/annexe.bundle" HEAD ${branch:+"$branch"}

cat >"$machine/srv/newcomer" <<'END'
set -eu
update-ca-certificates >/dev/null 2>&1
cd
timed() {
    echo "== $*"
    start=$(date +%s)
    "$@"
    echo "== $*: $(($(date +%s) - start)) s"
}
timed git clone --quiet /srv/annexe.bundle annexe
cd annexe
timed make
timed make
timed make test
ls -l build/*/*.pdf
END

# Its own mounts and processes, which all end with it. Of the environment only the way to the network is handed on.
set -- HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "TERM=${TERM:-dumb}"
for variable in $(env | sed -n 's/^\(\(PIP_\|UV_\|SSL_CERT_\)[A-Z_]*\|[A-Za-z]*_[Pp][Rr][Oo][Xx][Yy]\)=.*/\1/p'); do
    set -- "$@" "$variable=$(printenv "$variable")"
done
# What stands in quotes is for the shell inside.
# shellcheck disable=SC2016
exec unshare --mount --pid --fork --kill-child sh -eu -c '
    machine=$1
    shift
    mount -t proc proc "$machine/proc"
    mount -t tmpfs tmpfs "$machine/dev/shm"
    exec chroot "$machine" env -i "$@" sh /srv/newcomer
' sh "$machine" "$@"
