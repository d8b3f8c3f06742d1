"""Programs with tests: MBPP (both schemas) and HumanEval.

Other programs need no reader: `format: jsonl` (or parquet) with a field mapping,
`family: program_synthesis`, `fields: {question: description, code: solution}`; programs to repair
likewise with `family: program_repair`, `fields: {code: buggy, answer: fixed}`.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import stated_id

_COLLECTION = "program_synthesis"


def with_unix_lines(text: str) -> str:
    """Return `text` with `\\n` as its only line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Mbpp(Layout):
    """A problem in words (`text`, or `prompt` in the sanitized set), `code` and `test_list`."""

    families: ClassVar[dict[str, str]] = {MAIN: "program_for_tests"}

    format: Literal["mbpp"]
    collection: str = Field(_COLLECTION, description="Collection of the task.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        fields = {
            "question": with_unix_lines(text_of(row, "text") or text_of(row, "prompt")),
            "tests": row.get("test_list"),
            "code": with_unix_lines(text_of(row, "code")),
        }
        yield Draft(fields, stated_id(row.get("task_id")))


class HumanEval(Layout):
    """The head of a function (`prompt`), its body (`canonical_solution`), `test`.

    The target is the whole function: head and body together are the program.
    """

    families: ClassVar[dict[str, str]] = {MAIN: "program_synthesis"}

    format: Literal["humaneval"]
    collection: str = Field(_COLLECTION, description="Collection of the task.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        prompt, solution = (
            with_unix_lines(text_of(row, k)) for k in ("prompt", "canonical_solution")
        )
        fields = {
            "question": prompt,
            "code": f"{prompt}{solution}" if solution.strip() else "",
            "tests": text_of(row, "test"),
            "function": text_of(row, "entry_point"),
        }
        yield Draft(fields, stated_id(row.get("task_id")))
