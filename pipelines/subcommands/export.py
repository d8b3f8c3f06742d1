"""`flanbeam export SNAPSHOT`: examples as rows for trainers of chat models."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import (
    Command,
    Result,
    check_output_directory,
    check_output_file,
    check_split,
)
from tfrecords_schema.chat_rows import FORMATS
from tfrecords_schema.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.showing.export import Export


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        required=True,
        help="format of the rows, which decides their columns",
    )
    parser.add_argument(
        "--to",
        required=True,
        metavar="FILE|DIR",
        help="output: a .jsonl or .parquet file, or a directory for one file per split",
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--parquet", dest="kind", action="store_const", const="parquet", help="write Parquet"
    )
    kinds.add_argument(
        "--jsonl", dest="kind", action="store_const", const="jsonl", help="write JSON Lines"
    )
    parser.add_argument(
        "--split",
        metavar="NAME",
        help="write only this split (default: train for a file, all for a directory)",
    )
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="KEY=VALUE[,VALUE]",
        help="write only rows of this task, collection, source, license, type, template or "
        "inversion, or that contain a text (repeatable; all must match)",
    )
    parser.add_argument(
        "--chat-template",
        metavar="FILE",
        help="chat template (Jinja); adds token ids and a mask of the assistant's turns",
    )
    parser.add_argument(
        "--tokenizer", metavar="FILE", help="tokenizer.json of the template's model"
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.console.report import warn
    from pipelines.showing.chat_template import ChatTemplate
    from pipelines.showing.export import export
    from pipelines.showing.row_filter import parse_filters
    from tfrecords_schema.channels import resolve
    from tfrecords_schema.snapshot import open_snapshot

    if bool(arguments.chat_template) != bool(arguments.tokenizer):
        raise ConfigurationError("--chat-template and --tokenizer belong together: give both")
    template = None
    if arguments.chat_template:
        template = ChatTemplate(arguments.chat_template, arguments.tokenizer)
    is_file = arguments.to.endswith((".jsonl", ".parquet"))
    (check_output_file if is_file else check_output_directory)("--to", arguments.to)
    snapshot = open_snapshot(resolve(arguments.snapshot))
    check_split(snapshot, arguments.split)
    done = export(
        snapshot,
        arguments.format,
        arguments.to,
        arguments.kind,
        arguments.split,
        parse_filters(arguments.filter),
        template,
    )
    if not done.has_parts and arguments.format not in ("alpaca", "text"):
        warn(
            f"{snapshot.path} was built by an earlier version, which kept no parts of prompts: "
            "each row has one turn of the user; build it again for the turns of a conversation"
        )
    return Result(done)


def _show(done: "Export") -> None:
    from pipelines.console.report import say

    for file in done.files:
        say(f"{file.split}: {file.rows:,} rows, {file.bytes:,} bytes")
        print(file.path)
    if done.files and done.files[0].rows:
        kind = "parquet" if done.files[0].path.endswith(".parquet") else "json"
        say(f'next: datasets.load_dataset("{kind}", data_files="{done.files[0].path}")')


EXPORT = Command(
    name="export",
    help="export a snapshot's examples as rows for trainers of chat models",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
