"""Rewrite a template so that the sandbox sees operations that Jinja compiles directly.

Loops, comparisons, `~`, slices and keys become calls of filters of the sandbox: `_turns`, `_seen`,
`_joined`, `_sliced`. Text in a loop or macro is shown as a value is.
"""

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from transforms.templates.budget import MAX_NESTING


def bounded(template: nodes.Template) -> nodes.Template:
    """Return the template rewritten.

    Raises:
      TemplateSyntaxError: it is nested too deeply.
    """
    _check_nesting(template)
    rewritten: nodes.Template = _Bounded().visit(template)
    return rewritten


class _Bounded(NodeTransformer):
    """Inserts filters of the sandbox."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        self.generic_visit(node)
        node.iter = _filter(node.iter, "_turns")
        _meter_text(node)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:  # noqa: N802
        self.generic_visit(node)
        _meter_text(node)
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filter(node.expr, "_seen")
        for operand in node.ops:
            operand.expr = _filter(operand.expr, "_seen")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        first, *rest = node.nodes
        return _filter(first, "_joined", *rest)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Dict:  # noqa: N802
        self.generic_visit(node)
        for pair in node.items:
            pair.key = _filter(pair.key, "_seen")
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        part = node.arg
        if isinstance(part, nodes.Slice):
            bounds = (part.start, part.stop, part.step)
            none = nodes.Const(None, lineno=node.lineno)
            return _filter(node.node, "_sliced", *(bound or none for bound in bounds))
        if not isinstance(part, nodes.Const):
            node.arg = _filter(part, "_seen")
        return node


def _filter(value: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)


def _meter_text(block: nodes.Node) -> None:
    """Make repeated literal text take steps, like shown values."""
    for output in block.find_all(nodes.Output):
        output.nodes = [
            nodes.Const(child.data, lineno=child.lineno)
            if isinstance(child, nodes.TemplateData)
            else child
            for child in output.nodes
        ]


def _check_nesting(template: nodes.Template) -> None:
    level: list[nodes.Node] = [template]
    for _ in range(MAX_NESTING):
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return
    raise jinja2.TemplateSyntaxError(f"nested more than {MAX_NESTING} deep", 1)
