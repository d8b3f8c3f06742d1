"""Made-up rows: texts, numbers and labels are tried until a template gives a prompt."""

from typing import Any

from benchmarks.template_shapes import Shape, Shapes
from transforms.stable_random import Draws
from transforms.templates.jinja import NotPrompted, Prompted, PromptTemplate, render

ATTEMPTS = 200
_LETTERS = "ABCDEFGHIJ"
# Fields that are texts in a special format, or codes that belong together.
_TREC = [(0, 0), (1, 2), (2, 24), (3, 28), (4, 32), (5, 37)]
_DIALOG = [
    {"userId": "Alice", "sender_class": "Human", "text": "Where do you live?"},
    {"userId": "Bob", "sender_class": "Bot", "text": "By the sea, and you?"},
]
_RATED = [{"userId": who, "breadth": 4, "engagement": 4} for who in ("Alice", "Bob")]
KNOWN_FIELDS: dict[str, list[dict[str, Any]]] = {
    "cbt": [{"title": "Ann_Author___A_Short_Title.txt.out"}],
    "conv_ai": [{"thread": _DIALOG, "evaluation": _RATED}],
    "conv_ai_2": [{"dialog": _DIALOG, "user_profile": [["I ", "swim."]], "eval_score": 4}],
    "discofuse": [{"discourse_type": "SINGLE_APPOSITION"}],
    "e2e_nlg_cleaned": [
        {
            "meaning_representation": "name[Blue Hall], eatType[pub], food[English], near[Mill], "
            "priceRange[cheap], customer rating[high], area[riverside], familyFriendly[yes]"
        }
    ],
    "great_code": [{"source_tokens": ["def add(", "a", "):", "#NEWLINE#", "#INDENT#", "return a"]}],
    "humicroedit": [
        {
            **dict.fromkeys(("original", "original1", "original2"), "The <cat/> sat down."),
            **dict.fromkeys(("edit", "edit1", "edit2"), "piano"),
            **dict.fromkeys(("meanGrade", "meanGrade1", "meanGrade2"), 1.2),
            "label": 1,
        }
    ],
    "math_dataset": [{"question": "Let x = 2. Solve 3*a + x = 5 for a."}],
    "nlu_evaluation_data": [{"scenario": "alarm"}],
    "openai_humaneval": [{"test": 'def check(f):\n    assert f(1) == 2, "wrong"\n'}],
    "piqa": [{"sol1": "With a spoon.", "sol2": "With a fork.", "label": 1}],
    "scientific_papers": [{"article": "\n".join(f"Sentence {number}." for number in range(9))}],
    "selqa": [{"candidates": ["A reply.", "Another reply."], "answers": [1]}],
    "subjqa": [{"domain": "books"}],
    "tmu_gfm_dataset": [{"ave_g": 1.25, "ave_f": 2.5, "ave_m": 3.75}],
    "trec": [{"coarse_label": coarse, "fine_label": fine} for coarse, fine in _TREC],
    "tydiqa": [{"id": "english-1", "answers": {"text": ["by the sea"], "answer_start": [4]}}],
    "wiki_hop": [{"question": "place_of_birth ann author", "candidates": ["here", "there"]}],
}


class Maker:
    """Makes up one value for each shape; equal shapes get equal values."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._made: dict[int, Any] = {}
        self._length = 1 + draws.below(6)

    def make(self, shape: Shape, number: int = 0) -> Any:
        """Make a value of the shape, the `number`-th of a list."""
        key = id(shape) * 100 + number
        if key not in self._made:
            self._made[key] = None
            self._made[key] = self._new(shape, number)
        return self._made[key]

    def _new(self, shape: Shape, number: int) -> Any:
        if shape.fields and shape.item is not None and self._draws.below(2):
            return [
                self.make(Shape(name=shape.name, fields=shape.fields), at)
                for at in range(self._length)
            ]
        if shape.fields:
            return {name: self.make(inner, number) for name, inner in shape.fields.items()}
        if shape.item is not None and not (shape.is_text and self._draws.below(2)):
            return [self.make(shape.item, at) for at in range(self._length)]
        if shape.member_of is not None:
            members = self.make(shape.member_of)
            if isinstance(members, list) and members:
                return self._draws.choice(members)
        return self._leaf(shape, number)

    def _leaf(self, shape: Shape, number: int) -> Any:
        kind = self._draws.below(8)
        if shape.constants and kind < 5:
            return self._draws.choice(shape.constants)
        if shape.is_number or kind == 5:
            return self._draws.below(self._length)
        if kind == 6:
            return self._draws.choice(_LETTERS[: self._length])
        return f"{shape.name} {_LETTERS[number % 10]}. Words of {shape.name}, some more; the end."


def made_up_prompt(template: PromptTemplate, dataset: str) -> Prompted | NotPrompted:
    """Return a prompt over a made-up row, or what the last of all attempts gave."""
    shapes = Shapes()
    shapes.read(template.answer_choices or "")
    # Answer choices are no part of the row.
    shapes.names["answer_choices"] = Shape(name="answer_choices")
    shapes.read(template.jinja)
    last = NotPrompted("", "not tried")
    for attempt in range(ATTEMPTS):
        draws = Draws("coverage", template.id, attempt)
        row = Maker(draws).make(shapes.row) or {}
        row |= draws.choice(KNOWN_FIELDS.get(dataset, [{}]))
        result = render(template, row, draws)
        if isinstance(result, Prompted):
            return result
        last = result
    return last
