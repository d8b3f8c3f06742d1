"""Which runner a pipeline gets, and how its failures reach the user."""

import contextlib
import errno
import signal
import time
from functools import partial

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import (
    DirectOptions,
    PortableOptions,
    StandardOptions,
    WorkerOptions,
)

from pipelines.building.running import RunnerOptions, _translate, run_pipeline
from tfrecords_schema.errors import ConfigurationError, DataError
from transforms.runtime.progress import DIRECTORY
from transforms.sources.source import UnreadableFileError

LOCAL = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"


def test_beam_is_needed_only_for_what_it_was_asked_for() -> None:
    assert not RunnerOptions(8).needs_beam
    assert not RunnerOptions(2, carrier="files").needs_beam
    assert RunnerOptions(2, carrier="shuffle").needs_beam
    assert RunnerOptions(1, ("--runner=FlinkRunner",)).needs_beam
    assert RunnerOptions(1, ("--direct_running_mode=multi_threading",)).needs_beam


def test_beam_options_win() -> None:
    options = RunnerOptions(1, ("--direct_running_mode=multi_threading",)).pipeline_options()
    assert options.view_as(DirectOptions).direct_running_mode == "multi_threading"
    assert options.view_as(StandardOptions).runner == LOCAL


@pytest.mark.parametrize("flags", [("--runner=FlinkRunner",), ("--runner", "FlinkRunner")])
def test_named_runner_replaces_the_local_one(flags: tuple[str, ...]) -> None:
    options = RunnerOptions(2, flags).pipeline_options()
    assert options.view_as(StandardOptions).runner == "FlinkRunner"
    assert options.view_as(DirectOptions).direct_running_mode == "in_memory"


def test_level_that_only_python_knows_stays_here() -> None:
    def level(*flags: str) -> object:
        options = RunnerOptions(1, flags).pipeline_options().view_as(WorkerOptions)
        return options.default_sdk_harness_log_level

    assert level() == "CRITICAL"
    assert level("--runner=PortableRunner") is None


def test_workers_of_a_task_manager_tell_their_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DIRECTORY, "/tmp/told")
    flags = ("--runner=PortableRunner", "--environment_type=PROCESS")
    for given, told in ((flags, f"{DIRECTORY}=/tmp/told"), (flags[:1], None)):
        options = RunnerOptions(1, given).pipeline_options().view_as(PortableOptions)
        assert options.lookup_environment_option("process_variables") == told


def _fail(_: object, error: Exception) -> None:
    raise error


def _add_failure(pipeline: beam.Pipeline, error: Exception) -> None:
    _ = pipeline | beam.Create([1]) | "Fail" >> beam.Map(_fail, error)


@pytest.mark.parametrize(
    ("kind", "arguments", "expected", "message"),
    [
        (DataError, ("line 3: bad",), DataError, "line 3: bad"),
        (ConfigurationError, ("no such key",), ConfigurationError, "no such key"),
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


def test_job_server_that_is_not_there_is_named() -> None:
    flags = ("--runner=PortableRunner", "--job_endpoint=localhost:1", "--job_server_timeout=1")
    construct = partial(_add_failure, error=ValueError("never reached"))
    with pytest.raises(ConfigurationError, match=r"^-- --job_endpoint=localhost:1: no job server"):
        run_pipeline(construct, RunnerOptions(1, (*flags, "--environment_type=LOOPBACK")))


def test_last_error_of_a_remote_traceback_is_the_message() -> None:
    text = """Pipeline p failed in state FAILED: java.lang.RuntimeException: Error received from SDK
Traceback (most recent call last):
tfrecords_schema.errors.ConfigurationError: spiece.model: not a model

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
tfrecords_schema.errors.ConfigurationError: spiece.model: not a model [while running 'Scan']

\tat org.apache.beam.runners.fnexecution.control.FnApiControlClient.java:184
"""
    error = _translate(RuntimeError(text))
    assert type(error) is ConfigurationError
    assert str(error) == "spiece.model: not a model"


def test_configuration_error_while_the_graph_is_built_passes_through() -> None:
    def construct(pipeline: beam.Pipeline) -> None:
        raise ConfigurationError("no such stage")

    with pytest.raises(ConfigurationError, match=r"^no such stage$"):
        run_pipeline(construct, RunnerOptions())


def test_an_interrupt_that_was_dropped_comes_again() -> None:
    def construct(_: beam.Pipeline) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
            time.sleep(30)
        time.sleep(30)
        raise AssertionError("was not interrupted again")

    before, began = signal.getsignal(signal.SIGINT), time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_pipeline(construct, RunnerOptions())
    assert time.monotonic() - began < 20
    assert signal.getsignal(signal.SIGINT) is before


def test_failure_while_the_graph_is_built_gives_one_line() -> None:
    """Also where the error's text does not look like `SomeError: message`."""

    def construct(_: object) -> None:
        raise ValueError("first line\nsecond line")

    with pytest.raises(RuntimeError) as raised:
        run_pipeline(construct, RunnerOptions())
    assert len(str(raised.value).splitlines()) == 1
