"""Swap what a mapping could get wrong, one thing at a time, and count what no row notices.

Swapped are the label names, the marks, the options and the fields' sources of every mapping, the
keys that a text is put together from, and in readers and row functions each two keys of a row or
fields of a record. Filters, replacements and row functions are left out in turn. Run it as

    python -m tests.transforms.collections.mutate_mappings

It prints the number of changes by kind, and each one that the rows of flan2021_rows.yaml,
text_pair_rows.yaml and source_rows.yaml do not tell from the right mapping.
"""

import ast
import inspect
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

from tests.transforms.collections.hand_written import (
    expected_of,
    facts_of,
    flan_2021_rows,
    placed,
    source_files,
    sources_of,
    text_pair_rows,
    text_pairs,
    tfds_records,
    write_case,
)
from transforms.collections.flan2021 import TASKS
from transforms.collections.text_pairs import EX_MIX, T5
from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Keys, Text
from transforms.sources.files.row import Row
from transforms.sources.formats.promptsource import Promptsource
from transforms.sources.mapping import RowMapping
from transforms.sources.source import Source

# Swaps that change nothing: both keys are read, and the one that is there wins.
EQUIVALENT = {
    ("mbpp", "prompt", "text"): "the two releases of MBPP name the problem differently",
    ("cast_2019", "raw_utterance", "utterance"): "releases of CAsT name the question differently",
    ("cast_2020", "raw_utterance", "utterance"): "as for 2019",
    ("cast_2021", "raw_utterance", "utterance"): "as for 2019",
    ("cast_2022", "raw_utterance", "utterance"): "as for 2019",
    ("cast_2021", "passage", "response"): "releases of CAsT name the answer differently",
    ("cast_2022", "passage", "response"): "as for 2021",
    ("superni", "Input_language", "Output_language"): "a task's languages are those of both",
}


@dataclass(frozen=True)
class Change:
    """One wrong mapping: of what, what kind of change, what was changed, and whether it shows."""

    of: str
    kind: str
    what: str
    is_noticed: bool


Mutant = tuple[str, str, Any]


