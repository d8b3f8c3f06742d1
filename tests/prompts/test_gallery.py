"""The gallery shows what the code renders now."""

from collections.abc import Callable

from tests.prompts.gallery import COMMAND, PATH, PROMPTS, gallery
from tests.prompts.handwritten import rows
from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS

MADE_UP = ("made_up", "made_up_invertible")


def test_the_gallery_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == gallery(), f"renew docs/gallery.md: run `{COMMAND}`"


def test_the_gallery_shows_three_prompts_of_every_kind() -> None:
    sections = gallery().split("\n### ")[1:]
    counts = {section.partition("\n")[0]: section.count("\n⇒ ") for section in sections}
    assert {name: number for name, number in counts.items() if number != PROMPTS} == {}
    assert {name.partition(",")[0] for name in counts} == FAMILIES.keys()
    inverted = {name.partition(",")[0] for name in counts if name.endswith("inverted")}
    assert inverted == INVERSIONS.keys()


RULES: dict[str, Callable[[list[str]], list[str]]] = {
    "made_up": lambda items: [item for item in items if item != "k"],
    "made_up/contains": lambda items: ["yes" if "7" in items else "no"],
    "made_up/two_steps": lambda items: [str(n) for n in sorted(map(int, items))[:2]],
    "made_up_invertible": lambda items: items[::-1],
    "made_up_invertible/double": lambda items: [item for item in items for _ in range(2)],
    "made_up_invertible/two_steps": lambda items: [*items[2:], *items[:2], "x"],
}


def test_the_records_of_a_made_up_task_follow_one_rule() -> None:
    made_up = {name: row for name, row in rows().items() if row.family in MADE_UP}
    assert made_up.keys() == RULES.keys()
    for name, row in made_up.items():
        for record in row.records:
            items = str(record.fields["input"]).split()
            assert record.fields["answer"] == " ".join(RULES[name](items)), record.fields
