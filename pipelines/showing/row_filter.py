"""Choose examples of a snapshot by what their features say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.features import (
    COLLECTION,
    INPUTS,
    INPUTS_TEXT,
    INVERSION,
    LICENSE,
    SOURCE,
    TARGETS_TEXT,
    TASK_NAME,
    TEMPLATE_ID,
    TEMPLATE_TYPE,
    Row,
)
from tfrecords_schema.snapshot import Snapshot

# What --filter may name, and the feature that it compares.
KEYS = {
    "task": TASK_NAME,
    "collection": COLLECTION,
    "source": SOURCE,
    "license": LICENSE,
    "type": TEMPLATE_TYPE,
    "template": TEMPLATE_ID,
    "inversion": INVERSION,
}


@dataclass(frozen=True, kw_only=True)
class RowFilter:
    """What an example must satisfy.

    Attributes:
      equal: features, and the values of which each must have one; a template may be a prefix.
      contains: a text that must be in the prompt or in the answer.
      longer_than: tokens that prompt and answer together exceed.
    """

    equal: tuple[tuple[str, frozenset[str]], ...] = ()
    contains: str = ""
    longer_than: int = 0

    def accepts(self, row: Row) -> bool:
        """Return whether an example satisfies it."""
        for feature, values in self.equal:
            stated = str(row[feature])
            # "nli:" selects all templates of a family.
            is_one = stated in values or (
                feature == TEMPLATE_ID and any(stated.startswith(value) for value in values)
            )
            if not is_one:
                return False
        if self.longer_than and len(row[INPUTS]) + len(row["targets"]) <= self.longer_than:  # type: ignore[arg-type]
            return False
        texts = (str(row[INPUTS_TEXT]), str(row[TARGETS_TEXT]))
        return not self.contains or any(self.contains in text for text in texts)


def parse_filters(stated: Sequence[str]) -> RowFilter:
    """Return the filter that pairs KEY=VALUE[,VALUE] state, all of which must hold.

    Raises:
      ConfigurationError: not a pair, or an unknown key.
    """
    equal, contains = [], ""
    for pair in stated:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigurationError(f"--filter {pair}: write it as KEY=VALUE")
        if key == "contains":
            contains = value
        elif key in KEYS:
            equal.append((KEYS[key], frozenset(value.split(","))))
        else:
            known = ", ".join([*KEYS, "contains"])
            raise ConfigurationError(f"--filter {pair}: no key {key!r}; known: {known}")
    return RowFilter(equal=tuple(equal), contains=contains)


def check_names(snapshot: Snapshot, wanted: RowFilter) -> None:
    """Check the names of tasks and collections before a snapshot is read for nothing.

    Raises:
      ConfigurationError: the snapshot has no such task or collection; names that are near.
    """
    import difflib

    entries = snapshot.manifest.mixture
    names = {
        TASK_NAME: {entry.task for entry in entries},
        COLLECTION: {entry.collection for entry in entries},
    }
    for feature, values in wanted.equal:
        known = names.get(feature)
        for value in sorted(values - known) if known else ():
            near = difflib.get_close_matches(value, sorted(known or ()), 3, 0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else f"it has {len(known or ())}"
            word = feature.strip("_").removesuffix("_name")
            raise ConfigurationError(f"{snapshot.path}: no {word} {value!r}; {hint}")


def rows_of(snapshot: Snapshot, splits: Sequence[str], wanted: RowFilter) -> Iterator[Row]:
    """Yield the examples of some splits that satisfy a filter, in their order."""
    for split in splits:
        yield from (row for row in snapshot.rows(split) if wanted.accepts(row))
