"""Find what a question is about, wherever a file has it: tables, schemas, passages, hints."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess
from pipelines.drafting.key_names import HINTS, MATERIAL, TABLES, TITLES
from pipelines.drafting.keys_read import keys_read
from pipelines.drafting.samples import Sample
from pipelines.drafting.told_answers import rows_that_tell
from transforms.records.fields import is_missing
from transforms.sources.field_sources import keys_of, look_up
from transforms.sources.lines import lines_of
from transforms.sources.mapping import RowMapping

NO_TABLES = "the tables that a query is about: they are not shown"
_TARGETS = ("answer", "code", "output", "rationale")
# Words that say of a key's last word in which form it has something: "evidence_text".
_FORMS = ("text", "texts", "sentence", "sentences", "content", "array", "markdown", "str", "string")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+")
# A number, an id, an address or the name of a file says only where something is.
_REFERENCE = re.compile(r"https?://\S+|\S*\d\S*|\S+/\S+|\S+\.\w{2,4}")
# Names of data sets, books and papers are shorter.
_WORDS_TO_READ = 12
_BESIDE_CONTENT = ("meta", "metadata", "extra_info", "extra")


def is_material(key: str, names: tuple[str, ...] = (*MATERIAL, *TITLES)) -> bool:
    """Return whether the name of a key says that a question may be about its value.

    "db_schema", "tableText" and "fact1" → True, "table_id" → False
    """
    words = [word.lower() for word in WORD.findall(key.rpartition(".")[2])]
    if words == ["supporting", "facts"]:
        # HotpotQA: the titles and numbers of sentences.
        return False
    last = words[-1:] if words[-1:] != ["ddl"] else ["schema"]
    if last and last[0] in _FORMS:
        last = [word for word in words[:-1] if word in names]
    return bool({*last} & {*names})


def find_material(sample: Sample, whole: Sample, guess: Guess) -> list[str]:
    """Return the keys of material that a guess does not read, in the order of the file."""
    read = keys_read(sample, guess)
    if not read:
        return []
    found = []
    for key in sample.keys:
        above = key.rpartition(".")[0]
        inner = [other for other in read if other.startswith(f"{above}.")]
        if above and above in whole.keys and is_material(above) and not inner:
            key = above
        is_shown = is_material(key) or _is_long_source(sample, key)
        if key not in read and is_shown and _is_shown_well(whole, guess, key):
            found.append(key)
    return list(dict.fromkeys(found))


def _is_long_source(sample: Sample, key: str) -> bool:
    """Return whether a source is a text to read in most rows, and not where the rows are from."""
    if key.lower() != "source" or sample.distinct(key) is not None:
        return False
    counts = [len(str(value).split()) for value in sample.values(key)]
    return 2 * sum(count >= _WORDS_TO_READ for count in counts) > len(counts)


def _is_shown_well(sample: Sample, guess: Guess, key: str) -> bool:
    """Return whether values are texts, lists or objects that are new beside prompt and target."""
    rows = [row for row in sample.rows if not is_missing(look_up(row, key))]
    values = [look_up(row, key) for row in rows]
    if re.search(r"[{}:!]", key) or key.partition(".")[0].lower() in _BESIDE_CONTENT:
        return False
    if not values or not all(isinstance(value, (str, list, Mapping)) for value in values):
        return False
    texts = [lines_of(value).strip() for value in values]
    if not any(texts) or all(_REFERENCE.fullmatch(text) for text in texts):
        return False
    if not is_material(key, TABLES) and 2 * sum(map(_are_numbers, values)) > len(values):
        return False
    are_words = sample.distinct(key) is not None and not any(" " in text for text in texts)
    if are_words and not is_material(key, TITLES):
        return False
    others = [_others(row, guess) for row in rows]
    said = [_is_said(value, other) for value, other in zip(values, others, strict=True)]
    return 2 * sum(said) <= len(rows)


def rows_that_say(sample: Sample, guess: Guess, key: str) -> int:
    """Return the number of rows of which a key says the answer, or just one of the options."""
    options = guess.keys.get("fields", {}).get("options")
    names = [*_target_keys(guess), *([options] if isinstance(options, str) else [])]
    return rows_that_tell(sample.rows, key, names, is_hint=is_material(key, HINTS))


def _are_numbers(value: Any) -> bool:
    """Return whether a list or an object has rather numbers and ids than words, as FEVER's."""
    text = "" if isinstance(value, str) else "".join(lines_of(value).split())
    return 2 * sum(char.isalpha() for char in text) < len(text)


def _is_said(value: Any, other: str) -> bool:
    """Return whether a text, or each item of a list of texts, is in another text already."""
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str) and item.strip() in other for item in items)


def _target_keys(guess: Guess) -> list[str]:
    fields, columns = guess.keys.get("fields", {}), guess.keys.get("columns", {})
    names = [fields[name] for name in _TARGETS if isinstance(fields.get(name), str)]
    return [*names, *(columns.get(name, name) for name in ("output", "completion", "chosen"))]


def _others(row: Mapping[str, Any], guess: Guess) -> str:
    """Return all that a prompt shows of a row already, as one text."""
    keys = guess.keys
    if "fields" in keys:
        mapping = RowMapping.model_validate({n: keys[n] for n in ("family", "fields")})
        sources = [s for name, s in mapping.fields.items() if name not in _TARGETS]
        names = [key for source in sources for key in keys_of(source)]
    else:
        columns = keys.get("columns", {})
        shown = ("instruction", "input", "prompt", "messages", "system")
        names = [columns.get(name, name) for name in shown]
    return "\n".join(str(look_up(row, name) or "") for name in names)
