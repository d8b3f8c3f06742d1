"""Instructions: Alpaca's rows, and those of Dolly and Self-Instruct by names declared here.

Alpaca has `instruction`, `input`, `output`; optionally `system` and `history`: a list of pairs, of
texts by turns or of messages, or one text. `context` is shown with the system prompt.
Layouts: huggingface.co/datasets/databricks/databricks-dolly-15k; github.com/yizhongw/self-instruct;
github.com/orhonovich/unnatural-instructions, which has `constraints` on the output as well.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import model_validator

from transforms.records.fields import says_no_input
from transforms.sources.chat import ASSISTANT, SYSTEM, USER, Turn, chat_drafts
from transforms.sources.files.row import BadRow, Row
from transforms.sources.histories import turns_of
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.lines import lines_of
from transforms.sources.source import stated_id

_NO_INPUT, _CHAT = "no_input", "chat"
# What Unnatural Instructions writes where nothing constrains the output.
_UNCONSTRAINED = ("", "none", "none.")
_INSTANCES = "instances"
_DECLARED = {
    "alpaca": {},
    "dolly": {"input": "context", "output": "response"},
    "self_instruct": {name: f"{_INSTANCES}.{name}" for name in ("input", "output", "constraints")},
}


class Alpaca(Layout):
    """Instructions with an input; `<task>_no_input` without one, `<task>_chat` with a history."""

    families: ClassVar[dict[str, str]] = {
        MAIN: "instruction_input",
        _NO_INPUT: "instruction_only",
        _CHAT: "chat",
    }

    names_splits: ClassVar[bool] = True
    column_names: ClassVar[tuple[str, ...]] = (
        *("instruction", "input", "output", "constraints", "system", "history", "context"),
    )

    format: Literal["alpaca", "dolly", "self_instruct"]

    @model_validator(mode="before")
    @classmethod
    def _declare(cls, stated: object) -> object:
        """Add the names that a format implies to those that a recipe states."""
        if not isinstance(stated, Mapping) or stated.get("format") not in _DECLARED:
            return stated
        columns = stated.get("columns") or {}
        if not isinstance(columns, Mapping):
            return stated
        declared = {**stated, "columns": {**_DECLARED[stated["format"]], **columns}}
        return (
            {"explode": _INSTANCES, **declared} if stated["format"] == "self_instruct" else declared
        )

    def is_row(self, document: Mapping[str, object]) -> bool:
        """Return whether a JSON document is one row, not a list of rows."""
        keys = (self.column_keys.get(name, name) for name in ("instruction", "output"))
        return all(key.partition(".")[0] in document for key in keys)

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        instruction, given, output = (text_of(row, k) for k in ("instruction", "input", "output"))
        given = "" if says_no_input(given) else given
        constraints = text_of(row, "constraints").strip()
        if constraints.lower() not in _UNCONSTRAINED:
            instruction = f"{instruction.strip()} {constraints}"
        own_id = stated_id(row.get("id"))
        if self.column_keys.get("instruction") == self.column_keys.get("input", "input"):
            given = ""
        context = lines_of(row.get("context")) if "context" in self.columns else ""
        head = [Turn(SYSTEM, text) for text in (text_of(row, "system"), context) if text.strip()]
        question = "\n".join(text for text in (instruction, given) if text.strip())
        earlier = turns_of(row.get("history"), is_answered=bool(question))
        if isinstance(earlier, BadRow):
            yield earlier
        elif not question and earlier and earlier[-1].role != USER:
            yield BadRow("empty_field", "no turn of the user after the history")
        elif head or earlier:
            asked = [Turn(USER, question)] if question else []
            turns = [*head, *earlier, *asked, Turn(ASSISTANT, output)]
            yield from chat_drafts(turns, "last", own_id, (_CHAT, _NO_INPUT, _CHAT))
        elif given.strip():
            fields = {"instruction": instruction, "input": given, "output": output}
            yield Draft(fields, own_id)
        else:
            yield Draft({"instruction": instruction, "output": output}, own_id, _NO_INPUT)