def _swapped(items: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    for one, other in combinations(range(len(items)), 2):
        if items[one] != items[other]:
            changed = list(items)
            changed[one], changed[other] = items[other], items[one]
            yield f"{items[one]} ↔ {items[other]}", changed


def _swapped_values(items: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one, other in combinations(items, 2):
        if items[one] != items[other]:
            yield f"{one} ↔ {other}", {**items, one: items[other], other: items[one]}


def _without_each(items: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in items:
        yield name, {key: value for key, value in items.items() if key != name}


def _text_mutants(text: Text) -> Iterator[tuple[str, str, Text]]:
    names = [name for _, name, _, _ in Formatter().parse(text.text) if name]
    for one, other in combinations(names, 2):
        changed = text.text.replace(f"{{{one}}}", "\0").replace(f"{{{other}}}", f"{{{one}}}")
        yield (
            "text",
            f"{one} ↔ {other}",
            text.model_copy(update={"text": changed.replace("\0", f"{{{other}}}")}),
        )
    for key, words in text.words.items():
        for what, changed_words in _swapped_values(words):
            update = {"words": {**text.words, key: changed_words}}
            yield "words", what, text.model_copy(update=update)
    for what, left in _without_each(text.replace):
        yield "replace", what, text.model_copy(update={"replace": left})


def mapping_mutants(mapping: RowMapping) -> Iterator[Mutant]:
    """Yield (kind, what, mapping) for each way to get `mapping` wrong."""

    def changed(**update: Any) -> RowMapping:
        return mapping.model_copy(update=update)

    for what, labels in _swapped(mapping.labels or []):
        yield "labels", what, changed(labels=labels)
    for what, label_of in _swapped_values(mapping.label_of or {}):
        yield "labels", what, changed(label_of=label_of)
    if isinstance(mapping.marks, list):
        for what, marks in _swapped(mapping.marks):
            yield "marks", what, changed(marks=marks)
    elif mapping.marks:
        yield "marks", mapping.marks, changed(marks=None)
    for what, fields in _swapped_values(mapping.fields):
        yield "fields", what, changed(fields=fields)
    for name, source in mapping.fields.items():
        if isinstance(source, Keys):
            for what, keys in _swapped(source.keys):
                new = source.model_copy(update={"keys": keys})
                yield "options", what, changed(fields={**mapping.fields, name: new})
        if isinstance(source, Text):
            for kind, what, text in _text_mutants(source):
                yield kind, what, changed(fields={**mapping.fields, name: text})
    for what, filters in _without_each(mapping.filters):
        yield "filters", what, changed(filters=filters)


def _promptsource_mutants(source: Promptsource) -> Iterator[Mutant]:
    for what, features in _swapped_values(source.features):
        yield "fields", what, source.model_copy(update={"features": features})
    for key, names in source.labels.items():
        for what, labels in _swapped(names):
            changed = {**source.labels, key: labels}
            yield "labels", what, source.model_copy(update={"labels": changed})


class _Swap(ast.NodeTransformer):
    """Exchange two string constants."""

    def __init__(self, one: str, other: str) -> None:
        self._names = {one: other, other: one}

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str) and node.value in self._names:
            return ast.copy_location(ast.Constant(self._names[node.value]), node)
        return node


def _strings(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _names_in(value: Any) -> set[str]:
    """Return every key of the objects in `value`."""
    if isinstance(value, Mapping):
        return {*value, *(name for item in value.values() for name in _names_in(item))}
    if isinstance(value, list):
        return {name for item in value for name in _names_in(item)}
    return set()


def code_mutants(module: ModuleType, scope: str, names: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield (what, the changed object `scope`) for each two of `names` in the code of `scope`.

    `scope` is a function of the module, alone changed, or a class, with the whole module changed.
    """
    tree = ast.parse(inspect.getsource(module))
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == scope]
    found = sorted(_strings(functions[0] if functions else tree) & names)
    for one, other in combinations(found, 2):
        changed = ast.parse(inspect.getsource(module))
        for node in changed.body:
            if not functions or (isinstance(node, ast.FunctionDef) and node.name == scope):
                _Swap(one, other).visit(node)
        mutant = ModuleType(module.__name__)
        mutant.__file__ = module.__file__
        exec(compile(changed, module.__name__, "exec"), mutant.__dict__)
        yield f"{one} ↔ {other}", getattr(mutant, scope)


def _is_noticed(records: Callable[[], Any], expected: Any) -> bool:
    try:
        return bool(records() != expected)
    except Exception:
        return True


def tfds_changes(
    task: TfdsTask,
    rows: list[Row],
    expected: list[Any],
    found: Callable[[TfdsTask, Row], list[Any]],
) -> Iterator[Change]:
    """Yield every change of a collection's task, of which `found` makes `expected` of `rows`."""

    def noticed(mutant: TfdsTask) -> bool:
        return _is_noticed(lambda: [found(mutant, row) for row in rows], expected)

    for kind, what, mapping in mapping_mutants(task.mapping):
        yield Change(task.name, kind, what, noticed(replace(task, mapping=mapping)))
    if task.prepare is None:
        return
    yield Change(task.name, "row function", "left out", noticed(replace(task, prepare=None)))
    names = _names_in(rows) | _names_in(expected)
    module, scope = sys.modules[task.prepare.__module__], task.prepare.__name__
    for what, function in code_mutants(module, scope, names):
        yield Change(task.name, "row function", what, noticed(replace(task, prepare=function)))


def source_changes(name: str, source: Source, case: dict[str, Any], root: Path) -> Iterator[Change]:
    """Yield every change of one source of a recipe."""
    write_case(root, case)

    def noticed(mutant: Source) -> bool:
        return _is_noticed(lambda: facts_of(name, placed(mutant, root), case), expected_of(case))

    if isinstance(source, Promptsource):
        mutants = _promptsource_mutants(source)
    elif isinstance(source, RowMapping):
        mutants = mapping_mutants(source)
    else:
        mutants = _reader_mutants(source, case)
    for kind, what, mutant in mutants:
        if (name, *what.split(" ↔ ")) not in EQUIVALENT:
            yield Change(name, kind, what, noticed(mutant))


def _reader_mutants(source: Source, case: Mapping[str, Any]) -> Iterator[Mutant]:
    names = _names_in([case["files"], [record for _, record in case["records"]]])
    reader = type(source)
    for what, mutant in code_mutants(sys.modules[reader.__module__], reader.__name__, names):
        yield "reader", what, mutant.model_validate(source.model_dump(exclude_unset=True))


def columns(cases: list[dict[str, Any]], *keys: str) -> tuple[list[Any], ...]:
    """Return the values of each key over all cases."""
    return tuple([case[key] for case in cases] for key in keys)


def all_changes() -> Iterator[Change]:
    """Yield every change of every mapping that has rows written by hand."""
    written = flan_2021_rows()
    for task in TASKS:
        rows, expected = columns(written[task.name], "row", "records")
        yield from tfds_changes(task, rows, expected, tfds_records)
    pairs = text_pair_rows()
    for collection, name in ((T5, "t5"), (EX_MIX, "ex_mix")):
        for task in collection.tasks:
            rows, expected = columns(pairs[name][task.name], "row", "pairs")
            yield from tfds_changes(task, rows, expected, text_pairs)
    for (recipe, name), case in source_files().items():
        source = sources_of(recipe)[name]
        with tempfile.TemporaryDirectory() as root:
            yield from source_changes(name, source, case, Path(root))


def main() -> int:
    """Print the counts and what went unnoticed; 1 if there is any."""
    changes = list(all_changes())
    unnoticed = [change for change in changes if not change.is_noticed]
    kinds = Counter(change.kind for change in changes)
    lines = [f"{count:6} {kind}" for kind, count in sorted(kinds.items())]
    lines += [f"{len(changes):6} changes of {len({change.of for change in changes})} mappings"]
    lines += [f"unnoticed: {change.of}: {change.kind}: {change.what}" for change in unnoticed]
    lines += [f"{len(unnoticed):6} unnoticed; {len(EQUIVALENT)} swaps change nothing, left out"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
