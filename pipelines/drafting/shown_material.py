"""Write into a draft what its question is about: as a context, above or below a text, in a chat."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.attributes import words_of
from pipelines.drafting.guess import Guess
from pipelines.drafting.key_names import HINTS, TABLES, TITLES
from pipelines.drafting.material import (
    NO_TABLES,
    WORD,
    find_material,
    is_material,
    rows_that_say,
)
from pipelines.drafting.samples import Sample
from pipelines.drafting.told_answers import not_shown
from transforms.sources.field_sources import look_up
from transforms.sources.lines import HEADERS, ROWS, lines_of

# Families whose prompts have a place for a passage.
_WITH_CONTEXT = (
    *("closed_book_qa", "reading_comprehension", "extractive_qa", "yes_no_qa"),
    *("multiple_choice_qa", "structured_knowledge"),
)
_LABELED = ("topic", "classification", "sentiment")
# Families without: the field that the material is shown with, and whether it stands above.
_SHOWN_WITH = {
    "chain_of_thought": ("question", True),
    "math_word_problem": ("question", True),
    "program_synthesis": ("question", False),
    "prompted": ("input", True),
    **dict.fromkeys(_LABELED, ("text", False)),
}
# What an answer in a conversation needs less than a passage.
_LESS = ("background", "persona", "personas")
# The first line of two texts with their names.
_NAMED = re.compile(r"[^{\n]+: \{")
_BRACED = re.compile(r"\{(.+?)\}")


def show_material(sample: Sample, whole: Sample, guess: Guess) -> None:
    """Add to a guess the keys that its question is about and that it does not read.

    Args:
      sample: the rows that were guessed; `whole` are those with objects as the file has them.
    """
    keys = guess.keys
    told = {}
    if found := find_material(sample, whole, guess):
        told = {key: count for key in found if (count := rows_that_say(whole, guess, key))}
        found = [key for key in found if key not in told]
    if "fields" in keys:
        shown = _show_in_fields(whole, guess, found)
    elif keys["format"] == "alpaca":
        shown = _show_with_instruction(whole, guess, found)
    else:
        shown = _show_in_chat(whole, guess, found)
    guess.unknown = [text for text in guess.unknown if not any(repr(k) in text for k in shown)]
    if shown:
        guess.unknown = [text for text in guess.unknown if text != NO_TABLES]
        guess.assumed.append(f"a prompt shows {_named(shown)} too: its question may be about it")
    if rest := [key for key in found if key not in shown and not is_material(key, TITLES)]:
        guess.unknown.append(f"whether a prompt needs {_named(rest)}: it is not shown")
    guess.unknown += [not_shown(key, count, len(whole.rows)) for key, count in told.items()]


def _named(keys: list[str]) -> str:
    return ", ".join(map(repr, keys))


def _show_in_fields(sample: Sample, guess: Guess, found: list[str]) -> list[str]:
    keys = guess.keys
    family, fields = keys["family"], keys["fields"]
    titles = [key for key in found if is_material(key, TITLES)]
    others = [key for key in found if key not in titles]
    if family in _WITH_CONTEXT and (others or "context" in fields):
        return _show_as_context(sample, keys, titles, others)
    if family in _WITH_CONTEXT and titles and isinstance(fields["question"], str):
        fields["question"] = {"text": f"{{{titles[0]}}}\n{{{fields['question']}}}"}
        return titles[:1]
    is_labeled = family in _LABELED
    if is_labeled:
        others += [key for key in titles if "table" in key.lower()]
        titles = []
    if family == "classification" and others:
        return _show_by_name(sample, keys, others)
    if family not in _SHOWN_WITH or not others:
        return []
    name, is_above = _SHOWN_WITH[family]
    asked = fields[name]
    template = f"{{{asked}}}" if isinstance(asked, str) else asked.get("text")
    if template is None or {"words", "replace"} & {*asked}:
        return []
    said = _template(sample, [*titles, *others], labeled=not is_above and not is_labeled)
    if is_labeled and _NAMED.match(template):
        said = "\n".join(f"{words_of(key)}: {{{key}}}" for key in others)
    between = "\n" if is_labeled else "\n\n"
    parts = (said, template) if is_above else (template, said)
    fields[name] = {"lines": between.join(parts)}
    if not is_labeled:
        _require(keys, _BRACED.findall(template)[0])
    return [*titles, *others]


def _show_by_name(sample: Sample, stated: dict[str, Any], keys: list[str]) -> list[str]:
    """Show keys below the text of a label, each under its name, as `both_texts` does."""
    asked = stated["fields"]["text"]
    template = f"{words_of(asked)}: {{{asked}}}" if isinstance(asked, str) else asked.get("text")
    if template is None or {"words", "replace"} & {*asked}:
        return []
    lines = [template]
    for key in keys:
        is_long = any("\n" in lines_of(look_up(row, key)) for row in sample.rows)
        between = "\n" if is_long else " "
        lines.append(f"{words_of(key)}:{between}{{{key}}}")
    stated["fields"]["text"] = {"lines": "\n".join(lines)}
    stated["domain"] = "record"
    return keys


def _show_as_context(
    sample: Sample, keys: dict[str, Any], titles: list[str], others: list[str]
) -> list[str]:
    """Show material as the context of a question, together with the context that it has."""
    family, fields = keys["family"], keys["fields"]
    context = fields.get("context")
    if isinstance(context, dict) and {*context} == {"passages"}:
        context = context["passages"]
    if not isinstance(context, str | None):
        return []
    shown = [*titles, *([context] if context else []), *others]
    fields["context"] = _source(sample, shown)
    if family in ("closed_book_qa", "reading_comprehension"):
        is_table = any(_is_table(sample, key) for key in others)
        keys["family"] = "structured_knowledge" if is_table else "reading_comprehension"
    if family == "closed_book_qa":
        keys["optional"] = {"context": family}
    elif context and family not in ("yes_no_qa", "multiple_choice_qa"):
        _require(keys, context)
    return [*titles, *others]


def _require(keys: dict[str, Any], key: str) -> None:
    """Leave out rows without a key, of which the material alone would be shown."""
    keys["filters"] = {key: {"empty": False}, **keys.get("filters", {})}


def _show_with_instruction(sample: Sample, guess: Guess, found: list[str]) -> list[str]:
    """Show material as the input of an instruction, above the input that it has."""
    columns = guess.keys.get("columns", {})
    others = [key for key in found if not is_material(key, TITLES)]
    if not others or "explode" in guess.keys:
        return []
    if sample.find("system", "history") or {"system", "history"} & {*columns}:
        return _show_in_chat(sample, guess, others)
    given = columns.get("input", "input")
    has_input = bool(sample.values(given)) or "." in given
    template = "\n\n".join([_template(sample, found), *([f"{{{given}}}"] if has_input else [])])
    fields = {name: columns.get(name, name) for name in ("instruction", "output")}
    guess.keys.pop("columns", None)
    guess.keys |= {
        "format": sample.form,
        "family": "instruction_input",
        "fields": {**fields, "input": {"lines": template}},
        "optional": {"input": "instruction_only"},
    }
    return found


def _show_in_chat(sample: Sample, guess: Guess, found: list[str]) -> list[str]:
    """Show texts and lists of texts with the system prompt of a conversation."""
    texts = [
        key
        for key in found
        if not is_material(key, TITLES) and (sample.is_text(key) or sample.is_list_of(key, str))
    ]
    if not texts or guess.keys.get("rows_are") == "messages" or "explode" in guess.keys:
        return []
    texts.sort(key=lambda key: is_material(key, _LESS))
    context = texts[0] if len(texts) == 1 else {"lines": _template(sample, texts)}
    guess.keys["columns"] = {**guess.keys.get("columns", {}), "context": context}
    return texts


def _is_table(sample: Sample, key: str) -> bool:
    return is_material(key, TABLES) or any(isinstance(v, Mapping) for v in sample.values(key))


def _source(sample: Sample, keys: list[str]) -> Any:
    """Return the source of a text with the values of keys."""
    is_plain = len(keys) == 1 and sample.is_text(keys[0]) and not is_material(keys[0], HINTS)
    return keys[0] if is_plain else {"lines": _template(sample, keys)}


def _template(sample: Sample, keys: list[str], *, labeled: bool = False) -> str:
    """Return keys in braces, a paragraph each; with labels all but titles and the first other one.

    ["title", "passage", "hint"] → "{title}\n\n{passage}\n\nHint: {hint}"
    """
    text = ""
    for key in sorted(keys, key=lambda key: not is_material(key, TITLES)):
        name = key.rpartition(".")[2].lower()
        is_body = name in ROWS and text.endswith(tuple(_header(keys)))
        is_plain = is_material(key, TITLES) or is_body
        label = "" if is_plain or not (labeled or is_material(key, HINTS)) else _label(sample, key)
        labeled = labeled or not (is_plain or name in HEADERS)
        between = "\n" if is_body else "\n\n"
        text += f"{between if text else ''}{label}{{{key}}}"
    return text


def _header(keys: list[str]) -> list[str]:
    return [f"{{{key}}}" for key in keys if key.rpartition(".")[2].lower() in HEADERS]


def _label(sample: Sample, key: str) -> str:
    """Return the name of a key as a label: "db_schema" → "Db schema: "."""
    words = " ".join(WORD.findall(key.rpartition(".")[2])).capitalize()
    texts = [lines_of(look_up(row, key)) for row in sample.rows]
    if any(text.lstrip().upper().startswith("CREATE TABLE") for text in texts):
        words = "Schema"
    is_long = any("\n" in text for text in texts)
    return f"{words}:\n" if is_long else f"{words}: "
