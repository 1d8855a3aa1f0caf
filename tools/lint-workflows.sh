#!/bin/sh
# Have actionlint judge the workflows of GitHub Actions: their expressions, their actions' inputs, their scripts.
#
#   tools/lint-workflows.sh
#
# actionlint is built once, from the Go module proxy, and kept in the cache folder of whoever runs this, by its version.
# This version is the newest that the Go of Debian 12 builds. Exit codes: 0 all is well, 1 something is not.
set -eu

cd "$(dirname "$0")/.."
version=v1.7.7
folder=${XDG_CACHE_HOME:-$HOME/.cache}/annexe/actionlint-$version

if [ ! -x "$folder/actionlint" ]; then
    tools/system-libraries.sh go
    mkdir -p "$folder"
    echo "setting up: building actionlint $version" >&2
    # Go writes the program under its final name only once it is whole.
    said=$(GOBIN=$folder go install "github.com/rhysd/actionlint/cmd/actionlint@$version" 2>&1) ||
        { echo "$said" >&2 && echo "tools/lint-workflows.sh: actionlint can't be built, see above" >&2 && exit 1; }
fi

"$folder/actionlint" .github/workflows/*.yml
echo "$(find .github/workflows -name '*.yml' | wc -l) workflows: actionlint $version finds nothing wrong"
