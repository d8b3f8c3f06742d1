"""Which runner a pipeline gets, and how its failures reach the user."""

import errno
from functools import partial

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import DirectOptions, StandardOptions

from pipelines.running import RunnerOptions, run_pipeline
from tfrecords_schema.errors import ConfigurationError, DataError
from transforms.sources.source import UnreadableFileError

LOCAL = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"


@pytest.mark.parametrize("workers", [1, 2])
def test_local_runner_is_named_with_its_workers(workers: int) -> None:
    options = RunnerOptions(workers).pipeline_options()
    assert options.view_as(StandardOptions).runner == LOCAL
    assert options.view_as(DirectOptions).direct_num_workers == workers


def test_several_workers_are_processes_of_ours() -> None:
    assert RunnerOptions(1).runner() is None
    runner = RunnerOptions(2).runner()
    assert runner is not None
    assert "transforms.worker" in str(runner._default_environment.to_runner_api(None).payload)
    assert RunnerOptions(2, ("--runner=FlinkRunner",)).runner() is None
    assert RunnerOptions(2, ("--direct_running_mode=multi_threading",)).runner() is None


def test_beam_options_win() -> None:
    options = RunnerOptions(1, ("--direct_running_mode=multi_threading",)).pipeline_options()
    assert options.view_as(DirectOptions).direct_running_mode == "multi_threading"
    assert options.view_as(StandardOptions).runner == LOCAL


@pytest.mark.parametrize("flags", [("--runner=FlinkRunner",), ("--runner", "FlinkRunner")])
def test_named_runner_replaces_the_local_one(flags: tuple[str, ...]) -> None:
    options = RunnerOptions(2, flags).pipeline_options()
    assert options.view_as(StandardOptions).runner == "FlinkRunner"
    assert options.view_as(DirectOptions).direct_running_mode == "in_memory"


def _fail(_: object, error: Exception) -> None:
    raise error


def _add_failure(pipeline: beam.Pipeline, error: Exception) -> None:
    _ = pipeline | beam.Create([1]) | "Fail" >> beam.Map(_fail, error)


@pytest.mark.parametrize(
    ("kind", "arguments", "expected", "message"),
    [
        (DataError, ("line 3: bad",), DataError, "line 3: bad"),
        (UnreadableFileError, ("x.json:3: cut",), DataError, "x.json:3: cut"),
        (OSError, (errno.ENOSPC, "No space left on device", "/o/f"), DataError, "No space left"),
        (OSError, (errno.EROFS, "Read-only file system", "/o/f"), DataError, "Read-only file"),
        (PermissionError, (errno.EACCES, "Permission denied"), DataError, "Permission denied"),
        (ZeroDivisionError, ("division",), RuntimeError, "ZeroDivisionError: division"),
        (KeyError, ("colour",), RuntimeError, "colour"),
    ],
)
def test_failure_in_a_worker_is_translated(
    kind: type[Exception],
    arguments: tuple[object, ...],
    expected: type[Exception],
    message: str,
) -> None:
    construct = partial(_add_failure, error=kind(*arguments))
    with pytest.raises(expected) as raised:
        run_pipeline(construct, RunnerOptions())
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_configuration_error_while_the_graph_is_built_passes_through() -> None:
    def construct(pipeline: beam.Pipeline) -> None:
        raise ConfigurationError("no such stage")

    with pytest.raises(ConfigurationError, match=r"^no such stage$"):
        run_pipeline(construct, RunnerOptions())
