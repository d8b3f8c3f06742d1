"""P3 as the Flan Collection has it: data sets and the names of their templates.

`T0_SF` is what its P3 part adds to Flan 2021 (the recipe `flan2022`), `IN_FLAN_2021` the rest of
P3's training tasks (the recipe `p3` has both). docs/p3.md says where the lists come from.
"""

from hashlib import sha256

from transforms.collections.p3.data_set import P3DataSet
from transforms.collections.p3.in_flan2021 import IN_FLAN_2021
from transforms.collections.p3.t0_sf import T0_SF

__all__ = ["IN_FLAN_2021", "T0_SF", "P3DataSet", "lists_digest", "published_templates"]

_TEMPLATES = {(each.dataset, each.subset): each.templates for each in (*T0_SF, *IN_FLAN_2021)}


def published_templates(dataset: str, subset: str | None) -> tuple[str, ...]:
    """Return the names of the templates that P3's training mixture has for a data set, if any.

    ("sciq", None) → ("Direct Question", "Direct Question (Closed Book)", …)
    """
    return _TEMPLATES.get((dataset, subset), ())


def lists_digest() -> str:
    """Return a digest that changes when a list does."""
    return sha256(repr(sorted(_TEMPLATES.items(), key=str)).encode()).hexdigest()
