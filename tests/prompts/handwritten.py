"""The records of rows.yaml as tasks, for the golden prompts and the gallery."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.prompts.exemplars import Prompting
from transforms.settings import FewShotVariant, Options
from transforms.templates.inversions import INVERSIONS
from transforms.types import INVERSION_SUFFIX, FieldValue, Record, Task

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """An entry of rows.yaml: records of one task."""

    name: str
    domain: str
    task_fields: dict[str, FieldValue]
    examples: tuple[dict[str, FieldValue], ...]
    records: tuple[Record, ...]

    @property
    def family(self) -> str:
        """The template family: the name without the variant."""
        return self.name.partition("/")[0]

    @property
    def with_options(self) -> tuple[Record, ...]:
        """The records that have answer options."""
        return tuple(record for record in self.records if "options" in record.fields)

    def task(self, inverted: bool, **own: Any) -> Task:
        """Return the task of the records, or the one that turns it around."""
        family = INVERSIONS[self.family].name if inverted else self.family
        return Task(
            exemplars=own.pop("exemplars", self.examples),
            name=self.name + INVERSION_SUFFIX if inverted else self.name,
            source="handwritten",
            collection="handwritten",
            family=family,
            fields=self.task_fields,
            domain=self.domain,
            inverts=self.name if inverted else "",
            **own,
        )

    def prompting(
        self,
        variants: Sequence[FewShotVariant],
        random_share: float,
        inverted: bool = False,
        pool: Sequence[Record] | None = None,
        **own: Any,
    ) -> Prompting:
        """Return what the prompts of these records have in common; by default all are the pool."""
        options = Options(random_share=random_share)
        task = self.task(inverted, **own)
        return Prompting(task, self.records if pool is None else pool, variants, options)


def make_record(number: int, fields: dict[str, FieldValue]) -> Record:
    """Return a record with an id of its number."""
    return Record(
        id=f"{number:032x}",
        source="handwritten",
        collection="handwritten",
        task="handwritten",
        license="CC0-1.0",
        fields=fields,
    )


@cache
def rows() -> dict[str, Row]:
    """Return the entries of rows.yaml by name."""
    loaded = yaml.safe_load((HERE / "rows.yaml").read_text(encoding="utf-8"))
    return {
        name: Row(
            name,
            entry.get("domain", ""),
            entry.get("task_fields", {}),
            tuple(entry.get("examples", ())),
            tuple(make_record(number, fields) for number, fields in enumerate(entry["records"])),
        )
        for name, entry in loaded.items()
    }
