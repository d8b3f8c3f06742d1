#!/usr/bin/env bash
# Install the wheels in clean environments and build quickstart from them, as a user who is not root:
#   bash benchmarks/environments.sh DIRECTORY_WITH_WHEELS OUT PYTHON...
# Prints one row of docs/installation.md for each distribution and Python. Make the wheels with
#   pip wheel . --no-deps -w WHEELS && pip wheel ./reader --no-deps -w WHEELS
set -euo pipefail

wheels=$1 out=$2
shift 2
if [[ $(id -u) == 0 ]]; then
    echo "run this as a user who is not root" >&2
    exit 2
fi
mkdir -p "$out"
cd "$out"

seconds() { # runs a command, and sets `took`
    local start=$EPOCHREALTIME
    "$@" >> log 2>&1
    took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
}

megabytes() { du --summarize --apparent-size --block-size=1000000 "$1" | cut -f 1; }

environment() { # NAME PYTHON WHEEL
    "$2" -m venv --clear "$1"
    local empty installed
    empty=$(megabytes "$1")
    seconds "$1/bin/python" -m pip install --no-cache-dir "$3"
    installed=$took
    "$1/bin/python" -m pip check >> log
    size=$(($(megabytes "$1") - empty))
    version=$("$1/bin/python" -c 'import platform; print(platform.python_version())')
    packages=$("$1/bin/python" -m pip list --format=freeze | grep --count --invert-match -E '^(pip|setuptools|wheel)==')
    row="| $version | $packages | $size MB | $installed s |"
}

for python in "$@"; do
    environment full "$python" "$wheels"/flanbeam-[0-9]*.whl
    # Outside the checkout, so that only what the wheel holds can be imported.
    seconds full/bin/flanbeam build quickstart --out "corpora-$version" --workers 2
    snapshot=$(ls -d "$PWD/corpora-$version"/snapshots/*)
    built=$took
    full/bin/flanbeam verify "$snapshot" >> log
    echo "flanbeam $row $built s |"

    environment reader "$python" "$wheels"/flanbeam_reader-[0-9]*.whl
    seconds reader/bin/python -c "import flanbeam, sys
rows = list(flanbeam.open_snapshot(sys.argv[1])['train'])
assert len(rows) == 480 and all(row['targets'] for row in rows), len(rows)" "$snapshot"
    echo "flanbeam-reader $row $took s |"
    find "corpora-$version" -name '*.tfrecord*' -type f -print0 | sort -z | xargs -0 cat | sha256sum
done
