"""promptsource's Jinja templates: parsed from `templates.yaml`, rendered in a sandbox.

A template is a program of somebody else, so it runs without access to Python's objects, with
bounded loops and output, and with every random draw taken from the example's own draws. Bounds
count steps, never seconds: the same row must give the same text on a slow machine.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jinja2
import yaml
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from tfrecords_schema.errors import ConfigurationError
from transforms.stable_random import Draws

DOES_NOT_APPLY = "template_does_not_apply"
TEMPLATE_ERROR = "template_error"
MAX_RANGE = 10_000
MAX_RANGE_TOTAL = 100_000
MAX_CHARACTERS = 1_000_000
MAX_EXPONENT = 64

_SEPARATOR = "|||"
# Stands for a separator inside a field: private-use characters, which no filter changes.
_ESCAPED = "\ue07c" * 3
# A name that no template can spell.
_STATE = "state of this rendering"


@dataclass(frozen=True)
class PromptTemplate:
    """One template as its authors wrote it.

    Attributes:
      answer_choices: Jinja that gives the choices, joined by `|||`; None for an open answer.
      original_task: whether it asks for what the data set was made for.
      choices_in_prompt: whether its text shows the choices; None where its authors do not say.
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
    """The templates of one data set, as Hugging Face names it, or of one subset of it."""

    dataset: str
    subset: str | None
    templates: tuple[PromptTemplate, ...]


@dataclass(frozen=True, slots=True)
class Prompted:
    """A row in words; `answer_choices` is empty where the answer is open."""

    inputs: str
    targets: str
    answer_choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotPrompted:
    """Why a row has no prompt: `DOES_NOT_APPLY` or `TEMPLATE_ERROR`, and the details."""

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
    """Parse one `templates.yaml`; `name` is what messages call it.

    Raises:
      ConfigurationError: not YAML, an unknown tag, or not promptsource's layout; with the line.
    """
    try:
        document = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{name}{line}: not a template file: {error.problem}") from error
    except yaml.YAMLError as error:
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
    for key in ("id", "name", "jinja"):
        if not isinstance(tagged.get(key), str):
            raise ConfigurationError(f"{name}:{tagged.line}: the template has no text as `{key}`")
    metadata = tagged.get("metadata") or {}
    return PromptTemplate(
        id=tagged["id"],
        name=tagged["name"],
        jinja=tagged["jinja"],
        answer_choices=tagged.get("answer_choices"),
        reference=str(tagged.get("reference") or ""),
        original_task=metadata.get("original_task") is True,
        choices_in_prompt=metadata.get("choices_in_prompt"),
        metrics=tuple(metadata.get("metrics") or ()),
        languages=tuple(metadata.get("languages") or ()),
    )


class _RefusedError(jinja2.TemplateRuntimeError):
    """A template does what a prompt has no use for."""


class _State:
    """One rendering: its draws, and how far its loops may still go."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self.range_left = MAX_RANGE_TOTAL


@jinja2.pass_context
def _choice(context: Context, items: Iterable[Any]) -> Any:
    """Choose one of `items` by the example's draws."""
    sequence = items if isinstance(items, Sequence) else list(items)
    if not sequence:
        raise _RefusedError("a choice among nothing")
    state: _State = context[_STATE]
    return state.draws.choice(sequence)


@jinja2.pass_context
def _range(context: Context, *bounds: int) -> range:
    """Return Python's `range`, with a limit for each and for all of one rendering."""
    numbers = range(*bounds)
    state: _State = context[_STATE]
    state.range_left -= len(numbers)
    if len(numbers) > MAX_RANGE or state.range_left < 0:
        raise _RefusedError(f"a range of {len(numbers)} numbers")
    return numbers


def _most_frequent(items: Iterable[Any]) -> list[Any]:
    """Return the most frequent items, in order of first occurrence: [1, 2, 2, 1, 3] → [1, 2]."""
    counts = Counter(items)
    most = max(counts.values(), default=0)
    return [item for item, count in counts.items() if count == most]


def _highlight(text: str) -> str:
    """Return the text as it is: colors are for promptsource's viewer."""
    return text


def _shown(value: Any) -> Any:
    """Return what `{{ value }}` shows; a null field is no text: "None" never gets into a prompt."""
    if value is None:
        raise _RefusedError("shows a value that is null")
    return value


class _Environment(SandboxedEnvironment):
    """Jinja as promptsource sets it up, in a sandbox; a missing variable is an error."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, finalize=_shown)
        self.globals.update(zip=zip, range=_range)
        # Jinja's own `random` and `lipsum` draw from Python's `random`.
        self.globals.pop("lipsum")
        self.filters.update(
            choice=_choice, random=_choice, most_frequent=_most_frequent, highlight=_highlight
        )

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Limit `*` and `**`, which can make values of any size in one step."""
        if operator == "**" and abs(right) > MAX_EXPONENT:
            raise _RefusedError(f"a power of {right}")
        for repeated, times in ((left, right), (right, left)):
            too_long = isinstance(repeated, (str, list, tuple)) and isinstance(times, int)
            if too_long and len(repeated) * times > MAX_CHARACTERS:
                raise _RefusedError(f"{times} repetitions")
        return super().call_binop(context, operator, left, right)


_ENVIRONMENT = _Environment()


@lru_cache(maxsize=4096)
def _compile(source: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(source)


def syntax_error(template: PromptTemplate) -> str | None:
    """Return what is wrong with a template's Jinja, or None."""
    try:
        _compile(template.jinja)
        _compile(template.answer_choices or "")
    except jinja2.TemplateSyntaxError as error:
        return f"{template.name}: {error.message} (line {error.lineno})"
    return None


def _run(source: str, variables: Mapping[str, Any]) -> str:
    parts, size = [], 0
    for part in _compile(source).generate(variables):
        parts.append(part)
        size += len(part)
        if size > MAX_CHARACTERS:
            raise _RefusedError(f"more than {MAX_CHARACTERS} characters")
    return "".join(parts)


def _escape(value: Any) -> Any:
    """Copy `value`, separators in texts escaped; templates may change the lists they are given."""
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
    """Put a row into words; never raises on a bad row or a bad template.

    The row has the keys of the Hugging Face data set; hyphens in keys become underscores.
    "{{a}} + {{b}} ||| {{a + b}}", {"a": 1, "b": 2} → Prompted("1 + 2", "3", ())
    """
    state = _State(draws)
    try:
        variables = {str(key).replace("-", "_"): _escape(value) for key, value in row.items()}
        variables[_STATE] = state
        choices: list[str] | None = None
        if template.answer_choices is not None:
            rendered = _run(template.answer_choices, variables)
            choices = [choice.strip() for choice in rendered.split(_SEPARATOR)]
        parts = _split(_run(template.jinja, {**variables, "answer_choices": choices}))
    # A template is a program: what it can raise has no bounds, a row that it fails on is counted.
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
