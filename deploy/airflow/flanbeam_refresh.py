"""Refresh a corpus on a schedule: plan → build → verify → publish. Publishing tells other DAGs.

Nothing but the command is needed. `plan` ends with exit status 10 where there is nothing to do:
then it counts as skipped, and so does all that follows; so does a build that someone else is at
(status 4). A build that failed is tried again and goes on from its finished stages, unless its
configuration or its data are wrong; a snapshot that fails its check is not published, nor checked
again, nor is one tried again that its gates refuse.
"""

import os
import shlex
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Asset
from flanbeam_command import LOCKED, NOTHING_TO_DO, FlanbeamOperator

COMMAND = shlex.quote(os.environ.get("FLANBEAM_COMMAND", "flanbeam"))
RECIPE = shlex.quote(os.environ.get("FLANBEAM_RECIPE", "quickstart"))
STORE = shlex.quote(os.environ.get("FLANBEAM_STORE", "/srv/flanbeam/store"))
CHANNEL = shlex.quote(os.environ.get("FLANBEAM_CHANNEL", "latest"))
# As one writes them after the command: `--workers 8`, or `-- --runner=DataflowRunner …`.
BUILD_OPTIONS = os.environ.get("FLANBEAM_BUILD_OPTIONS", "")
SCHEDULE = os.environ.get("FLANBEAM_SCHEDULE", "0 3 * * *")

CORPUS = Asset("flanbeam_corpus")
SNAPSHOT = "{{ ti.xcom_pull(task_ids='build') }}"

with DAG(
    "flanbeam_refresh",
    description=f"Keep {RECIPE} in {STORE} up to date",
    schedule=SCHEDULE,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
    doc_md=__doc__,
    tags=["flanbeam"],
):
    plan = FlanbeamOperator(
        task_id="plan",
        bash_command=f"{COMMAND} plan --refresh {STORE} {RECIPE}",
        skip_on_exit_code=NOTHING_TO_DO,
    )
    build = FlanbeamOperator(
        task_id="build",
        # Its last line is the snapshot's path, which Airflow keeps for the tasks below.
        bash_command=f"{COMMAND} build {RECIPE} --store {STORE} {BUILD_OPTIONS}".rstrip(),
        skip_on_exit_code=LOCKED,
        execution_timeout=timedelta(hours=24),
    )
    verify = FlanbeamOperator(
        task_id="verify", bash_command=f"{COMMAND} verify '{SNAPSHOT}'", retries=0
    )
    publish = FlanbeamOperator(
        task_id="publish",
        bash_command=f"{COMMAND} publish '{SNAPSHOT}' --channel {CHANNEL}",
        outlets=[CORPUS],
    )
    plan >> build >> verify >> publish
