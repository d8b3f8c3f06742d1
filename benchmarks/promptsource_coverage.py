"""How many of promptsource's templates parse, and how many render, each failure named.

Run from the repository: python -m benchmarks.promptsource_coverage [DATA]
DATA (or $FLANBEAM_DATA) holds `promptsource/templates`. Rows are made up: the shape of a row is
read off the variables of a template, and texts, numbers and labels are tried until the template
gives a prompt. A template that never does is listed with its last error.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

from transforms.sources.promptsource import task_name
from transforms.stable_random import Draws
from transforms.templates.jinja import (
    NotPrompted,
    Prompted,
    PromptTemplate,
    TemplateFile,
    parse_templates,
    render,
    syntax_error,
)

ATTEMPTS = 200
_LETTERS = "ABCDEFGHIJ"
# Fields that are texts in a format of their own, or codes that only go together.
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
_TO_ITEM = {"choice", "random", "first", "last"}
_TO_SAME = {"list", "unique", "sort", "reverse", "default", "most_frequent"}
_TO_NUMBER = {"round", "abs", "int", "float"}
_TEXT_METHODS = {"lower", "upper", "strip", "split", "replace", "capitalize", "startswith", "title"}


@dataclass(eq=False)
class Shape:
    """What is known of a value from how templates use it."""

    name: str = ""
    fields: dict[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None
    constants: list[Any] = field(default_factory=list)
    is_number: bool = False
    is_text: bool = False
    member_of: "Shape | None" = None

    def at(self, key: str) -> "Shape":
        """The value under a key."""
        return self.fields.setdefault(key, Shape(key))

    def items(self) -> "Shape":
        """The items of a list."""
        if self.item is None:
            self.item = Shape(self.name)
        return self.item


class Shapes:
    """Reads the shape of a row off the syntax tree of a template."""

    def __init__(self) -> None:
        self.row = Shape("row")
        self.names: dict[str, Shape] = {}

    def read(self, source: str) -> None:
        """Learn from one template."""
        self._visit(Environment().parse(source))

    def _visit(self, node: nodes.Node) -> Shape:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            shape: Shape = method(node)
            return shape
        for child in node.iter_child_nodes():
            self._visit(child)
        return Shape()

    def _name(self, node: nodes.Name) -> Shape:
        if node.name in self.names:
            return self.names[node.name]
        return Shape() if node.name in ("range", "zip", "namespace") else self.row.at(node.name)

    def _getattr(self, node: nodes.Getattr) -> Shape:
        return self._visit(node.node).at(node.attr)

    def _getitem(self, node: nodes.Getitem) -> Shape:
        literal, key = node.node, self._visit(node.arg)
        if isinstance(literal, nodes.Dict):
            key.constants += [
                pair.key.value for pair in literal.items if hasattr(pair.key, "value")
            ]
        if isinstance(literal, nodes.List):
            key.constants += range(len(literal.items))
        base = self._visit(literal)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return base.at(node.arg.value)
        if not isinstance(node.arg, nodes.Slice):
            key.is_number = True
            return base.items()
        return base

    def _dict(self, node: nodes.Dict) -> Shape:
        shape = Shape()
        for pair in node.items:
            if isinstance(pair.key, nodes.Const):
                shape.fields[str(pair.key.value)] = self._visit(pair.value)
        return shape

    def _list(self, node: nodes.List) -> Shape:
        shape = Shape()
        for item in node.items:
            shape.item = self._visit(item)
        return shape

    def _filter(self, node: nodes.Filter) -> Shape:
        for argument in node.args:
            self._visit(argument)
        base = self._visit(node.node) if node.node else Shape()
        if node.name == "map" and node.kwargs and isinstance(node.kwargs[0].value, nodes.Const):
            return Shape(item=base.items().at(str(node.kwargs[0].value.value)))
        if node.name == "selectattr" and isinstance(node.args[0], nodes.Const):
            base.items().at(str(node.args[0].value))
        if node.name in ("join", "map", "selectattr"):
            base.items()
            return base
        if node.name in _TO_ITEM:
            return base.items()
        if node.name in _TO_NUMBER:
            base.is_number = True
        elif node.name in _TEXT_METHODS:
            base.is_text = True
        return base if node.name in _TO_SAME or node.name in _TO_NUMBER else Shape()

    def _call(self, node: nodes.Call) -> Shape:
        arguments = [self._visit(argument) for argument in node.args]
        if isinstance(node.node, nodes.Name) and node.node.name == "zip":
            pair = Shape()
            pair.fields = {str(at): shape.items() for at, shape in enumerate(arguments)}
            return Shape(item=pair)
        if not isinstance(node.node, nodes.Getattr):
            return Shape(item=Shape(is_number=True))
        base, method = self._visit(node.node.node), node.node.attr
        if method == "index" and arguments:
            base.items()
            arguments[0].member_of = base
        elif method in _TEXT_METHODS:
            base.is_text = True
        elif method in ("append", "extend", "update") and arguments:
            base.item = base.item or arguments[0]
        return Shape()

    def _compare(self, node: nodes.Compare) -> Shape:
        left = self._visit(node.expr)
        for operand in node.ops:
            right, other = operand.expr, self._visit(operand.expr)
            values = right.items if isinstance(right, (nodes.List, nodes.Tuple)) else [right]
            constants = [each.value for each in values if isinstance(each, nodes.Const)]
            left.constants += constants
            if isinstance(node.expr, nodes.Const):
                target = other.items() if operand.op in ("in", "notin") else other
                target.constants.append(node.expr.value)
            elif operand.op in ("in", "notin") and isinstance(right, nodes.Name) and other.item:
                left.member_of = other
            elif not constants and operand.op == "eq" and not left.member_of:
                left.constants += other.constants
            if operand.op in ("lt", "gt", "lteq", "gteq"):
                left.is_number = other.is_number = True
        return Shape()

    def _for(self, node: nodes.For) -> Shape:
        items = self._visit(node.iter).items()
        if isinstance(node.target, nodes.Tuple):
            for at, target in enumerate(node.target.find_all(nodes.Name)):
                self.names[target.name] = items.fields.get(str(at)) or Shape(is_number=at == 0)
        elif isinstance(node.target, nodes.Name):
            self.names[node.target.name] = items
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            self._visit(child)
        return Shape()

    def _assign(self, node: nodes.Assign) -> Shape:
        shape = self._visit(node.node)
        if isinstance(node.target, nodes.Name):
            self.names[node.target.name] = shape
        return shape


class Maker:
    """Makes up one value for each shape; equal shapes get equal values."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._made: dict[int, Any] = {}
        self._length = 1 + draws.below(6)

    def make(self, shape: Shape, number: int = 0) -> Any:
        """A value of the shape, the `number`-th of a list."""
        key = id(shape) * 100 + number
        if key not in self._made:
            self._made[key] = None
            self._made[key] = self._new(shape, number)
        return self._made[key]

    def _new(self, shape: Shape, number: int) -> Any:
        if shape.fields and shape.item is not None and self._draws.below(2):
            return [self.make(Shape(shape.name, shape.fields), at) for at in range(self._length)]
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
    """A prompt over a made-up row, or what the last of all attempts gave."""
    shapes = Shapes()
    shapes.read(template.answer_choices or "")
    # Answer choices are no part of the row.
    shapes.names["answer_choices"] = Shape("answer_choices")
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


def template_files(data: Path) -> Iterator[TemplateFile]:
    """All template files, sorted by path."""
    root = data / "promptsource" / "templates"
    for path in sorted(root.rglob("templates.yaml")):
        yield parse_templates(path.read_text(encoding="utf-8"), str(path.relative_to(root)))


def main() -> None:
    """Print the table and the failures."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["FLANBEAM_DATA"])
    counts: Counter[str] = Counter()
    for file in template_files(data):
        counts["files"] += 1
        for template in file.templates:
            counts["templates"] += 1
            if error := syntax_error(template):
                print(f"{task_name(file, template)}: syntax: {error}")
                continue
            counts["parse"] += 1
            result = made_up_prompt(template, file.dataset)
            if isinstance(result, Prompted):
                counts["render"] += 1
            else:
                print(f"{task_name(file, template)}: {result.reason}: {result.detail}")
    print(dict(counts))


if __name__ == "__main__":
    main()
