"""Check a YAML document against a pydantic model, with messages that help to correct it."""

from collections.abc import Iterator
from itertools import filterfalse
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pipelines.configuration.yaml_document import Document, Path
from tfrecords_schema.errors import ConfigurationError, nearest

M = TypeVar("M", bound=BaseModel)
_MAX_MESSAGES = 10
# Keys of earlier versions, by the end of their path, and what to write instead.
_RENAMED: dict[tuple[str, ...], str] = {
    ("few_shot", "shots"): "write `variants`, e.g. variants: [{shots: [2, 3]}, {shots: 5}]",
    ("few_shot", "mixed_templates"): (
        "write `variants`, e.g. variants: [{share: 1, shots: 5, mixed: true}, {share: 1, shots: 2}]"
    ),
    ("few_shot", "own_exemplars"): (
        "write `variants`, e.g. variants: [{share: 1, shots: 1, own: true}, {share: 1, shots: 2}]"
    ),
    ("gates", "max_unknown"): "write `max_unknown_tokens`, which holds for each task",
}
_YAML_BOOLEANS = "put it in quotes (in YAML, no, yes, on and off without quotes are booleans)"


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a value of this annotation may be."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in get_args(annotation):
        yield from _models(argument)


def _below(annotation: Any, part: str | int) -> Iterator[Any]:
    """Yield the annotations of the value under a key or at a position, in every form of a union."""
    if get_origin(annotation) is Annotated:
        yield from _below(get_args(annotation)[0], part)
    elif get_origin(annotation) in (Union, UnionType):
        for form in get_args(annotation):
            yield from _below(form, part)
    elif get_origin(annotation) in (dict, list):
        yield get_args(annotation)[-1]
    elif part in getattr(annotation, "model_fields", {}):
        yield annotation.model_fields[part].annotation


_ABSENT = object()


def _child(value: Any, part: str | int) -> Any:
    """Return the value under a key or at a position of `value`; _ABSENT if there is none."""
    if isinstance(value, dict):
        return value.get(part, _ABSENT)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return _ABSENT


def _locate(document: Document, loc: tuple[str | int, ...]) -> Path:
    """Return `loc` without the parts that pydantic adds (union tags, validator names)."""
    path: list[str | int] = []
    value: Any = document.value
    for position, part in enumerate(loc):
        child = _child(value, part)
        missing_key = isinstance(value, dict) and position == len(loc) - 1 and part != "[key]"
        if child is _ABSENT and not missing_key:
            continue
        value = child
        path.append(part)
    return tuple(path)


def _known_keys(model: type[BaseModel], document: Document, path: Path) -> set[str]:
    """Return the keys that the mapping at `path` may have."""
    annotations: list[Any] = [model]
    value: Any = document.value
    for part in path:
        value = _child(value, part)
        annotations = [below for annotation in annotations for below in _below(annotation, part)]
    models = [candidate for annotation in annotations for candidate in _models(annotation)]
    tag = value.get("format") if isinstance(value, dict) else None
    tagged = [m for m in models if tag is not None and tag in _tags(m)]
    return {name for m in tagged or models for name in m.model_fields}


def _tags(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the formats that a model declares."""
    field = model.model_fields.get("format")
    return get_args(field.annotation) if field else ()


def _choices(listed: str) -> list[str]:
    """Return the words of pydantic's "'a', 'b' or 'c'"."""
    return [word.strip().strip("'") for word in listed.replace(" or ", ",").split(",")]


def _explain(model: type[BaseModel], document: Document, path: Path, error: Any) -> str:
    """Explain the problem of the value at `path`, and how to correct it."""
    kind, given = error["type"], error["input"]
    shown, context = f"{given!r:.80}", error.get("ctx", {})
    if kind == "extra_forbidden" and (today := _RENAMED.get(tuple(map(str, path))[-2:])):
        return f"this key of earlier versions was removed; {today}"
    if kind == "extra_forbidden":
        return f"unknown key; {nearest(str(path[-1]), _known_keys(model, document, path[:-1]))}"
    if kind in ("missing", "union_tag_not_found"):
        return "this key is missing"
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        return f"unknown format {tag!r}; {nearest(tag, _choices(context['expected_tags']))}"
    if kind == "literal_error" and isinstance(given, str):
        return f"{shown} is not a valid value; {nearest(given, _choices(context['expected']))}"
    if kind == "string_type" and isinstance(given, bool):
        return f"expected text, but YAML reads {shown}: {_YAML_BOOLEANS}"
    return f"{shown}: {error['msg'].removeprefix('Value error, ').removeprefix('Input ')}"


def _message(model: type[BaseModel], document: Document, error: Any) -> str:
    path = _locate(document, error["loc"])
    if error["type"].startswith("union_tag"):
        path = (*path, "format")
    return _placed(document, path, _explain(model, document, path, error))


def _placed(document: Document, path: tuple[str | int, ...], text: str) -> str:
    place, key = document.place(path), ".".join(map(str, path))
    return f"{place}: {text}" if place.endswith(key) else f"{place}: {key}: {text}"


def _check_sizes(document: Document, value: object, path: tuple[str | int, ...]) -> None:
    """Refuse integers of more than 64 bits, which the output files cannot hold."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        text = f"{value!s:.40} does not fit in 64 bits"
        raise ConfigurationError(_placed(document, path, text))
    if isinstance(value, dict):
        for name, part in value.items():
            _check_sizes(document, part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _check_sizes(document, part, (*path, number))


def _is_other_form(error: Any) -> bool:
    """Return whether an error says that a mapping is not one of the names that may replace it."""
    tag = str(error["loc"][-1]) if error["loc"] else ""
    return tag.startswith("literal[") and isinstance(error["input"], dict)


def validate(model: type[M], document: Document) -> M:
    """Validate `document` and return the model.

    Raises:
      ConfigurationError: one line per mistake: file:line, key, problem, nearest valid value.
    """
    _check_sizes(document, document.value, ())
    try:
        return model.model_validate(document.value)
    except ValidationError as invalid:
        # For a union of plain types pydantic reports each alternative: the first is enough.
        messages: dict[str, str] = {}
        for error in filterfalse(_is_other_form, invalid.errors()):
            path = ".".join(map(str, _locate(document, error["loc"])))
            messages.setdefault(path, _message(model, document, error))
        lines = list(messages.values())
        if len(lines) > _MAX_MESSAGES:
            lines = [*lines[:_MAX_MESSAGES], f"… and {len(lines) - _MAX_MESSAGES} more"]
        raise ConfigurationError("\n".join(lines)) from None
