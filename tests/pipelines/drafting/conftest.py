"""What `init` makes of rows: the source that it drafts, and the records that its draft reads."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.drafting.recipes import DraftedSource, draft_recipe
from pipelines.recipe import Recipe
from transforms.types import Record

TEXTS = [
    *("The parcel came late.", "Great kettle, boils fast.", "I cannot log in today."),
    *("Where is my invoice?", "The app crashes again.", "Lovely but far too small."),
    *("My card was charged twice.", "The screen flickers a lot."),
]
Row = dict[str, Any]
Drafted = tuple[DraftedSource, list[dict[str, Any]]]
DraftOf = Callable[..., Drafted]


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="") as stream:
        if path.suffix == ".csv":
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        else:
            stream.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def draft_of(tmp_path: Path) -> DraftOf:
    """Return the drafted source of rows, made of the number and the text of each, and its records.

    The records are those of the recipe as it is written.
    """

    def drafted(
        make: Callable[[int, str], Row], *, name: str = "a.jsonl", rows: int = 8
    ) -> Drafted:
        path = tmp_path / name
        _write(path, [make(number, TEXTS[number % len(TEXTS)]) for number in range(rows)])
        draft = draft_recipe([str(path)], None, str(tmp_path))
        recipe = Recipe.model_validate(yaml.safe_load(draft.text))
        (source,) = recipe.sources.values()
        pieces = source.work(str(path), {"": path.stat().st_size})
        elements = [element for piece in pieces for element in source.read("s", piece)]
        fields = [dict(element.fields) for element in elements if isinstance(element, Record)]
        return draft.sources[0], fields

    return drafted
