"""What each field of a held-out record is to the search: a question, or something beside it."""

from collections.abc import Iterable, Mapping

from transforms.templates.template import Family, Role

_NAMES: Mapping[Role, tuple[str, ...]] = {
    "passage": ("context", "passage", "article", "document", "history"),
    "options": ("options", "choices"),
    "tests": ("tests", "test", "test_list", "function", "entry_point"),
    "answer": (
        *("answer", "answers", "label", "output", "target", "targets", "response", "rationale"),
        *("explanation", "code", "solution", "solutions", "canonical_solution"),
    ),
}
_ROLES: dict[str, Role] = {name: role for role, names in _NAMES.items() for name in names}


def roles_of(fields: Iterable[str], family: Family | None) -> dict[str, Role]:
    """Return what each field is to the search; some field is always a question.

    Without a family, a name that says nothing stands for a question, and so does `instruction`
    unless an `input` follows it.
    """
    if family is not None:
        roles = {name: family.role_of(name) for name in fields}
    else:
        roles = {name: _ROLES.get(name, "question") for name in fields}
        if "instruction" in fields and "input" in fields:
            roles["instruction"] = "passage"
    if "question" not in roles.values():
        # A record that is a passage alone is looked for by it.
        roles = {n: "question" if role == "passage" else role for n, role in roles.items()}
    return roles
