"""Run a Beam pipeline on the runner that the user asked for, and translate its failures."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from tfrecords_schema.errors import DataError, UserError

_LOCAL_RUNNER = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"
_DISK_ERRORS = ("No space left on device", "Read-only file system", "Permission denied")
_LAST_ERROR = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception)): (.+)$", re.M)


@dataclass(frozen=True)
class RunnerOptions:
    """How many local worker processes, and Beam options that win over the defaults."""

    workers: int = 1
    beam_options: tuple[str, ...] = ()
    verbose: bool = False

    def pipeline_options(self) -> PipelineOptions:
        """Beam's options; the local runner is named, since `DirectRunner` may mean another."""
        flags = list(self.beam_options)
        if not self.verbose:
            flags.append("--default_sdk_harness_log_level=CRITICAL")
        if not any(flag.startswith("--runner") for flag in flags):
            mode = "multi_processing" if self.workers > 1 else "in_memory"
            flags = [
                f"--runner={_LOCAL_RUNNER}",
                f"--direct_num_workers={self.workers}",
                f"--direct_running_mode={mode}",
                *flags,
            ]
        return PipelineOptions(flags)


def run_pipeline(construct: Callable[[beam.Pipeline], None], options: RunnerOptions) -> None:
    """Build a pipeline with `construct` and run it to its end.

    Raises:
      UserError: a worker raised one. DataError: the disk is full or may not be written.
      RuntimeError: anything else, in one line.
    """
    try:
        with beam.Pipeline(options=options.pipeline_options()) as pipeline:
            construct(pipeline)
    except UserError:
        raise
    except Exception as error:
        raise _translate(error) from error


def _translate(error: Exception) -> Exception:
    text = str(error)
    matches = _LAST_ERROR.findall(text)
    kind, message = matches[-1] if matches else (type(error).__name__, text.strip()[-500:])
    for problem in _DISK_ERRORS:
        if problem in text:
            return DataError(
                f"cannot write: {message}; free space or give another --out, run again"
            )
    if kind in ("DataError", "UnreadableFileError"):
        return DataError(message)
    return RuntimeError(f"{kind}: {message}")
