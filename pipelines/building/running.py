"""Run a Beam pipeline on the runner that the user asked for, and translate its failures.

Beam takes longer to import than most commands take: it is imported where a pipeline runs.
"""

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipelines.building.item_workers import WorkerDiedError, in_processes
from pipelines.building.prepared_workers import PreparedWorkers, prepared_workers
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, DataError, UserError, nearest
from transforms.runtime.parent_watchdog import PARENT
from transforms.runtime.progress import DIRECTORY

if TYPE_CHECKING:
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.runner import PipelineRunner

    from transforms.stages.wiring import Carrier

_LOCAL_RUNNER = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"
_DISK_ERRORS = ("No space left on device", "Read-only file system", "Permission denied")
# From other processes, only the text of an exception arrives.
_USER_ERRORS: dict[str, type[UserError]] = {
    "ConfigurationError": ConfigurationError,
    "DataError": DataError,
    "UnreadableFileError": DataError,
    "UserError": UserError,
}
_LAST_ERROR = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception)): (.+)$", re.MULTILINE)
# Options that choose the runner, or how its workers run.
_OWN_WAY = ("--runner", "--direct_running_mode", "--environment_type")
_INSIST_SECONDS = 1.0
_STEP = re.compile(r"( \[while running '[^']*'\])+$")

T = TypeVar("T")

# Called with why, before a build ends for the death of a worker.
before_the_end: Callable[[str], None] | None = None


@dataclass(frozen=True)
class RunnerOptions:
    """Number of local worker processes, and Beam options that override the defaults.

    Attributes:
      carrier: how rows travel between stages; None leaves it to the runner and the store.
    """

    workers: int = 1
    beam_options: tuple[str, ...] = ()
    verbose: bool = False
    carrier: "Carrier | None" = None

    @property
    def is_local(self) -> bool:
        """Whether no other runner is named."""
        return not any(flag.startswith("--runner") for flag in self.beam_options)

    @property
    def starts_workers(self) -> bool:
        """Whether the workers are processes that we start."""
        own_way = any(flag.startswith(_OWN_WAY) for flag in self.beam_options)
        return self.workers > 1 and not own_way

    @property
    def needs_beam(self) -> bool:
        """Whether even what has one stage runs on Beam: an engine, or an option of Beam's."""
        return bool(self.beam_options)

    def carrier_to(self, work: str) -> "Carrier":
        """Return how rows travel between the stages of a build in the directory `work`.

        The local runner would hold in memory what passes its shuffle. Engines that share a disk use
        files too: Flink holds each group in memory several times (docs/design.md).
        """
        if self.carrier is not None:
            return self.carrier
        return "files" if self.is_local or filesystem.is_local(work) else "shuffle"

    def pipeline_options(self) -> "PipelineOptions":
        """Return Beam's options; name the local runner, because `DirectRunner` may mean another.

        Raises:
          ConfigurationError: an option or a runner that Beam does not know.
        """
        from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
        from apache_beam.runners.runner import create_runner

        flags = list(self.beam_options)
        if self.is_local:
            # Beam silently drops unknown options; other runners have additional ones.
            _check_known(self.beam_options)
            flags = [
                f"--runner={_LOCAL_RUNNER}",
                f"--direct_num_workers={self.workers}",
                *flags,
            ]
            if not self.verbose:
                # A log level of Python; the services of other runners do not accept this option
                # value.
                flags.append("--default_sdk_harness_log_level=CRITICAL")
        elif "--environment_type=PROCESS" in flags and (directory := os.environ.get(DIRECTORY)):
            # If a task manager runs on this machine, its workers report their progress.
            variables = f"process_variables={DIRECTORY}={directory}"
            flags.append(f"--environment_option={variables}")
        options = PipelineOptions(flags)
        try:
            create_runner(options.view_as(StandardOptions).runner)
        except (ImportError, ValueError) as error:
            raise ConfigurationError(f"-- --runner: {' '.join(str(error).split())}") from error
        return options

    def runner(self) -> "PipelineRunner | None":
        """Return a local runner whose workers are our processes; None for what the options name.

        Beam's mode `multi_processing` does the same, but its worker program outlives us.
        """
        if not self.starts_workers:
            return None
        from apache_beam.transforms.environments import SubprocessSDKEnvironment

        from pipelines.building.local_runner import LocalRunner
        from pipelines.building.local_workers import worker_command

        environment = SubprocessSDKEnvironment.from_command_string(command_string=worker_command())
        return LocalRunner(default_environment=environment)


def _check_known(flags: tuple[str, ...]) -> None:
    from apache_beam.options.pipeline_options import PipelineOptions

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for group in PipelineOptions.__subclasses__():
        group._add_argparse_args(parser)
    known = {option for action in parser._actions for option in action.option_strings}
    for flag in flags:
        name = flag.partition("=")[0]
        if name.startswith("--") and name not in known:
            raise ConfigurationError(f"-- {flag}: no such Beam option; {nearest(name, known)}")


