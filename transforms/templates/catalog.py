"""All template families by name: forward and inverted ones."""

from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS
from transforms.templates.template import Family

# The family whose records an inverted family uses.
FORWARD: dict[str, str] = {family.name: name for name, family in INVERSIONS.items()}
CATALOG: dict[str, Family] = {
    **FAMILIES,
    **{family.name: family for family in INVERSIONS.values()},
}
