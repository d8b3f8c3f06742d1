#!/usr/bin/env bash
# Train on machines without a scheduler: run this on each, with its number.
#
#   SNAPSHOT=/shared/snap RUN=/shared/run NODE=0 NODES=2 HEAD=10.0.0.1:7000 \
#       deploy/gpu/two_nodes.sh flan_t5_large
#
# One process a machine, which holds all of its GPUs. HEAD is machine 0 and a free port on it. The
# snapshot and the run lie on a shared disk. SIGTERM on any machine saves and ends all of them; the
# same commands go on.
set -euo pipefail
: "${SNAPSHOT:?}" "${RUN:?}" "${NODE:?}" "${NODES:?}" "${HEAD:?}"
config=${1:?the name of a training configuration}
shift

export FLANBEAM_COORDINATOR=$HEAD FLANBEAM_PROCESSES=$NODES FLANBEAM_PROCESS_ID=$NODE
exec flanbeam train "$config" --snapshot "$SNAPSHOT" --out "$RUN" "$@"
