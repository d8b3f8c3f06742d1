"""Load untrusted YAML: a few lines of aliases may expand to more values than fit in memory."""

from typing import Any

import yaml

# With every alias written out; the largest of promptsource's files has 487.
MAX_VALUES = 100_000
MAX_BYTES = 16 * 1024 * 1024


class TooLargeError(yaml.MarkedYAMLError):
    """A document that expands to too many values."""


def compose(loader: yaml.SafeLoader) -> yaml.Node | None:
    """Return the one document of a loader as nodes, None if it is empty.

    Raises:
      TooLargeError: it expands to more than `MAX_VALUES`, is nested too deeply, or contains itself.
    """
    try:
        node: yaml.Node | None = loader.get_single_node()
    except RecursionError as error:
        raise TooLargeError(problem="nested too deeply") from error
    if node is not None:
        _check(node)
    return node


def load(text: str, loader_class: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
    """Return the value of a document.

    Raises:
      yaml.YAMLError: it is invalid or too large. ValueError: a value is invalid for its type.
    """
    loader = loader_class(text)
    node = compose(loader)
    try:
        return None if node is None else loader.construct_document(node)
    except RecursionError as error:
        raise TooLargeError(problem="nested too deeply") from error


def _check(root: yaml.Node) -> None:
    """Count the values below each node once, however many aliases lead to it."""
    counts: dict[int, int] = {}
    is_open: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, is_counted = stack.pop()
        children = _children(node)
        if is_counted:
            counts[id(node)] = 1 + sum(counts[id(child)] for child in children)
            if counts[id(node)] > MAX_VALUES:
                problem = f"its aliases expand to more than {MAX_VALUES:,} values"
                raise TooLargeError(problem=problem, problem_mark=node.start_mark)
        elif id(node) in is_open and id(node) not in counts:
            raise TooLargeError(problem="the alias contains itself", problem_mark=node.start_mark)
        elif id(node) not in counts:
            is_open.add(id(node))
            stack += [(node, True), *((child, False) for child in children)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
