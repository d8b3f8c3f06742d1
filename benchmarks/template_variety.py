"""Measure the variety of the templates: words, beginnings, and positions of the instruction.

    python -m benchmarks.template_variety

Before and after a change, it says whether templates became more alike. Fields count as one word.
"""

import re
from collections import Counter
from statistics import mean, median

from transforms.templates.catalog import CATALOG
from transforms.templates.families import FAMILIES
from transforms.templates.template import Template

_FIELD = re.compile(r"\{\w+\}")
_WORD = re.compile(r"[A-Za-z']+")
_WINDOW = 500
# A line of wording that does no more than name what follows: "Question:", "Text (news):".
_LABEL_WORDS = 3
# Words that users, benchmarks and published collections use.
PLAIN = (
    "step by step",
    "generate",
    "answer the following",
    "movie",
    "tweet",
    "entail",
    "translate",
    "reason",
    "article",
    "summar",
    "passage",
)


def wording(template: Template) -> str:
    """Return the prompt of a template without its fields."""
    return _FIELD.sub(" ", f"{template.instruction}\n{template.inputs}")


def place(template: Template) -> str:
    """Return the position of the instruction: before or after the material, both, or label only."""
    text = f"{template.instruction}\n{template.inputs}" if template.instruction else template.inputs
    # Options are not material: an instruction between a text and its options is after the text.
    text = text.replace("{options}", "").replace("{labels}", "yes or no")
    first, last = text.find("{"), text.rfind("}")
    before = len(_WORD.findall(text[:first])) > _LABEL_WORDS
    after = len(_WORD.findall(text[last + 1 :])) > _LABEL_WORDS
    if not before and not after:
        inner = len(_WORD.findall(_FIELD.sub(" ", text[first : last + 1])))
        return "between fields" if inner > 2 * _LABEL_WORDS else "labels only"
    return "both sides" if before and after else "before" if before else "after"


def distinct_in_window(words: list[str]) -> float:
    """Return the mean share of distinct words in windows of 500 words (MATTR)."""
    starts = range(0, max(1, len(words) - _WINDOW), 25)
    return mean(len({*words[i : i + _WINDOW]}) / len(words[i : i + _WINDOW]) for i in starts)


def figures(templates: list[Template]) -> dict[str, str]:
    """Return the figures of a list of templates, by name."""
    texts = [wording(template) for template in templates]
    tokens = [[word.casefold() for word in _WORD.findall(text)] for text in texts]
    words = [word for each in tokens for word in each]
    places = Counter(place(template) for template in templates)
    starts = {" ".join(each[:3]) for each in tokens if each}
    count = len(templates)
    return {
        "templates": f"{count:,}",
        "distinct": f"{len({template.digest for template in templates}):,}",
        "word types / tokens": f"{len({*words}):,} / {len(words):,}",
        "distinct words in 500 (MATTR)": f"{distinct_in_window(words):.3f}",
        "distinct first three words": f"{len(starts) / count:.0%}",
        "median words of wording": f"{median(map(len, tokens)):.0f}",
        "instruction before / after / both / between fields / labels only": " / ".join(
            f"{places[name] / count * 100:.0f}"
            for name in ("before", "after", "both sides", "between fields", "labels only")
        )
        + "%",
    }


def main() -> None:
    """Print the figures of zero-shot and few-shot templates, and counts of plain words."""
    families = list(CATALOG.values())
    forward = [t for family in FAMILIES.values() for t in family.templates]
    zero_shot = [t for family in families for t in family.templates]
    # `getattr`: versions before few-shot templates can be measured as well.
    few_shot = [t for family in families for t in getattr(family, "few_shot", ())]
    print(f"families: {len(families)}, forward {len(FAMILIES)}")
    for name, templates in (("zero-shot", zero_shot), ("few-shot", few_shot)):
        if templates:
            print(name)
            for key, value in figures(templates).items():
                print(f"  {key}: {value}")
    text = "\n".join(wording(template).casefold() for template in forward)
    print("plain words, forward zero-shot:", {word: text.count(word) for word in PLAIN})


if __name__ == "__main__":
    main()
