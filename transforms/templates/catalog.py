"""All template families by name: the forward ones, and those that turn a task round."""

from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS
from transforms.templates.template import Family

# The family whose records an inverted family uses.
FORWARD: dict[str, str] = {family.name: name for name, family in INVERSIONS.items()}
CATALOG: dict[str, Family] = {
    **FAMILIES,
    **{family.name: family for family in INVERSIONS.values()},
}