@contextmanager
def _quiet_processes(quiet: bool) -> Iterator[None]:
    """Discard the standard error of worker processes, but keep our own messages visible."""
    if not quiet:
        yield
        return
    saved, ours = os.dup(2), sys.stderr
    mine = ours is sys.__stderr__
    with open(os.devnull, "w") as nowhere, os.fdopen(os.dup(2), "w") as visible:
        os.dup2(nowhere.fileno(), 2)
        if mine:
            sys.stderr = visible
        try:
            yield
        finally:
            sys.stderr = ours
            os.dup2(saved, 2)
            os.close(saved)


@contextmanager
def _ends_at_once(has_processes: bool) -> Iterator[None]:
    """Let Control-C end a build, even if Beam waits for a worker process or its job runs on a
    cluster.

    Finished work items are kept, no file is half written, and the workers notice that we ended.
    """
    os.environ[PARENT] = str(os.getpid())
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    again: list[threading.Timer] = []

    def end(*_: object) -> None:
        sys.stderr.write("interrupted; the same command continues where it stopped\n")
        sys.stderr.flush()
        os._exit(1)

    def insist(*_: object) -> None:
        # An interrupt that arrives in a callback of gRPC is lost.
        main = threading.main_thread().ident
        again.append(threading.Timer(_INSIST_SECONDS, signal.pthread_kill, [main, signal.SIGINT]))
        again[-1].daemon = True
        again[-1].start()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, end if has_processes else insist)
    try:
        yield
    finally:
        for timer in again:
            timer.cancel()
        signal.signal(signal.SIGINT, before)


def run_pipeline(construct: Callable[["beam.Pipeline"], object], options: RunnerOptions) -> None:
    """Build a pipeline with `construct` and run it to its end.

    Raises:
      UserError: a worker raised one. DataError: the disk is full or may not be written.
      RuntimeError: anything else, in one line.
    """
    has_processes = options.is_local and options.workers > 1
    with (
        _ends_at_once(has_processes),
        _quiet_processes(has_processes and not options.verbose),
        prepared_workers(options.workers if options.starts_workers else 0) as workers,
    ):
        # Beam is imported while the workers import it.
        _run(construct, options, workers)


def _run(
    construct: Callable[["beam.Pipeline"], object], options: RunnerOptions, workers: PreparedWorkers
) -> None:
    import apache_beam as beam
    import grpc
    from apache_beam.options.pipeline_options import PortableOptions

    from pipelines.building.local_workers import watched_workers

    pipeline = beam.Pipeline(options.runner(), options=options.pipeline_options())
    has_processes = options.is_local and options.workers > 1
    try:
        with watched_workers(workers, end_build) if has_processes else nullcontext(), pipeline:
            construct(pipeline)
    except KeyboardInterrupt:
        _cancel(pipeline)
        raise
    except grpc.FutureTimeoutError as error:
        endpoint = pipeline.options.view_as(PortableOptions).job_endpoint
        raise ConfigurationError(f"-- --job_endpoint={endpoint}: no job server answers") from error
    except UserError as error:
        raise type(error)(_without_step(str(error))) from error
    except Exception as error:
        raise _translate(error) from error


def run_items(work: Callable[[T], object], items: Sequence[T], workers: int) -> None:
    """Call `work` with each item, in processes of this machine if there is more than one worker.

    Raises:
      UserError, DataError, RuntimeError: as for `run_pipeline`.
    """
    try:
        if workers == 1:
            for item in items:
                work(item)
            return
        with _ends_at_once(True):
            in_processes(work, items, workers)
    except WorkerDiedError as died:
        end_build(str(died))
    except UserError:
        raise
    except Exception as error:
        raise _translate(error) from error


def _cancel(pipeline: "beam.Pipeline") -> None:
    """Cancel the job on a cluster; otherwise it would interfere with the next build."""
    if result := getattr(pipeline, "result", None):
        with suppress(Exception):
            result.cancel()


def _without_step(message: str) -> str:
    """Return `message` without the failed step, which Beam adds each time an error is raised."""
    return _STEP.sub("", message)


def _translate(error: Exception) -> Exception:
    text = str(error)
    matches = _LAST_ERROR.findall(text)
    kind, message = matches[-1] if matches else (type(error).__name__, text)
    if "KeyboardInterrupt" in text:
        raise KeyboardInterrupt
    message = _without_step(" ".join(message.split()))[-500:]
    for problem in _DISK_ERRORS:
        if problem in text:
            return DataError(
                f"cannot write: {message}; free space or give another --out, then run again"
            )
    if kind in _USER_ERRORS:
        return _USER_ERRORS[kind](message)
    return RuntimeError(f"{kind}: {message}")


def end_build(why: str) -> None:
    """End this process at once: Beam would wait for the worker. Finished work items are kept."""
    reason = (
        f"a worker process {why}; nothing was published; the same command continues "
        "where it stopped"
    )
    if before_the_end:
        before_the_end(reason)
    sys.stderr.write(f"{reason}\n")
    sys.stderr.flush()
    os._exit(1)
