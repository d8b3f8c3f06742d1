#!/usr/bin/env bash
# Train on a TPU pod slice: every host runs the same command, `coordinator: auto` finds the others.
#
#   ZONE=us-central2-b TPU=flan SNAPSHOT=gs://b/snap RUN=gs://b/run deploy/tpu/launch.sh flan_t5_xl
#
# Create the slice first, for instance
#   gcloud compute tpus tpu-vm create flan --zone us-central2-b --accelerator-type v4-32 \
#       --version tpu-ubuntu2204-base
# Snapshot and run lie where all hosts can read and write: a mounted bucket (gcsfuse) or NFS.
# A preempted slice sends SIGTERM: all hosts save at the same step; start this again to go on.
set -euo pipefail
: "${ZONE:?}" "${TPU:?}" "${SNAPSHOT:?}" "${RUN:?}"
config=${1:?the name of a training configuration}
shift

on_all_hosts() { gcloud compute tpus tpu-vm ssh "$TPU" --zone "$ZONE" --worker all --command "$1"; }

# FLANBEAM: what pip installs, a wheel or git+https://….
on_all_hosts "python3.11 -m venv ~/flanbeam && \
    ~/flanbeam/bin/pip install -q '${FLANBEAM:?}' 'jax[tpu]'"
on_all_hosts "~/flanbeam/bin/flanbeam train $config --snapshot $SNAPSHOT --out $RUN \
    --set coordinator=auto $*"
