#!/usr/bin/env bash
# End what start.sh started; nothing happens where nothing runs.
#
#   deploy/flink/stop.sh RUN
set -euo pipefail
run=$(realpath -m "${1:?usage: stop.sh RUN}")
rm -f "$run/options"

for file in "$run"/pid/*; do
    [[ -e $file ]] || continue
    # Flink's scripts write a line for each process of a kind.
    while read -r process; do
        grep -qs -e "org.apache" -e "transforms.worker" "/proc/$process/cmdline" && kill "$process" || true
    done < "$file"
    while read -r process; do
        for _ in $(seq 20); do
            grep -qs -e "org.apache" -e "transforms.worker" "/proc/$process/cmdline" || continue 2
            sleep 0.5
        done
        kill -9 "$process" 2>/dev/null || true
    done < "$file"
    rm -f "$file"
done
