"""The role of each field of a held-out record in the search: a question, or something else."""

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
    """Return the role of each field in the search; at least one is a question.

    Without a family, a field with an unknown name is a question, and so is `instruction`,
    unless an `input` follows it.
    """
    if family is not None:
        roles = {name: family.role_of(name) for name in fields}
    else:
        roles = {name: _ROLES.get(name, "question") for name in fields}
        if "instruction" in fields and "input" in fields:
            roles["instruction"] = "passage"
    if "question" not in roles.values():
        # A record with only a passage is searched by it.
        roles = {n: "question" if role == "passage" else role for n, role in roles.items()}
    return roles
