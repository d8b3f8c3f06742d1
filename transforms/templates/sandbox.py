"""Run untrusted Jinja templates: no access to Python's objects, and a budget for everything.

Jinja's sandbox protects Python's objects, but does not limit time and memory. `budget` does; this
module applies it to each part of a template.

Only text, numbers, dates, lists and mappings become text. The text of other objects (functions,
generators) contains a memory address, which differs from run to run.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.runtime import Context, LoopContext, Macro, Undefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, pass_context

from transforms.stable_random import Draws
from transforms.templates.budget import (
    MAX_CALLS_DEEP,
    MAX_RANGE,
    SCALARS,
    RefusedError,
    State,
    check_arguments,
    check_format,
    check_power,
    check_size,
    size_of,
)
from transforms.templates.rewriting import bounded

# Refusals that depend on the row, not on the template.
_METHOD = "builtin_function_or_method"
_NO_KEYS = ("capitalize", "endswith", "lower", "lstrip", "rstrip", "startswith", "strip", "upper")
_OF_ROWS = ("shows a value that is null", "a choice among nothing")
# A name that no template can spell.
_STATE = "state of this rendering"
_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        (
            *("capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find"),
            *("format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal"),
            *("isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace"),
            *("istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition"),
            *("removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition"),
            *("rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase"),
            *("title", "upper", "zfill"),
        )
    ),
    list: frozenset(
        (
            *("append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove"),
            *("reverse", "sort"),
        )
    ),
    tuple: frozenset(("count", "index")),
    dict: frozenset(
        (
            *("clear", "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update"),
            "values",
        )
    ),
    Cycler: frozenset(("next", "reset")),
    LoopContext: frozenset(("cycle", "changed")),
}
# Methods that do not look at existing items.
_CHEAP = frozenset(("append", "extend", "get", "insert", "items", "keys", "pop", "popitem"))
_CHEAP |= frozenset(("reverse", "setdefault", "update", "values"))
# Filters of Jinja that are allowed; the others are useless in a prompt, or unbounded.
_FILTERS = (
    *("abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e"),
    *("escape", "first", "float", "forceescape", "format", "groupby", "indent", "int", "items"),
    *("join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr"),
    *("replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string"),
    *("sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode", "wordcount"),
)
# Filters that convert any value to text.
_WRITERS = frozenset(
    (
        *("string", "format", "e", "escape", "forceescape", "lower", "upper", "tojson"),
        *("capitalize", "title", "center", "indent", "replace", "trim", "truncate", "urlencode"),
    )
)


class _Lazy(list[Any]):
    """The items of a lazy Jinja value: they can be used, not shown."""


class _Turns:
    """An iterable in which each iteration takes a step."""

    def __init__(self, state: "State", items: Iterable[Any]) -> None:
        self._state, self._items = state, items

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._state.take(1)
            yield item

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]


def _made(value: Any) -> Any:
    """Return a result of Jinja or Python as a value, evaluating lazy ones."""
    plain = (str, int, list, tuple, dict, range, Undefined, *SCALARS)
    if isinstance(value, plain) or not isinstance(value, Iterable):
        return value
    made = _Lazy()
    for item in value:
        made.append(item)
        check_size(len(made), "a value")
    return made


def _state_of(context: Context) -> State:
    state: State = context[_STATE]
    return state


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """Return the text of `{{ value }}`; null is refused, so that no prompt contains "None"."""
    if value is None:
        raise RefusedError("shows a value that is null")
    if isinstance(value, (_Lazy, range)):
        raise RefusedError("shows a sequence that is not a list: write |list or |join")
    if not isinstance(value, (str, int, list, tuple, dict, Undefined, *SCALARS)):
        raise RefusedError(f"shows a {type(value).__name__}, which is no text")
    return _state_of(context).seen(value)


@pass_context
def _turns(context: Context, items: Any) -> Any:
    state = _state_of(context)
    if isinstance(items, Undefined):
        iter(items)
    return _Turns(state, _made(items))


@pass_context
def _seen(context: Context, value: Any) -> Any:
    return _state_of(context).seen(value)


@pass_context
def _sliced(context: Context, value: Any, start: Any, stop: Any, step: Any) -> Any:
    return _state_of(context).seen(_made(value))[slice(start, stop, step)]


@pass_context
def _joined(context: Context, *values: Any) -> str:
    state = _state_of(context)
    for value in values:
        _refuse_lazy(value)
        state.seen(value)
    check_size(sum(sum(size_of(value)) for value in values), "~")
    return "".join(str(value) for value in values)


def _refuse_lazy(value: Any) -> None:
    if isinstance(value, (_Lazy, range)):
        raise RefusedError("turns a sequence that is not a list into text: write |list or |join")


@pass_context
def _choice(context: Context, items: Iterable[Any]) -> Any:
    """Return one of `items`, from the example's draws."""
    sequence = items if isinstance(items, Sequence) else list(items)
    if not sequence:
        raise RefusedError("a choice among nothing")
    return _state_of(context).draws.choice(sequence)


