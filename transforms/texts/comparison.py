"""The texts of a record that are compared in deduplication: its fields in normal form."""

import re
from collections.abc import Mapping

from transforms.settings import Deduplicate
from transforms.stable_random import stable_hash
from transforms.texts.normalization import fold_text, normalize_text
from transforms.types import FieldValue, Record, Task

# In programs, case, punctuation and white space matter.
_VERBATIM = {"code"}
_INDENTED = re.compile(r"\n[ \t]+\S")
# A line that ends as lines of programs do, or begins with what some of their statements begin with.
_STATEMENT = re.compile(
    r"[:;{})\]][ \t]*$"
    r"|^[ \t]*(?:def|class|return|import|for|while|if|elif|else|print|try|var|let)\b",
    re.MULTILINE,
)
# "x = 1", "a[i], b.c += f(x)"; and what calls, imports and returns are, on a line of their own.
_TARGET = r"[A-Za-z_][\w.]*(?:\[[^\]\n]*\])*"
_ASSIGNMENT = re.compile(
    rf"^[ \t]*(?:(?:const|int|let|var)[ \t]+)?{_TARGET}(?:[ \t]*,[ \t]*{_TARGET})*"
    r"[ \t]*(?:[-+*/%|&^]|//|\*\*|<<|>>)?=(?![=>])[ \t]*\S",
    re.MULTILINE,
)
_PLAIN_STATEMENT = re.compile(
    r"^[ \t]*(?:import[ \t]+[\w., ]+|from[ \t]+[\w.]+[ \t]+import\b.*|return\b.*|#.*"
    r"|[A-Za-z_][\w.]*\(.*\))[ \t]*;?[ \t]*$",
    re.MULTILINE,
)
_LEAST_ASSIGNMENTS = 2


def holds_code(text: str) -> bool:
    """Return whether `text` contains a program: indented, or mostly assignments and calls.

    "for i in x:\n    print(i)" → True; "A list,\n  apples, pears" → False
    "x = 1\nX = 2\nprint(x)" → True
    """
    if "```" in text:
        return True
    if "\n" not in text:
        return False
    is_indented = _INDENTED.search(text) is not None
    assignments = len(_ASSIGNMENT.findall(text)) if "=" in text else 0
    if not is_indented and assignments < _LEAST_ASSIGNMENTS:
        return False
    lines = sum(bool(line.strip()) for line in text.splitlines())
    plain = assignments + len(_PLAIN_STATEMENT.findall(text)) if assignments else 0
    others = len(_STATEMENT.findall(text)) if is_indented else 0
    return 2 * max(others, plain) >= lines


def code_layout(name: str, text: str) -> list[tuple[int, str]]:
    """Return (depth, statement) of each indented line of a program; empty for other texts.

    Equal for tabs, two and four spaces: "if x:\\n    a()\\nb()" → [(1, "a()")]
    """
    if name not in _VERBATIM and not holds_code(text):
        return []
    layout, widths = [], [0]
    for line in text.expandtabs().splitlines():
        if statement := " ".join(line.split()):
            width = len(line) - len(line.lstrip())
            while width < widths[-1]:
                widths.pop()
            if width > widths[-1]:
                widths.append(width)
            if len(widths) > 1:
                layout.append((len(widths) - 1, statement))
    return layout


def normal_forms(name: str, value: FieldValue, settings: Deduplicate) -> list[str]:
    """Return the texts of field `name` in the form for comparison."""
    texts = [value] if isinstance(value, str) else list(value)
    if name not in _VERBATIM:
        texts = [
            text
            if holds_code(text)
            else normalize_text(
                text,
                settings.ignore_case,
                settings.ignore_punctuation,
                settings.ignore_width,
                settings.ignore_space,
            )
            for text in texts
        ]
    return sorted(texts) if name == "options" else texts


def exact_parts(
    fields: Mapping[str, FieldValue],
    settings: Deduplicate,
    shared: Mapping[str, list[str]] | None = None,
) -> list[str]:
    """Return names and normal forms of all compared fields: equal lists mean exact duplicates.

    `shared` has the normal forms of further fields, those of the task.
    """
    forms = dict(shared or {})
    for name, value in fields.items():
        forms[name] = normal_forms(name, value, settings)
    parts = []
    for name in sorted(set(settings.fields) & forms.keys() or forms):
        parts += [name, str(len(forms[name])), *forms[name]]
    return parts


def folded_fields(fields: Mapping[str, FieldValue], settings: Deduplicate) -> list[tuple[str, str]]:
    """Return (name, folded text) of a record's own fields, as MinHash reads them; join lists."""
    case, width = settings.ignore_case, settings.ignore_width
    names = (set(settings.fields) & fields.keys() or fields) if settings.fields else fields
    return [(name, _folded(name, fields[name], case, width)) for name in sorted(names)]


def _folded(name: str, value: FieldValue, case: bool, width: bool) -> str:
    if name in _VERBATIM:
        return value if isinstance(value, str) else "\n".join(value)
    if isinstance(value, str):
        return fold_text(value, case, width)
    texts = [fold_text(text, case, width) for text in value]
    # The order of options does not matter.
    return "\n".join(sorted(texts) if name == "options" else texts)


def scope_of(member: Record | Task, settings: Deduplicate) -> str:
    """Return the scope: only records of one scope can be duplicates of each other."""
    task = member.task if isinstance(member, Record) else member.name
    scopes = {"task": task, "collection": member.collection, "corpus": ""}
    return scopes[settings.scope]


def task_salt(task: Task, settings: Deduplicate) -> int:
    """Return 64 bits that differ between tasks whose records can never be duplicates.

    Definitions count as if each record had them: the same pair under two definitions is not a
    duplicate.
    """
    shared = exact_parts(task.fields, settings) if task.fields else []
    if settings.fields:
        shared = [] if not set(settings.fields) & task.fields.keys() else shared
    return stable_hash("task", scope_of(task, settings), *shared)
