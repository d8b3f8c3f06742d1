"""Self-Instruct's seeds and Unnatural Instructions: an `instruction` with a list `instances`.

Layouts: github.com/yizhongw/self-instruct (`input`, `output`), and
github.com/orhonovich/unnatural-instructions (`constraints` on the output as well).
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, objects_of, text_of
from transforms.sources.source import stated_id

NO_INPUT = "no_input"
# What Unnatural Instructions writes where nothing constrains the output.
_UNCONSTRAINED = ("", "none", "none.")


def instruction_draft(
    instruction: str, given: str, output: str, own_id: str | None = None
) -> Draft:
    """Return an instruction with its input, or one that stands alone."""
    if given.strip():
        fields = {"instruction": instruction, "input": given, "output": output}
        return Draft(fields, own_id)
    return Draft({"instruction": instruction, "output": output}, own_id, NO_INPUT)


class SelfInstruct(Layout):
    """A record for each instance; `<task>_no_input` without an input."""

    families: ClassVar[dict[str, str]] = {MAIN: "instruction_input", NO_INPUT: "instruction_only"}

    format: Literal["self_instruct"]

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        instances, name = objects_of(row, "instances"), stated_id(row.get("id"))
        if not instances:
            yield BadRow("wrong_type", "instances is not a list of objects")
            return
        for number, instance in enumerate(instances):
            instruction = text_of(row, "instruction").strip()
            constraints = text_of(instance, "constraints").strip()
            if constraints.lower() not in _UNCONSTRAINED:
                instruction = f"{instruction} {constraints}"
            yield instruction_draft(
                instruction,
                text_of(instance, "input"),
                text_of(instance, "output"),
                f"{name}_{number}" if name else None,
            )
