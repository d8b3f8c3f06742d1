"""CodeContests: a problem's `description`, and `solutions`, programs in several languages.

Layout: github.com/google-deepmind/code_contests, in the form of its Parquet files: `solutions` has
a list of `language` numbers and a list of `solution` texts of the same length.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field, PositiveInt

from transforms.sources.files.row import BadRow, Row
from transforms.sources.formats.program import with_unix_lines
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import stated_id

# ContestProblem.Solution.Language: 0 unknown, 1 Python 2, 2 C++, 3 Python 3, 4 Java.
_PYTHON_3 = 3


class CodeContests(Layout):
    """Problems in words → programs in Python 3; problems without one are rejected."""

    families: ClassVar[dict[str, str]] = {MAIN: "program_synthesis"}

    row_id_keys: ClassVar[tuple[str, ...]] = ("id", "name")

    format: Literal["code_contests"]
    collection: str = Field("program_synthesis", description="Collection of the task.")
    max_solutions: PositiveInt = Field(
        1, description="Maximum number of solutions per problem that become records."
    )

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        solutions = _solutions(row.get("solutions"))
        if solutions is None:
            yield BadRow("wrong_type", "solutions is not lists `language` and `solution`")
            return
        programs = [program for language, program in solutions if language == _PYTHON_3]
        if not programs:
            yield BadRow("no_solution", "no solution in Python 3")
        description, name = with_unix_lines(text_of(row, "description")), row.get("name")
        for number, program in enumerate(programs[: self.max_solutions]):
            own_id = f"{name}_{number}" if stated_id(name) else None
            yield Draft({"question": description, "code": with_unix_lines(program)}, own_id)


def _solutions(value: object) -> list[tuple[object, str]] | None:
    """Return (language, program) of each; None if `value` is neither lists nor objects of both."""
    if isinstance(value, Mapping):
        languages, programs = value.get("language"), value.get("solution")
        if not isinstance(languages, list) or not isinstance(programs, list):
            return None
        pairs = list(zip(languages, programs, strict=False))
        complete = len(languages) == len(programs)
    elif isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        pairs = [(item.get("language"), item.get("solution")) for item in value]
        complete = True
    else:
        return None
    return pairs if complete and all(isinstance(program, str) for _, program in pairs) else None
