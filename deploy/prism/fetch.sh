#!/usr/bin/env bash
# Build Prism, Beam's portable runner, into a directory, once for each version of Beam:
#
#   deploy/prism/fetch.sh DIRECTORY
#
# Needs Go and its proxy of modules, and in PYTHON (python3) the apache-beam whose version it takes.
set -euo pipefail
prism=${1:?usage: fetch.sh DIRECTORY}
command -v go > /dev/null || { echo "fetch.sh: needs go" >&2; exit 2; }
version=$("${PYTHON:-python3}" -c \
    'import importlib.metadata; print(importlib.metadata.version("apache-beam"))')

if [[ -x $prism/prism && $(cat "$prism/version" 2> /dev/null) == "$version" ]]; then
    echo "Prism $version is in $prism"
    exit
fi
mkdir -p "$prism"
prism=$(cd "$prism" && pwd)
rm -f "$prism/version"
# From outside of any module of Go: the version is the one that is named.
(cd "$prism" && GOBIN=$prism go install "github.com/apache/beam/sdks/v2/go/cmd/prism@v$version")
echo "$version" > "$prism/version"
echo "Prism $version is in $prism"
