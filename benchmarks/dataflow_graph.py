"""What Dataflow's runner makes of the assembly of a large recipe: the sizes of what it would send.

    pip install 'apache-beam[gcp]'
    python -m benchmarks.dataflow_graph [--tasks 1945] [--files 3000]

Nothing is sent, and no account is needed: the calls that reach Google are replaced. Prints JSON:
bytes of the pipeline that would be staged, and of the request for a job.
"""

import argparse
import json
from typing import Any
from unittest import mock

import apache_beam as beam
from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions

from pipelines.building.assemble import assemble
from transforms.job import Job
from transforms.records.record_store import RecordFile
from transforms.settings import CorpusSettings
from transforms.types import Task

_WORK = "gs://some-bucket/store/cache/building/0123456789abcdef/work"
_OPTIONS = (
    "--runner=DataflowRunner",
    "--project=some-project",
    "--region=europe-west4",
    "--temp_location=gs://some-bucket/temp",
    "--staging_location=gs://some-bucket/staging",
    "--sdk_location=container",
    "--number_of_worker_harness_threads=1",
)


class _TranslatedError(Exception):
    """Raised in place of the request."""


def made_up_job(tasks: int, files: int) -> Job:
    """Return a job whose inputs are nowhere: its graph needs no more than their number."""
    names = [f"task{number:04d}_of_some_length" for number in range(tasks)]
    return Job.model_construct(
        tasks=[Task(name=name, source="s", collection="c", family="nli") for name in names],
        files=[
            RecordFile(
                index=number,
                path=f"{_WORK}/{number}",
                source="s",
                collection="c",
                source_rank=0,
                records=10_000,
            )
            for number in range(files)
        ],
        settings=CorpusSettings(),  # type: ignore[call-arg]
    )


def translated_sizes(job: Job) -> dict[str, int]:
    """Return the bytes of each file that would be staged, and of the request."""
    from apache_beam.runners.dataflow.internal.apiclient import DataflowApplicationClient as Client

    sizes: dict[str, int] = {}

    def begin(self: Any, *_: object, **__: object) -> None:
        self._sdk_image_overrides, self.environment_version = {}, None

    def stage(_self: Any, _place: str, name: str, stream: Any, *_: object, **__: object) -> None:
        sizes[name] = len(stream.read())

    def submit(_self: Any, request: Any) -> None:
        sizes["request"] = len(request.json())
        raise _TranslatedError

    with (
        mock.patch.object(
            GoogleCloudOptions, "_handle_temp_and_staging_locations", return_value=[]
        ),
        mock.patch.object(Client, "__init__", begin),
        mock.patch.object(Client, "_stage_resources", return_value=[]),
        mock.patch.object(Client, "stage_file_with_retry", stage),
        mock.patch.object(Client, "submit_job_description", submit),
    ):
        pipeline = beam.Pipeline(options=PipelineOptions(list(_OPTIONS)))
        assemble(pipeline, _WORK, job, carrier="shuffle")
        try:
            pipeline.run()
        except _TranslatedError:
            return sizes
    raise AssertionError("the runner asked for no job")


def main() -> None:
    """Translate one graph and print the sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=1945)
    parser.add_argument("--files", type=int, default=3000)
    arguments = parser.parse_args()
    sizes = translated_sizes(made_up_job(arguments.tasks, arguments.files))
    print(json.dumps({"tasks": arguments.tasks, "files": arguments.files} | sizes))


if __name__ == "__main__":
    main()
