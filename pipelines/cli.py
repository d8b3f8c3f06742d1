"""The `flanbeam` command.

Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 bad data or a failed check or gate,
4 locked by another process, 10 nothing to do.
Results go to standard output (with --json: one JSON document), everything else to standard error.
"""

import argparse
import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import orjson

from pipelines.subcommands.build import BUILD
from pipelines.subcommands.command import (
    Command,
    add_recipe_arguments,
    add_setting_arguments,
)
from pipelines.subcommands.demo import DEMO
from pipelines.subcommands.explain import EXPLAIN
from pipelines.subcommands.init import INIT
from pipelines.subcommands.keeping import GC, PIN, UNPIN
from pipelines.subcommands.plan import PLAN
from pipelines.subcommands.preview import PREVIEW
from pipelines.subcommands.publish import PUBLISH, ROLLBACK
from pipelines.subcommands.recipes import RECIPES, SCHEMA
from pipelines.subcommands.refresh import REFRESH
from pipelines.subcommands.rejections import REJECTIONS
from pipelines.subcommands.snapshots import DIFF, HISTORY, SNAPSHOTS
from pipelines.subcommands.sources import SOURCES
from pipelines.subcommands.templates import TEMPLATES
from pipelines.subcommands.train import EVAL, PLOT, TRAIN, WEIGHTS
from pipelines.subcommands.verify import VERIFY
from tfrecords_schema import __version__
from tfrecords_schema.errors import ConfigurationError, DataError, ExitStatus, UserError
from transforms.texts.printable import printable

COMMANDS: tuple[Command, ...] = (
    *(INIT, BUILD, PLAN, VERIFY, EXPLAIN, REJECTIONS, PREVIEW, SOURCES),
    *(REFRESH, PUBLISH, ROLLBACK, PIN, UNPIN, GC, SNAPSHOTS, HISTORY, DIFF),
    *(TEMPLATES, TRAIN, EVAL, WEIGHTS, PLOT, RECIPES, SCHEMA, DEMO),
)


class _Parser(argparse.ArgumentParser):
    """Parser that raises usage errors, so that --json covers them too."""

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(f"{message} ({self.prog} --help shows how)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="flanbeam",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"flanbeam {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        _add_command(commands, command)
    return parser


def _add_command(commands: Any, command: Command) -> None:
    parser = commands.add_parser(
        command.name,
        help=command.help,
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog=command.epilog,
    )
    if command.takes_recipe:
        add_recipe_arguments(parser)
    if command.takes_settings:
        add_setting_arguments(parser)
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON document")
    parser.add_argument("--verbose", action="store_true", help="show the logs of libraries")


def _split_beam_options(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words before `--`, and those after."""
    words = list(argv)
    if "--" not in words:
        return words, []
    position = words.index("--")
    return words[:position], words[position + 1 :]


def _quiet_libraries(verbose: bool) -> None:
    """Silence the logs of Beam, TensorFlow and JAX; call before importing any of them."""
    if verbose:
        logging.basicConfig(level=logging.INFO)
        return
    logging.basicConfig(level=logging.CRITICAL)
    logging.disable(logging.WARNING)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")


def _replace_what_output_cannot_show() -> None:
    """Print `?` for characters that the encoding of the terminal or pipe lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _open_closed_streams() -> None:
    """Open /dev/null in place of closed standard streams (`>&-`).

    Otherwise the next opened file would get their descriptor, and the output with it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # Takes the lowest free descriptor.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _open_closed_streams()
    _replace_what_output_cannot_show()
    words, beam_options = _split_beam_options(sys.argv[1:] if argv is None else argv)
    arguments = argparse.Namespace(command="", json="--json" in words, verbose=False)
    try:
        _parser().parse_args(words, arguments)
    except ConfigurationError as error:
        return _fail(arguments, str(error), error.exit_status)
    _quiet_libraries(arguments.verbose)
    (command,) = (command for command in COMMANDS if command.name == arguments.command)
    try:
        return _run(command, arguments, beam_options)
    except UserError as error:
        return _fail(arguments, str(error), error.exit_status)
    except KeyboardInterrupt:
        message = "interrupted; the same command continues where it stopped"
        return _fail(arguments, message, ExitStatus.FAILED)
    except BrokenPipeError:
        return ExitStatus.FAILED
    except OSError as error:
        if arguments.verbose:
            traceback.print_exc()
        place = f"{error.filename}: " if error.filename else ""
        return _fail(arguments, f"{place}{error.strerror or error}", DataError.exit_status)
    except Exception as error:
        if arguments.verbose:
            traceback.print_exc()
        hint = "" if arguments.verbose else " (--verbose shows where)"
        return _fail(arguments, f"{type(error).__name__}: {error}{hint}", ExitStatus.FAILED)


def _run(command: Command, arguments: argparse.Namespace, beam_options: list[str]) -> int:
    if beam_options and not command.takes_beam_options:
        raise ConfigurationError(
            f"{command.name} does not run on Beam: remove the options after --"
        )
    arguments.beam_options = beam_options
    result = command.run(arguments)
    try:
        if arguments.json:
            _print_json(result.document)
        else:
            command.show(result.document)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output is gone (`| head`). The command itself succeeded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return result.status


def _print_json(document: Any) -> None:
    data = orjson.dumps(document, default=_plain, option=orjson.OPT_APPEND_NEWLINE)
    sys.stdout.buffer.write(data)


def _plain(value: Any) -> Any:
    """Return a value of a result as JSON represents it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, list):
        return list(value)
    raise TypeError(f"{type(value).__name__} in the result of a command")


def _fail(arguments: argparse.Namespace, message: str, status: int) -> int:
    command = f"flanbeam {arguments.command or ''}".rstrip()
    print(printable(f"{command}: {message}"), file=sys.stderr)
    if arguments.json:
        _print_json({"error": message, "exit_status": int(status)})
    return status


if __name__ == "__main__":
    sys.exit(main())
