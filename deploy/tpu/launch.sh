#!/usr/bin/env bash
# Train on a TPU pod slice: every host runs the same command, `coordinator: auto` finds the others.
#
#   ZONE=us-central2-b TPU=flan FLANBEAM=git+https://… SNAPSHOT=/gcs/snap RUN=/gcs/run \
#       deploy/tpu/launch.sh flan_t5_xl
#
# Create the slice first, for instance
#   gcloud compute tpus tpu-vm create flan --zone us-central2-b --accelerator-type v4-32 \
#       --version tpu-ubuntu2204-base
# and mount the disk with the snapshot and the run on all hosts under one path: NFS, or a bucket
# through gcsfuse. FLANBEAM is what pip installs: a wheel there, or git+https://….
# Training outlives the connection; its output is in ~/flanbeam.log on each host. A slice that is
# taken away sends SIGTERM: all hosts save at the same step. Start this again to go on.
set -euo pipefail
: "${ZONE:?}" "${TPU:?}" "${FLANBEAM:?}" "${SNAPSHOT:?}" "${RUN:?}"
config=${1:?the name of a training configuration}
shift

on_all_hosts() { gcloud compute tpus tpu-vm ssh "$TPU" --zone "$ZONE" --worker all --command "$1"; }

# Ubuntu 22.04 brings Python 3.10.
on_all_hosts "command -v python3.11 > /dev/null || {
    sudo apt-get update -q && sudo apt-get install -yq python3.11-venv; }
python3.11 -m venv ~/flanbeam && ~/flanbeam/bin/pip install -q ${FLANBEAM@Q} 'jax[tpu]'"

arguments=(train "$config" --snapshot "$SNAPSHOT" --out "$RUN" --set coordinator=auto "$@")
# The log is there before it is followed.
on_all_hosts ": > ~/flanbeam.log
nohup ~/flanbeam/bin/flanbeam ${arguments[*]@Q} >> ~/flanbeam.log 2>&1 &
tail -n +1 --pid \$! -f ~/flanbeam.log; wait \$!"
