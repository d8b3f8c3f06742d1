#!/usr/bin/env bash
# Fetch a Flink and Beam's job server for it into a directory, once:
#
#   deploy/flink/fetch.sh FLINK
#
# Needs Python with pip, Maven and their registries. Nothing is installed: Flink's Python packages
# hold its scripts and jars, and beside them an older Beam that must not meet ours.
set -euo pipefail
flink=${1:?usage: fetch.sh DIRECTORY}
version=1.16.3 beam=2.54.0
here=$(cd "$(dirname "$0")" && pwd)
for tool in java mvn; do
    command -v "$tool" > /dev/null || { echo "fetch.sh: needs $tool" >&2; exit 2; }
done
pip=("${PYTHON:-python3}" -m pip --disable-pip-version-check --quiet download --no-deps)

if [[ -e $flink/complete ]]; then
    echo "Flink $version is in $flink"
    exit
fi
mkdir -p "$flink"
# Maven takes a relative directory as one beside pom.xml.
flink=$(cd "$flink" && pwd)
work=$(mktemp -d "$flink/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT

"${pip[@]}" --dest "$work" --only-binary :all: --python-version 3.9 \
    --platform manylinux1_x86_64 "apache-flink==$version"
"${pip[@]}" --dest "$work" "apache-flink-libraries==$version"
mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies \
    -Dflink="${version%.*}" -Dbeam="$beam" -DincludeScope=runtime -DoutputDirectory="$work/job-server"

"${PYTHON:-python3}" -m zipfile -e "$work"/apache_flink-*.whl "$work"
mkdir "$work/libraries"
tar -xzf "$work"/apache-flink-libraries-*.tar.gz -C "$work/libraries" --strip-components=1
cp "$work/libraries/deps/bin/"* "$work/pyflink/bin"
chmod +x "$work"/pyflink/bin/*.sh
# Task managers load Beam themselves, not anew with each job, so that they keep Python workers from
# one stage to the next.
for jar in "$work"/job-server/*.jar; do
    case ${jar##*/} in
        flink-* | slf4j-*) ;;
        *) cp "$jar" "$work/libraries/deps/lib" ;;
    esac
done
cp "$work"/libraries/deps/lib/log4j-*.jar "$work/job-server"

rm -rf "$flink"/{bin,conf,lib,job-server}
mv "$work"/pyflink/{bin,conf} "$work/libraries/deps/lib" "$work/job-server" "$flink"
touch "$flink/complete"
echo "Flink $version with Beam's job server $beam is in $flink"
