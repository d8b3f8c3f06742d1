"""Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 bad data or a failed check or
gate, 4 locked by another process, 10 nothing to do.
Results go to standard output (with --json: one JSON document), everything else to standard error.
"""

import argparse
import errno
import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import orjson

from pipelines.console.colors import tinted
from pipelines.console.hiding import hidden
from pipelines.console.parser import Parser
from pipelines.subcommands.build import BUILD
from pipelines.subcommands.command import (
    Command,
    add_recipe_arguments,
    add_setting_arguments,
)
from pipelines.subcommands.demo import DEMO
from pipelines.subcommands.doctor import DOCTOR
from pipelines.subcommands.examples import EXAMPLES
from pipelines.subcommands.explain import EXPLAIN
from pipelines.subcommands.export import EXPORT
from pipelines.subcommands.forget import FORGET
from pipelines.subcommands.init import INIT
from pipelines.subcommands.keeping import GC, PIN, UNPIN
from pipelines.subcommands.plan import PLAN
from pipelines.subcommands.preview import PREVIEW
from pipelines.subcommands.publish import PUBLISH, ROLLBACK
from pipelines.subcommands.push import PUSH
from pipelines.subcommands.recipes import RECIPES, SCHEMA
from pipelines.subcommands.refresh import REFRESH
from pipelines.subcommands.rejections import REJECTIONS
from pipelines.subcommands.report import REPORT
from pipelines.subcommands.show import SHOW, STATS
from pipelines.subcommands.snapshots import DIFF, HISTORY, SNAPSHOTS
from pipelines.subcommands.sources import SOURCES
from pipelines.subcommands.study import COMPARE, STUDY
from pipelines.subcommands.templates import TEMPLATES
from pipelines.subcommands.train import EVAL, PLOT, TRAIN, WEIGHTS
from pipelines.subcommands.verify import VERIFY
from tfrecords_schema import __version__
from tfrecords_schema.errors import ConfigurationError, DataError, ExitStatus, UserError
from transforms.texts.printable import printable

GROUPS: dict[str, tuple[Command, ...]] = {
    "Start": (INIT, RECIPES, SOURCES, TEMPLATES, SCHEMA, DEMO, DOCTOR),
    "Build a corpus": (PREVIEW, PLAN, BUILD, VERIFY, EXPLAIN, REJECTIONS),
    "Look at a snapshot and hand it on": (SHOW, STATS, REPORT, DIFF, EXPORT, PUSH),
    "Keep a store fresh": (REFRESH, PUBLISH, ROLLBACK, SNAPSHOTS, HISTORY, PIN, UNPIN, GC, FORGET),
    "Train and measure": (TRAIN, EVAL, PLOT, WEIGHTS, STUDY, COMPARE),
}
_OTHER_PATH = "give another path"
_REMEDIES = {
    errno.ENOENT: "check the path",
    errno.ENOTDIR: _OTHER_PATH,
    errno.EISDIR: _OTHER_PATH,
    errno.EEXIST: _OTHER_PATH,
    errno.ENAMETOOLONG: _OTHER_PATH,
    errno.EACCES: "change its permissions, or give another path",
    errno.EPERM: "change its permissions, or give another path",
    errno.EROFS: "give a path on a disk that can be written",
    errno.ENOSPC: "free space on the disk, or give a path on another",
    errno.EDQUOT: "delete files of yours, or give a path on another disk",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
}
COMMANDS: tuple[Command, ...] = tuple(command for group in GROUPS.values() for command in group)


def parser_of_commands() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = Parser(prog="flanbeam", description=_description(), epilog=__doc__)
    parser.add_argument("-V", "--version", action="version", version=f"flanbeam {__version__}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", help="one of those above"
    )
    for command in COMMANDS:
        _add_command(commands, command)
    return parser


