"""The gallery shows what the code renders now."""

from tests.prompts.gallery import COMMAND, PATH, PROMPTS, gallery
from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS


def test_the_gallery_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == gallery(), f"renew docs/gallery.md: run `{COMMAND}`"


def test_the_gallery_shows_three_prompts_of_every_kind() -> None:
    sections = gallery().split("\n### ")[1:]
    counts = {section.partition("\n")[0]: section.count("\n⇒ ") for section in sections}
    assert {name: number for name, number in counts.items() if number != PROMPTS} == {}
    assert {name.partition(",")[0] for name in counts} == FAMILIES.keys()
    inverted = {name.partition(",")[0] for name in counts if name.endswith("inverted")}
    assert inverted == INVERSIONS.keys()
