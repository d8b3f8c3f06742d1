"""GSM8K: `question`, and an `answer` that reasons and ends with `#### 72`.

The calculator notes in it (`48/2 = <<48/2=24>>24`) are for models with a calculator: they are
removed.
"""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, text_of

_CALCULATION = re.compile(r"<<[^<>]*>>")
_FINAL = "####"


class Gsm8k(Layout):
    """Grade-school word problems with their reasoning."""

    families: ClassVar[dict[str, str]] = {MAIN: "chain_of_thought"}

    format: Literal["gsm8k"]
    collection: str = Field("cot", description="Collection of the task.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        rationale, mark, answer = text_of(row, "answer").rpartition(_FINAL)
        if not mark:
            yield BadRow("empty_field", f"answer has no line that begins with {_FINAL}")
            return
        yield Draft(
            {
                "question": text_of(row, "question"),
                "rationale": _CALCULATION.sub("", rationale),
                "answer": answer,
            }
        )