def _description() -> str:
    """Return what flanbeam is for, and the commands by what they are for."""
    lines = ["Build instruction-tuning corpora and train T5 on them.", ""]
    for title, group in GROUPS.items():
        lines += [f"{title}:", *(f"  {c.name:<12}{c.help}" for c in group), ""]
    return "\n".join([*lines, "`flanbeam COMMAND --help` shows options and examples."])


def _add_command(commands: Any, command: Command) -> None:
    examples = [f"  {line}" for line in EXAMPLES.get(command.name, ())]
    parser = commands.add_parser(
        command.name,
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog="\n".join([*(["examples:", *examples] if examples else []), command.epilog]),
    )
    if command.takes_recipe:
        add_recipe_arguments(parser)
    if command.takes_settings:
        add_setting_arguments(parser)
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON document")
    parser.add_argument("--verbose", action="store_true", help="show the logs of libraries")


def _complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell if it asks what may come next (`register-python-argcomplete flanbeam`)."""
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)


def _split_beam_options(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words before `--`, and those after."""
    words = list(argv)
    if "--" not in words:
        return words, []
    position = words.index("--")
    return words[:position], words[position + 1 :]


class _HidingFormatter(logging.Formatter):
    """Write records, and the tracebacks in them, without the values of a recipe's variables."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return hidden(super().format(record))


def _quiet_libraries(verbose: bool) -> None:
    """Silence the logs of Beam, TensorFlow and JAX; call before importing any of them."""
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(_HidingFormatter(logging.BASIC_FORMAT))
        logging.basicConfig(level=logging.INFO, handlers=[handler])
        logging.captureWarnings(True)
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
        parser = parser_of_commands()
        _complete(parser)
        parser.parse_args(words, arguments)
    except ConfigurationError as error:
        return _fail(arguments, str(error), error.exit_status)
    _quiet_libraries(arguments.verbose)
    (command,) = (command for command in COMMANDS if command.name == arguments.command)
    try:
        return _run(command, arguments, beam_options)
    except UserError as error:
        return _fail(arguments, str(error), error.exit_status)
    except KeyboardInterrupt:
        more = "continues where it stopped" if command.continues else "begins again"
        message = f"interrupted; the same command {more}"
        return _fail(arguments, message, ExitStatus.FAILED)
    except BrokenPipeError:
        return ExitStatus.FAILED
    except OSError as error:
        if arguments.verbose:
            sys.stderr.write(hidden(traceback.format_exc()))
        return _fail(arguments, _explained(error), DataError.exit_status)
    except ModuleNotFoundError as error:
        # Some of flanbeam's requirements are imported by the command that needs them.
        message = f"the package {error.name} is missing: `flanbeam doctor` says what to install"
        return _fail(arguments, message, ExitStatus.FAILED)
    except Exception as error:
        if arguments.verbose:
            sys.stderr.write(hidden(traceback.format_exc()))
        hint = "" if arguments.verbose else " (--verbose shows where)"
        return _fail(arguments, f"{type(error).__name__}: {error}{hint}", ExitStatus.FAILED)


def _explained(error: OSError) -> str:
    """Name the file, what is wrong with it, and what to do."""
    place = f"{error.filename}: " if error.filename else ""
    remedy = _REMEDIES.get(error.errno or 0, "")
    return f"{place}{error.strerror or error}{remedy and f': {remedy}'}"


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
    if hasattr(value, "_asdict"):  # a NamedTuple, which orjson leaves to us
        return value._asdict()
    if isinstance(value, list):
        return list(value)
    raise TypeError(f"{type(value).__name__} in the result of a command")


def _fail(arguments: argparse.Namespace, message: str, status: int) -> int:
    command, message = f"flanbeam {arguments.command or ''}".rstrip(), hidden(message)
    print(tinted(printable(f"{command}: {message}"), "red", sys.stderr), file=sys.stderr)
    if arguments.json:
        _print_json({"error": message, "exit_status": int(status)})
    return status


if __name__ == "__main__":
    sys.exit(main())
