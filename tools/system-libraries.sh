#!/bin/sh
# Make sure that this machine has the system libraries and programs that Annexe needs, group by group:
#
#   tools/system-libraries.sh GROUP...
#
#   python    a Python that can make virtual environments
#   render    the libraries that WeasyPrint loads: Pango, HarfBuzz, Fontconfig
#   test      the second opinions that the tests ask: poppler's and qpdf's programs, ShellCheck, another clock
#   browser   Chromium
#   nightly   systemd's own judge of its units
#   java      a JDK and Maven, for veraPDF
#   wordpress PHP and MariaDB's server, for the tests that start a WordPress (which tools/wordpress.sh fetches)
#   go        Go, for actionlint
#
# What is there is told by trying it, with the very Python in $PYTHON (python3 unless set), not by asking dpkg.
# What is missing is installed with apt-get, as root or through a sudo that asks no password. Where neither can be,
# one line says what to run. Exit codes: 0 all is there, 1 something is missing still, 2 no such group.
set -eu

python=${PYTHON:-python3}
patience=300 # seconds to wait for another program that is installing packages

say() { printf '%s\n' "$*" >&2; }

# Print the packages of group $1 that are missing, one a line.
missing_of() {
    case $1 in
    python) missing_python ;;
    render) missing_libraries ;;
    test)
        command -v pdftotext >/dev/null || echo poppler-utils
        command -v qpdf >/dev/null || echo qpdf
        command -v shellcheck >/dev/null || echo shellcheck
        command -v faketime >/dev/null || echo faketime
        ;;
    browser)
        command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
            command -v google-chrome >/dev/null || echo chromium
        # Playwright drives the browser with a Node.js of its own, which loads this.
        "$python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || echo libatomic1
        ;;
    nightly)
        command -v systemd-analyze >/dev/null || echo systemd
        ;;
    java)
        command -v javac >/dev/null || echo default-jdk-headless
        command -v mvn >/dev/null || echo maven
        ;;
    wordpress) missing_wordpress ;;
    go)
        command -v go >/dev/null || echo golang-go
        ;;
    *)
        say "tools/system-libraries.sh: no group '$1'; the groups are python, render, test, browser, nightly, java, wordpress and go"
        exit 2
        ;;
    esac
}

# Debian keeps the making of virtual environments in a package of its own, named after the version.
missing_python() {
    if ! command -v "$python" >/dev/null; then
        printf '%s\n' python3 python3-venv
    elif ! "$python" -I -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

# The names are those that WeasyPrint 70 opens (weasyprint/text/ffi.py). HarfBuzz's subsetter is optional there, but
# without it fonts are cut by a slower way and the bytes differ. GObject has two package names; Pango brings it along.
missing_libraries() {
    if ! command -v "$python" >/dev/null; then
        say "tools/system-libraries.sh: no program '$python' to load the libraries with; set PYTHON"
        exit 1
    fi
    "$python" -I -S - <<'END'
import ctypes

LIBRARIES = (
    ("libgobject-2.0.so.0", "libpango-1.0-0"),
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("libharfbuzz.so.0", "libharfbuzz0b"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    ("libfontconfig.so.1", "libfontconfig1"),
)
missing = []
for library, package in LIBRARIES:
    try:
        ctypes.CDLL(library)
    except OSError:
        missing.append(package)
print("\n".join(dict.fromkeys(missing)))
END
}

# The server's program lies where only root's PATH leads on some systems. Nothing here starts a service by itself.
missing_wordpress() {
    if ! command -v php >/dev/null; then
        printf '%s\n' php-cli php-mysql
    elif ! php -r 'exit(extension_loaded("mysqli") ? 0 : 1);' 2>/dev/null; then
        echo php-mysql
    fi
    PATH=$PATH:/usr/sbin command -v mariadbd >/dev/null || echo mariadb-server-core
}

# Print the missing packages of all groups on one line.
missing_of_all() {
    found=
    for group in "$@"; do
        packages=$(missing_of "$group") || exit
        found="$found $packages"
    done
    # The shell's own splitting turns lines and runs of blanks into single blanks.
    # shellcheck disable=SC2086
    set -- $found
    echo "$*"
}

# Run apt-get as root. Another apt-get may hold the lists of packages, for which apt itself doesn't wait.
apt() {
    waited=0
    until $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get --quiet --yes --option "DPkg::Lock::Timeout=$patience" "$@" >"$log" 2>&1 </dev/null; do
        grep -q 'Could not get lock' "$log" && [ "$waited" -lt "$patience" ] || return 1
        sleep 5
        waited=$((waited + 5))
    done
}

# Install the packages; the lists are fetched only when they lack one, or point to files that are gone.
install_packages() {
    apt install --no-install-recommends "$@" ||
        { apt update && apt install --no-install-recommends "$@"; }
}

missing=$(missing_of_all "$@")
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    say "This machine lacks what Debian's packages $missing hold; install them with its own package manager"
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    say "This machine lacks some packages; run: sudo apt-get update && sudo apt-get install --yes --no-install-recommends $missing"
    exit 1
fi

say "setting up: installing $missing with apt-get"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# One package a word.
# shellcheck disable=SC2086
if ! install_packages $missing; then
    tail -n 20 "$log" >&2
    say "apt-get could not install $missing: see above; mend that, then run the same command again"
    exit 1
fi

missing=$(missing_of_all "$@")
if [ -n "$missing" ]; then
    say "$missing installed, but '$python' still can't use what it holds; try PYTHON=/usr/bin/python3"
    exit 1
fi
