"""`flanbeam push SNAPSHOT REPOSITORY`: upload a snapshot to a Hugging Face hub."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result

if TYPE_CHECKING:
    from pipelines.publishing.hub import Pushed


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument(
        "repository",
        metavar="NAME/DATASET",
        help="the data set on the hub; created if it does not exist",
    )
    parser.add_argument("--private", action="store_true", help="create it as private")
    parser.add_argument("--branch", default="main", metavar="NAME", help="branch to upload to")
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        help="URL of the hub (default: $HF_ENDPOINT, or huggingface.co)",
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.console.report import say
    from pipelines.publishing.hub import push
    from tfrecords_schema.channels import resolve

    pushed = push(
        resolve(arguments.snapshot),
        arguments.repository,
        private=arguments.private,
        branch=arguments.branch,
        endpoint=arguments.endpoint,
        say=say,
    )
    return Result(pushed)


def _show(pushed: "Pushed") -> None:
    print(pushed.repository)


PUSH = Command(
    name="push",
    help="upload a verified snapshot to a Hugging Face hub",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    epilog="It is a data set that `datasets.load_dataset` reads if the recipe has\n"
    "`output: {parquet: true}`. The token is that of `hf auth login`, or $HF_TOKEN.",
    continues=True,
)
