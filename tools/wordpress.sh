#!/bin/sh
# Make sure that a WordPress lies on this machine for the tests, and print the folder that it lies in:
#
#   tools/wordpress.sh
#
# It is Debian's own package, fetched with apt-get and unpacked, never installed: installing it would bring a web server
# and a database along and set both up. It is kept by its version in .cache/wordpress. Where apt has no lists of packages
# yet, they are fetched first, as root or through a sudo that asks no password.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# Print the version that apt would fetch; nothing where it knows of none.
candidate() {
    apt-cache policy wordpress 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

cache=$PWD/.cache/wordpress
# The last one that was unpacked serves where apt can't be asked.
kept() {
    for tree in "$cache"/*/usr/share/wordpress; do
        [ -e "$tree/wp-load.php" ] && found=$tree
    done
    [ -n "${found:-}" ] && echo "$found"
}

if ! command -v apt-get >/dev/null; then
    kept && exit 0
    say "This machine has no apt-get to fetch WordPress with; unpack Debian's package below .cache/wordpress/VERSION"
    exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    as_root=false
fi

version=$(candidate)
tree=$cache/$version/usr/share/wordpress
if [ -n "$version" ] && [ -e "$tree/wp-load.php" ]; then
    echo "$tree"
    exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/unpacking.XXXXXX")
trap 'rm -rf "$work"' EXIT
# apt-get fetches as a user of its own where root asks, which must reach the folder.
chmod 755 "$work"

fetch() { (cd "$work" && apt-get --quiet download wordpress >log 2>&1); }

if [ -z "$version" ] || ! fetch; then
    $as_root apt-get --quiet update >"$work/log" 2>&1 || true
    version=$(candidate)
    tree=$cache/$version/usr/share/wordpress
    if [ -z "$version" ] || ! fetch; then
        tail -n 5 "$work/log" >&2
        kept && exit 0
        say "apt-get could not fetch WordPress; run: sudo apt-get update"
        exit 1
    fi
fi
mkdir "$work/tree"
dpkg-deb --extract "$work"/wordpress_*.deb "$work/tree"
# Renamed into its place whole: a run that was cut off leaves nothing that looks finished. Another run may be first.
mv -T "$work/tree" "$cache/$version" 2>/dev/null || [ -e "$tree/wp-load.php" ]
echo "$tree"
