"""Run what the user asked for, in processes of this machine or on a runner of Beam's.

Beam takes longer to import than most commands take: it is imported where a pipeline runs. Failures
are translated, so that they read the same wherever they happened.
"""

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.building.item_workers import WorkerDiedError, item_workers
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, DataError, UserError, nearest
from transforms.runtime.parent_watchdog import PARENT
from transforms.runtime.progress import DIRECTORY

if TYPE_CHECKING:
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions

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
_INSIST_SECONDS = 1.0
_STEP = re.compile(r"( \[while running '[^']*'\])+$")

T = TypeVar("T")
R = TypeVar("R")
# Calls a function with each of some items, and returns what it returned.
Each = Callable[[Callable[[T], R], Sequence[T]], Iterable[R]]

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
    def needs_beam(self) -> bool:
        """Whether this machine's processes do not do: for an engine, or an option of Beam's."""
        return bool(self.beam_options) or self.carrier == "shuffle"

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
            flags = [f"--runner={_LOCAL_RUNNER}", *flags]
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
def _ends_at_once(has_processes: bool) -> Iterator[None]:
    """Let Control-C end a build, even if it waits for a process or its job runs on a cluster.

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
    with _ends_at_once(has_processes=False):
        _run(construct, options)


def _run(construct: Callable[["beam.Pipeline"], object], options: RunnerOptions) -> None:
    import apache_beam as beam
    import grpc
    from apache_beam.options.pipeline_options import PortableOptions

    pipeline = beam.Pipeline(options=options.pipeline_options())
    try:
        with pipeline:
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


def run_here(use: Callable[[Each[Any, Any]], object], workers: int) -> None:
    """Call `use` with what works on items: in processes if there is more than one worker.

    Raises:
      UserError, DataError, RuntimeError: as for `run_pipeline`.
    """
    try:
        if workers == 1:
            use(map)
            return
        with _ends_at_once(has_processes=True), item_workers(workers) as processes:
            use(processes.each)
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
