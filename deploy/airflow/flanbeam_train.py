"""Train on a corpus as soon as a new snapshot of it is published (flanbeam_refresh.py).

A run that was stopped or failed is tried again under the same name, and goes on from its newest
checkpoint; one whose configuration or data are wrong (exit status 2, 3) is not.
"""

import os
import shlex
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Asset
from flanbeam_command import FlanbeamOperator

COMMAND = shlex.quote(os.environ.get("FLANBEAM_COMMAND", "flanbeam"))
CONFIG = shlex.quote(os.environ.get("FLANBEAM_CONFIG", "quickstart"))
STORE = os.environ.get("FLANBEAM_STORE", "/srv/flanbeam/store")
SNAPSHOT = shlex.quote(f"{STORE}@{os.environ.get('FLANBEAM_CHANNEL', 'latest')}")
RUNS = shlex.quote(os.environ.get("FLANBEAM_RUNS", "/srv/flanbeam/runs"))

RUN = f"{RUNS}/'{{{{ run_id | replace(':', '') }}}}'"

with DAG(
    "flanbeam_train",
    description=f"Train {CONFIG} on each new snapshot",
    schedule=[Asset("flanbeam_corpus")],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
    doc_md=__doc__,
    tags=["flanbeam"],
):
    FlanbeamOperator(
        task_id="train",
        bash_command=f"{COMMAND} train {CONFIG} --snapshot {SNAPSHOT} --out {RUN}",
    )
