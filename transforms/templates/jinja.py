"""promptsource's Jinja templates: parsed from `templates.yaml`, rendered in a sandbox.

A template is an untrusted program: `sandbox` runs it. Every random draw is taken from the
example's own draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import yaml

from tfrecords_schema.errors import ConfigurationError
from transforms import yaml_limits
from transforms.stable_random import Draws
from transforms.templates.budget import State
from transforms.templates.sandbox import compiled, run

DOES_NOT_APPLY = "template_does_not_apply"
TEMPLATE_ERROR = "template_error"

_SEPARATOR = "|||"
# Escape for a separator inside a field: private-use characters, which no filter changes.
_ESCAPED = "\ue07c" * 3


@dataclass(frozen=True, kw_only=True)
class PromptTemplate:
    """One template of promptsource.

    Attributes:
      answer_choices: Jinja that gives the choices, joined by `|||`; None for an open answer.
      original_task: whether it poses the original task of the data set.
      choices_in_prompt: whether its text shows the choices; None if its authors do not state it.
    """

    id: str
    name: str
    jinja: str
    answer_choices: str | None = None
    reference: str = ""
    original_task: bool = False
    choices_in_prompt: bool | None = None
    metrics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class TemplateFile:
    """The templates of one data set or subset, under Hugging Face's name."""

    dataset: str
    subset: str | None
    templates: tuple[PromptTemplate, ...]


@dataclass(frozen=True, slots=True)
class Prompted:
    """A rendered row; `answer_choices` is empty for an open answer."""

    inputs: str
    targets: str
    answer_choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotPrompted:
    """The reason why a row has no prompt, `DOES_NOT_APPLY` or `TEMPLATE_ERROR`, and details."""

    reason: str
    detail: str


class _Loader(yaml.SafeLoader):
    """Plain YAML and promptsource's two tags; any other tag is an error."""


class _Tagged(dict[str, Any]):
    """A mapping under one of promptsource's tags, with the line where it begins."""

    line: int


def _construct_tagged(loader: yaml.SafeLoader, node: yaml.Node) -> _Tagged:
    if not isinstance(node, yaml.MappingNode):
        raise yaml.constructor.ConstructorError(
            None, None, f"{node.tag} is not a mapping", node.start_mark
        )
    tagged = _Tagged()
    tagged.update({str(key): item for key, item in loader.construct_mapping(node, True).items()})
    tagged.line = node.start_mark.line + 1
    return tagged


for _tag in ("!Template", "!TemplateMetadata"):
    _Loader.add_constructor(_tag, _construct_tagged)


def parse_templates(text: str, name: str) -> TemplateFile:
    """Parse one `templates.yaml`; `name` is its name in messages.

    Raises:
      ConfigurationError: not YAML, an unknown tag, or not promptsource's layout; with the line.
    """
    try:
        document = yaml_limits.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{name}{line}: not a template file: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{name}: not a template file: {error}") from error
    templates = document.get("templates") if isinstance(document, dict) else None
    if not isinstance(templates, dict) or not isinstance(document.get("dataset"), str):
        raise ConfigurationError(f"{name}:1: not a template file: no `dataset` and `templates`")
    return TemplateFile(
        dataset=document["dataset"],
        subset=str(document["subset"]) if document.get("subset") else None,
        templates=tuple(_template(template, name) for template in templates.values()),
    )


def _template(tagged: Any, name: str) -> PromptTemplate:
    if not isinstance(tagged, _Tagged):
        raise ConfigurationError(f"{name}: a template without the tag !Template: {tagged!r:.60}")
    place = f"{name}:{tagged.line}"
    for key in ("id", "name", "jinja"):
        if not isinstance(tagged.get(key), str):
            raise ConfigurationError(f"{place}: the template has no text as `{key}`")
    if not isinstance(tagged.get("answer_choices"), str | None):
        raise ConfigurationError(f"{place}: `answer_choices` is not a text")
    metadata = tagged.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise ConfigurationError(f"{place}: `metadata` is not a mapping")
    return PromptTemplate(
        id=tagged["id"],
        name=tagged["name"],
        jinja=tagged["jinja"],
        answer_choices=tagged.get("answer_choices"),
        reference=str(tagged.get("reference") or ""),
        original_task=metadata.get("original_task") is True,
        choices_in_prompt=_bool(metadata, "choices_in_prompt", place),
        metrics=_texts(metadata, "metrics", place),
        languages=_texts(metadata, "languages", place),
    )


def _bool(metadata: dict[str, Any], key: str, place: str) -> bool | None:
    value = metadata.get(key)
    if not isinstance(value, bool | None):
        raise ConfigurationError(f"{place}: `{key}` is not true or false")
    return value


def _texts(metadata: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    values = metadata.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ConfigurationError(f"{place}: `{key}` is not a list of texts")
    return tuple(values)


def syntax_error(template: PromptTemplate) -> str | None:
    """Return the syntax error of a template, or None."""
    try:
        compiled(template.jinja)
        compiled(template.answer_choices or "")
    except jinja2.TemplateSyntaxError as error:
        return f"{template.name}: {error.message} (line {error.lineno})"
    return None


def _escape(value: Any) -> Any:
    """Copy `value` with separators escaped; templates may change the lists they are given."""
    if isinstance(value, str):
        return value.replace(_SEPARATOR, _ESCAPED)
    if isinstance(value, Mapping):
        return {key: _escape(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_escape(item) for item in value]
    return value


def _split(text: str) -> list[str]:
    return [part.replace(_ESCAPED, _SEPARATOR).strip() for part in text.split(_SEPARATOR)]


def render(
    template: PromptTemplate, row: Mapping[str, Any], draws: Draws
) -> Prompted | NotPrompted:
    """Render a row; never raises on a bad row or a bad template.

    The row has the keys of the Hugging Face data set; hyphens in keys become underscores.
    "{{a}} + {{b}} ||| {{a + b}}", {"a": 1, "b": 2} → Prompted("1 + 2", "3", ())
    """
    state = State(draws)
    try:
        variables = {str(key).replace("-", "_"): _escape(value) for key, value in row.items()}
        choices: list[str] | None = None
        if template.answer_choices is not None:
            rendered = run(template.answer_choices, variables, state)
            choices = [choice.strip() for choice in rendered.split(_SEPARATOR)]
        parts = _split(run(template.jinja, {**variables, "answer_choices": choices}, state))
    # A template is a program that may raise anything; a row on which it fails is counted.
    except Exception as error:
        message = getattr(error, "message", None) or str(error) or "no message"
        detail = f"{template.name}: {type(error).__name__.strip('_')}: {message}"
        return NotPrompted(TEMPLATE_ERROR, detail)
    if len(parts) > 2 or (len(parts) == 1 and parts[0]):
        detail = f"{template.name}: {len(parts) - 1} separators in the rendered text, not 1"
        return NotPrompted(TEMPLATE_ERROR, detail)
    if len(parts) == 1 or not all(parts):
        empty = "all" if not any(parts) else "inputs" if not parts[0] else "targets"
        return NotPrompted(DOES_NOT_APPLY, f"{template.name}: {empty} empty")
    unescaped = [choice.replace(_ESCAPED, _SEPARATOR) for choice in choices or ()]
    return Prompted(parts[0], parts[1], tuple(unescaped))
