"""Name texts that hold no rows for what they are, and say what to do with them."""

import re
from collections.abc import Callable

from transforms.sources.files.streams import open_stream

_HEAD = 1 << 16
_DATA = "JSON Lines or CSV"


def _all_lines(pattern: str, share: float = 0.9) -> Callable[[str], bool]:
    """Return a test whether nearly all lines of a text that are not empty match a pattern."""
    compiled = re.compile(pattern)

    def test(text: str) -> bool:
        lines = [line for line in text.splitlines()[:400] if line.strip()]
        return len(lines) > 1 and sum(
            compiled.match(line) is not None for line in lines
        ) >= share * len(lines)

    return test


def _has(pattern: str, least: int = 1) -> Callable[[str], bool]:
    """Return a test whether a text has matches of a pattern, with ^ at the start of each line."""
    compiled = re.compile(pattern, re.M)
    return lambda text: sum(1 for _ in compiled.finditer(text)) >= least


def _is_conll_u(text: str) -> bool:
    """Return whether blocks between empty lines have a number, a word and its tags in each line."""
    return "\n\n" in text.replace("\r", "").strip() and _NUMBERED_WORDS(text)


# Tables whose first column has numbers have fewer columns, and no empty lines.
_NUMBERED_WORDS = _all_lines(r"(?:#|\d+(?:[-.]\d+)?(?:\t[^\t]*){7,})")


def _is_conll(text: str) -> bool:
    """Return whether blocks of lines between empty ones have a token and its tags in each line."""
    lines = [line for line in text.splitlines()[:400] if not line.startswith("#")]
    widths = {len(line.split()) for line in lines[:-1] if line.strip()}
    tags = [line.split()[-1] for line in lines if line.strip()]
    are_tags = sum(_TAG.fullmatch(tag) is not None for tag in tags) * 10 >= len(tags) * 9
    return len(widths) == 1 and min(widths) > 1 and "" in map(str.strip, lines) and are_tags


_TAG = re.compile(r"O|[BIESLU]-\S+")

# A message may have several lines.
_WHATSAPP = _all_lines(
    r"[\u200e\ufeff]*\[?\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}[:.]\d\d(?:[:.]\d\d)?"
    r"(?:[ \u202f][AaPp]\.?[Mm]\.?)?(?:\] | - )",
    0.5,
)

# What a text is: its test, its name, and what to do. The first that holds counts.
_KINDS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (
        _has(r"^\s*(?:INSERT INTO|CREATE TABLE|COPY \S+ .*FROM stdin)\b"),
        "an SQL dump: load it into a database, and export the table as CSV",
    ),
    (
        _has(r"^(?:::[^:\n]*:: ?)?[^\n{]+\{[^}]*[=~][^}]*\}", 2),
        f"quiz questions in GIFT: export them as {_DATA}, with the question, options and answer",
    ),
    (
        _has(r"^S \S.*\nA -?\d+ -?\d+\|\|\|"),
        "corrections in M2: write each sentence and its corrected form as a row of JSON Lines",
    ),
    (
        _is_conll_u,
        "CoNLL-U, a line for each word with its tags: no family of templates tags words; write "
        f"sentences with their answers as {_DATA}",
    ),
    (
        _is_conll,
        "CoNLL, a line for each word with its tags: no family of templates tags words; write "
        f"sentences with their answers as {_DATA}",
    ),
    (
        _has(r"^\d\d:\d\d(?::\d\d)?[,.]\d{3} --> "),
        "subtitles, texts without answers: material for pretraining, not for instruction tuning",
    ),
    (
        _all_lines(r"__label__\S+ "),
        "fastText's lines: write them as CSV with the columns text and label",
    ),
    (
        _has(r'^msgid ".*"\nmsgstr "', 2),
        "a gettext catalog: write each text and its translation as a row of JSON Lines",
    ),
    (
        _all_lines(
            r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*\b(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b"
        ),
        "a log of a program, without questions and answers",
    ),
    (
        _WHATSAPP,
        "a chat of WhatsApp, in which no line says who answers whom: write each answer with the "
        'messages before it as a row of JSON Lines, {"messages": [{"role": "user", "content": "…"}'
        ', {"role": "assistant", "content": "…"}]}',
    ),
    (
        _has(r"^(?:Q|Question)\s*\d*\s*[:.].*\n+(?:A|Answer)\s*\d*\s*[:.]", 2),
        "questions and answers after `Q:` and `A:`: write each pair as a row of JSON Lines, "
        '{"question": "…", "answer": "…"}',
    ),
)
_ENDINGS = {
    (".yaml", ".yml"): f"YAML, which is not read: save the rows as {_DATA}",
    (
        ".xml",
        ".tmx",
        ".tei",
        ".xliff",
    ): f"XML, of which only ASDiv's is read: save the rows as {_DATA}",
    (".html", ".htm"): "an HTML page: save its table as CSV",
    (".md",): "a Markdown page, not rows of data",
    (".py", ".ipynb"): "a program, not rows of data",
    (".sql",): "SQL: load it into a database, and export the table as CSV",
}


def _name_of(text: str) -> str | None:
    return next((name for test, name in _KINDS if test(text)), None)


def is_named(path: str, head: bytes) -> bool:
    """Return whether the start of a file is of a kind that has a name here, and is no table."""
    text = head.decode(errors="replace")
    return _WHATSAPP(text) or (not text.startswith(("{", "[")) and _name_of(text) is not None)


def kind_of(path: str) -> str:
    """Return what a file without rows is, and what to do with it."""
    for endings, name in _ENDINGS.items():
        if path.lower().endswith(endings):
            return name
    with open_stream(path) as stream:
        head = stream.read(_HEAD)
    if not head.strip():
        return "it is empty"
    text = head.decode(errors="replace")
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        return _ENDINGS[".xml", ".tmx", ".tei", ".xliff"]
    return _name_of(text) or (
        f"a text without rows: save its questions and answers as {_DATA}; a text without answers "
        "is material for pretraining, not for instruction tuning"
    )