@pass_context
def _range(context: Context, *bounds: int) -> range:
    """Return Python's `range`, with a limit for each and for all of one rendering."""
    numbers, state = range(*bounds), _state_of(context)
    state.range_left -= len(numbers)
    if len(numbers) > MAX_RANGE or state.range_left < 0:
        raise RefusedError(f"a range of {len(numbers)} numbers")
    return numbers


def _most_frequent(items: Iterable[Any]) -> list[Any]:
    """Return the items that occur most often, in order of first occurrence.

    [1, 2, 2, 1, 3] → [1, 2]
    """
    counts = Counter(items)
    most = max(counts.values(), default=0)
    return [item for item, count in counts.items() if count == most]


def _highlight(text: str) -> str:
    """Return the text unchanged: colors are for promptsource's viewer."""
    return text


def _guarded(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter or test that takes steps and evaluates lazy results."""
    passed = getattr(run, "jinja_pass_arg", None)

    @pass_context
    def guarded(context: Context, value: Any, *arguments: Any, **options: Any) -> Any:
        state, value = _state_of(context), _made(value)
        given = [*arguments, *options.values()]
        for each in (value, *given):
            state.seen(each)
        if name in _WRITERS:
            _refuse_lazy(value)
        check_arguments(name, value, given)
        first = (_passed(context, passed),) if passed else ()
        result = _made(run(*first, value, *arguments, **options))
        return result if isinstance(result, (bool, Undefined)) else state.seen(result)

    return guarded


def _passed(context: Context, kind: Any) -> Any:
    of = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
    return of[kind.name]


class Environment(SandboxedEnvironment):
    """Jinja with promptsource's settings, in a sandbox; a missing variable is an error."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, finalize=_shown)
        # Jinja's own `random` and `lipsum` draw from Python's `random`.
        self.globals = {
            "dict": dict,
            "range": _range,
            "zip": zip,
            "cycler": Cycler,
            "joiner": Joiner,
            "namespace": Namespace,
        }
        own: dict[str, Callable[..., Any]] = {
            "choice": _choice,
            "random": _choice,
            "most_frequent": _most_frequent,
        }
        own["highlight"] = _highlight
        kept: dict[str, Callable[..., Any]] = {name: self.filters[name] for name in _FILTERS}
        self.filters = {name: _guarded(name, run) for name, run in {**kept, **own}.items()}
        self.filters |= {"_turns": _turns, "_seen": _seen, "_sliced": _sliced, "_joined": _joined}
        tests: Any = self.tests
        self.tests = {name: _guarded(name, run) for name, run in tests.items()}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return bounded(super()._parse(source, name, filename))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Run an operator, if its result is small enough."""
        state = _state_of(context)
        state.seen(left)
        state.seen(right)
        if operator == "**":
            check_power(left, right)
        if operator == "*":
            for repeated, times in ((left, right), (right, left)):
                if isinstance(repeated, (str, list, tuple)) and isinstance(times, int):
                    check_size(sum(size_of(repeated)) * times, f"{times} repetitions")
        if operator == "%" and isinstance(left, str):
            _refuse_lazy(right)
            check_format(left, sum(size_of(right)))
        return state.seen(_made(super().call_binop(context, operator, left, right)))

    def call(__self, __context: Context, __obj: Any, *arguments: Any, **options: Any) -> Any:  # noqa: N805
        """Call a macro, a method or a global, if it is allowed."""
        state = _state_of(__context)
        state.take(1)
        # Jinja wraps `format`.
        method = getattr(__obj, "__wrapped__", __obj)
        target, name = getattr(method, "__self__", None), getattr(method, "__name__", "")
        is_block = isinstance(__obj, (Macro, LoopContext))
        for each in (*arguments, *options.values()):
            if not is_block or not isinstance(each, Macro):
                state.seen(_made(each) if not isinstance(each, Macro) else None)
        if isinstance(__obj, LoopContext):
            arguments = tuple(_Turns(state, _made(each)) for each in arguments)
        elif isinstance(target, Undefined) or isinstance(__obj, Undefined):
            pass
        elif target is not None and not isinstance(target, type):
            __self._check_method(state, target, name, [*arguments, *options.values()])
        elif not isinstance(__obj, (Macro, Joiner)) and not any(
            __obj is one for one in __self.globals.values()
        ):
            raise RefusedError(f"calls a {type(__obj).__name__}")
        if not is_block:
            result = _made(super().call(__context, __obj, *arguments, **options))
            objects = (Cycler, Joiner, Namespace)
            return result if isinstance(result, objects) else state.seen(result)
        state.depth += 1
        if state.depth > MAX_CALLS_DEEP:
            raise RefusedError(f"calls nested more than {MAX_CALLS_DEEP} deep")
        result = super().call(__context, __obj, *arguments, **options)
        state.depth -= 1
        return state.seen(result)

    def _check_method(self, state: State, target: Any, name: str, given: Sequence[Any]) -> None:
        kinds = [kind for kind in _METHODS if isinstance(target, kind)]
        if not any(name in _METHODS[kind] for kind in kinds):
            raise RefusedError(f"calls {type(target).__name__}.{name}")
        if isinstance(target, (list, dict)) and name in _CHEAP:
            state.take(len(target) // 1000)
        elif isinstance(target, (str, list, tuple, dict)):
            state.seen(target)
            check_arguments(name, target, given)


_ENVIRONMENT = Environment()


@lru_cache(maxsize=4096)
def compiled(source: str) -> jinja2.Template:
    """Return a template ready to be run.

    Raises:
      TemplateSyntaxError: it is invalid, or nested too deeply for Jinja or Python.
    """
    outcome: list[jinja2.Template | Exception] = []

    def compile_it() -> None:
        try:
            outcome.append(_ENVIRONMENT.from_string(source))
        except Exception as error:
            outcome.append(error)

    # The limit of nesting must not depend on the caller: a new thread has all of Python's stack.
    thread = threading.Thread(target=compile_it)
    thread.start()
    thread.join()
    [result] = outcome
    if isinstance(result, (RecursionError, SyntaxError, MemoryError)):
        raise jinja2.TemplateSyntaxError("nested too deeply", 1) from result
    if isinstance(result, Exception):
        raise result
    return result


def refusal(source: str) -> str | None:
    """Return why the sandbox refuses a template for all rows, tested with artificial rows.

    Each variable is in turn a text, a list and a number. Other errors with such rows are ignored,
    as they say nothing about the template.
    """
    template = _ENVIRONMENT.parse(source)
    for output in template.find_all(nodes.Output):
        for shown in output.nodes:
            if isinstance(shown, nodes.Getattr) and shown.attr in _NO_KEYS:
                return f"shows the method {shown.attr}: write {shown.attr}()"
    names = meta.find_undeclared_variables(template)
    made_up: list[Any] = ["text", ["text", "word"], 1]
    reasons = [_reason(source, dict.fromkeys(names, v)) for v in made_up[: 3 if names else 1]]
    return next((reason for reason in reasons if reason), None)


def _reason(source: str, variables: Mapping[str, Any]) -> str | None:
    """Return why the sandbox refuses a template, unless the reason is the row."""
    try:
        run(source, variables, State(Draws("lint")))
    except RefusedError as error:
        reason = str(error.message)
        return None if reason.startswith(_OF_ROWS) or _METHOD in reason else reason
    except Exception:
        # The artificial row does not fit.
        return None
    return None


def run(source: str, variables: Mapping[str, Any], state: State) -> str:
    """Render a template with the variables.

    Raises:
      RefusedError: it exceeds its budget, or shows a value that is not text.
      Exception: anything else.
    """
    parts, size = [], 0
    for part in compiled(source).generate({**variables, _STATE: state}):
        parts.append(part)
        size += len(part)
        check_size(size, "the text")
    return "".join(parts)
