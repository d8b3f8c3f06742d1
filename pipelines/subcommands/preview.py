"""`flanbeam preview RECIPE`: show rendered examples without building anything."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.console.report import say, warn
from pipelines.subcommands.command import Command, Result, recipe_of
from tfrecords_schema.errors import ConfigurationError
from transforms.types import TEMPLATE_TYPES

if TYPE_CHECKING:
    from pipelines.building.losses import Loss
    from pipelines.building.previewing import Preview


@dataclass(frozen=True, kw_only=True)
class PreviewedExample:
    """One rendered example; `parts` are (role, text) in the order of the prompt.

    Attributes:
      asked_type: the template type that it was to have; another one if no
        template or exemplar suits, or too many tokens, or if the question needs its options.
      losses: rows of any source that were left out of those read for the preview.
    """

    task: str
    record_id: str
    inputs: str
    targets: str
    options: tuple[str, ...]
    answer_index: int
    template_id: str
    template_index: int
    template_type: str
    asked_type: str
    num_shots: int
    inversion: str
    input_tokens: int
    target_tokens: int
    parts: list[tuple[str, str]]
    losses: list["Loss"]


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        metavar="STORE",
        help="show examples exactly as a build in this store writes them; otherwise they "
        "come from the first records, and exemplars and options may be drawn "
        "differently",
    )
    parser.add_argument("--task", help="show only this task (NAME_ii: its input inversion)")
    parser.add_argument("--type", choices=TEMPLATE_TYPES, help="show only this template type")
    parser.add_argument(
        "--template",
        metavar="ID",
        help="show only this template, e.g. nli:3f2a90bc, or this family, e.g. nli:",
    )
    parser.add_argument(
        "--contains", metavar="TEXT", help="show only examples that contain this text"
    )
    parser.add_argument(
        "--random", type=int, metavar="SEED", help="draw the examples with this seed"
    )
    parser.add_argument("-n", type=int, default=3, help="number of examples (default: 3)")


def _run(arguments: Namespace) -> Result:
    from pipelines.building.previewing import Filter, preview, preview_in_store

    if arguments.n < 1:
        raise ConfigurationError(f"-n {arguments.n}: must be at least 1")
    wanted = Filter(
        task=arguments.task,
        template_type=arguments.type,
        template=arguments.template,
        contains=arguments.contains,
        seed=arguments.random,
    )
    recipe = recipe_of(arguments)
    if arguments.store:
        shown = preview_in_store(recipe, arguments.store, wanted, arguments.n)
    else:
        shown = preview(recipe, wanted, arguments.n)
        say(
            "made from the first records: a build may draw other exemplars, template types "
            "and option orders; --store STORE shows what it writes"
        )
        if recipe.held_out or recipe.decontaminate.against:
            say(
                "not searched for held-out items: a build leaves out records, and own examples of "
                "tasks, that contain one"
            )
        for loss in shown[0].losses:
            warn(f"of the first rows: {loss.line}")
    return Result([_report(item) for item in shown])


def _report(item: "Preview") -> PreviewedExample:
    from transforms.prompts.prompting import segments

    prompt, fitted = item.fitted.prompt, item.fitted
    return PreviewedExample(
        task=item.task,
        record_id=item.record.id,
        inputs=prompt.inputs,
        targets=prompt.targets,
        options=prompt.options,
        answer_index=prompt.answer_index,
        template_id=prompt.template_id,
        template_index=prompt.template_index,
        template_type=prompt.template_type,
        asked_type=item.asked_type,
        num_shots=prompt.num_shots,
        inversion=prompt.inversion,
        input_tokens=len(fitted.inputs),
        target_tokens=len(fitted.targets),
        parts=segments(fitted.draft),
        losses=item.losses,
    )


def _show(examples: list[PreviewedExample]) -> None:
    from pipelines.console.report import print_example

    for example in examples:
        notes = [
            example.template_id,
            f"{example.num_shots} shots" if example.num_shots else "",
            f"instead of {example.asked_type}"
            if example.asked_type != example.template_type
            else "",
            f"{example.input_tokens} + {example.target_tokens} tokens",
        ]
        title = f"{example.task} · {example.template_type}"
        subtitle = " · ".join(note for note in notes if note)
        print_example(title, example.inputs, example.targets, example.parts, subtitle)


PREVIEW = Command(
    name="preview",
    help="show rendered examples of a recipe without building it",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    takes_recipe=True,
    takes_settings=True,
)
