"""The shape that a row must have for Jinja templates, read off their syntax trees."""

from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, nodes

_TO_ITEM = {"choice", "random", "first", "last"}
_TO_SAME = {"list", "unique", "sort", "reverse", "default", "most_frequent"}
_TO_NUMBER = {"round", "abs", "int", "float"}
_TEXT_METHODS = {"lower", "upper", "strip", "split", "replace", "capitalize", "startswith", "title"}


@dataclass(eq=False, kw_only=True)
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
        """Return the value under a key."""
        return self.fields.setdefault(key, Shape(name=key))

    def items(self) -> "Shape":
        """Return the items of a list."""
        if self.item is None:
            self.item = Shape(name=self.name)
        return self.item


class Shapes:
    """Reads the shape of a row off the syntax tree of a template."""

    def __init__(self) -> None:
        self.row = Shape(name="row")
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
