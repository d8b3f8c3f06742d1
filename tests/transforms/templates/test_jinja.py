"""Jinja prompts: what a template may do, what it may not, and that its draws are the example's."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.errors import ConfigurationError
from transforms.stable_random import Draws
from transforms.templates.budget import MAX_RANGE
from transforms.templates.jinja import (
    DOES_NOT_APPLY,
    TEMPLATE_ERROR,
    NotPrompted,
    Prompted,
    PromptTemplate,
    parse_templates,
    render,
    syntax_error,
)

FILE = """
dataset: riddles
subset: plain
templates:
  0001: !Template
    id: '0001'
    name: ask
    jinja: '{{question}} ||| {{answer_choices[label]}}'
    answer_choices: a ||| b
    reference: ''
    metadata: !TemplateMetadata
      choices_in_prompt: false
      languages: [en]
      metrics: [Accuracy]
      original_task: true
"""


METADATA = FILE[FILE.index("    metadata") :]
# Eight levels of ten aliases each: 10^8 values in 500 bytes.
ALIASES = "\n" + "\n".join(
    f"  {name}: &{name} [{', '.join([inner] * 10)}]"
    for name, inner in zip("abcdefgh", ["x", "*a", "*b", "*c", "*d", "*e", "*f", "*g"], strict=True)
)


def _template(jinja: str, choices: str | None = None) -> PromptTemplate:
    return PromptTemplate(id="7", name="t", jinja=jinja, answer_choices=choices)


def _render(
    jinja: str, row: dict[str, Any], choices: str | None = None, seed: int = 0
) -> Prompted | NotPrompted:
    return render(_template(jinja, choices), row, Draws(seed))


def test_parses_the_layout_of_promptsource() -> None:
    file = parse_templates(FILE, "f.yaml")
    assert (file.dataset, file.subset) == ("riddles", "plain")
    template = PromptTemplate(
        id="0001",
        name="ask",
        jinja="{{question}} ||| {{answer_choices[label]}}",
        answer_choices="a ||| b",
        original_task=True,
        choices_in_prompt=False,
        metrics=("Accuracy",),
        languages=("en",),
    )
    assert file.templates == (template,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            FILE.replace("!TemplateMetadata", "!python/object:os.system"),
            r"f\.yaml:11: .*os\.system",
        ),
        (FILE.replace("!Template\n", "!Prompt\n"), r"f\.yaml:5: .*!Prompt"),
        (FILE.replace("!Template\n", "\n"), "without the tag !Template"),
        (
            FILE.replace("    jinja:", "    ninja:"),
            r"f\.yaml:5: the template has no text as `jinja`",
        ),
        (FILE.replace("!TemplateMetadata", "!TemplateMetadata [1] #"), "f.yaml:1[12]"),
        (FILE.replace("dataset: riddles", "dataset: 3"), "no `dataset`"),
        ("a: [", r"f\.yaml:1: not a template file"),
        ("[" * 3000, r"f\.yaml: not a template file: nested too deeply"),
        ("a: &a [*a]", r"f\.yaml:1: not a template file: the alias contains itself"),
        (FILE.replace("plain", ALIASES), r"f\.yaml:\d+: .*expand to more than 100,000 values"),
        (FILE.replace("plain", "2024-13-45"), r"f\.yaml: not a template file: month must be in"),
        (
            FILE.replace(METADATA, "      metadata: [1]\n").replace(
                "      metadata", "    metadata"
            ),
            r"f\.yaml:5: `metadata` is not a mapping",
        ),
        (FILE.replace("[Accuracy]", "5"), r"f\.yaml:5: `metrics` is not a list of texts"),
        (FILE.replace("[en]", "[1]"), r"f\.yaml:5: `languages` is not a list of texts"),
        (FILE.replace("a ||| b", "5"), r"f\.yaml:5: `answer_choices` is not a text"),
        (
            FILE.replace("choices_in_prompt: false", "choices_in_prompt: maybe"),
            r"f\.yaml:5: `choices_in_prompt` is not true or false",
        ),
        ("- 1", "not a template file"),
    ],
)
def test_what_is_no_template_file_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        parse_templates(text, "f.yaml")


@pytest.mark.parametrize(
    ("jinja", "row", "choices", "expected"),
    [
        ("{{a}} + {{b}} ||| {{a + b}}", {"a": 1, "b": 2}, None, ("1 + 2", "3", ())),
        ("\n {{q}}\n\n|||\n {{q}} ", {"q": "why"}, None, ("why", "why", ())),
        ("{{q}}|||{{answer_choices[n]}}", {"q": "?", "n": 1}, "a ||| b", ("?", "b", ("a", "b"))),
        ("{{q}}|||{{q}}", {"q": "a ||| b"}, None, ("a ||| b", "a ||| b", ())),
        (
            "{{c | join(', ')}}|||{{answer_choices[0] | upper}}",
            {"c": ["x|||y", "z"]},
            "{{c | join('|||')}}",
            ("x|||y, z", "X|||Y", ("x|||y", "z")),
        ),
        ("{{w_1}}|||x", {"w-1": "word"}, None, ("word", "x", ())),
        ("{% for a, b in zip(x, y) %}{{a}}{{b}} {% endfor %}|||z", {"x": "ab", "y": "cd"}, None,
         ("ac bd", "z", ())),
        ("{{[3, 1, 3, 1, 2] | most_frequent | join(',')}}|||z", {}, None, ("3,1", "z", ())),
        ("{{[] | most_frequent | length}}|||z", {}, None, ("0", "z", ())),
        ("{{'a' | highlight}}|||z", {}, None, ("a", "z", ())),
        ("{{range(3) | join}}|||z", {}, None, ("012", "z", ())),
        ("{% if answer_choices %}{% else %}a ||| b{% endif %}", {}, None, ("a", "b", ())),
    ],
)  # fmt: skip
def test_renders(
    jinja: str, row: dict[str, Any], choices: str | None, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    assert _render(jinja, row, choices) == Prompted(*expected)


@pytest.mark.parametrize(
    ("jinja", "row", "empty"),
    [
        ("{% if a %}x ||| y{% endif %}", {"a": 0}, "all"),
        ("{{q}} ||| y", {"q": " "}, "inputs"),
        ("x ||| {% if a %}{{a}}{% endif %}", {"a": ""}, "targets"),
    ],
)
def test_a_template_without_inputs_or_targets_does_not_apply(
    jinja: str, row: dict[str, Any], empty: str
) -> None:
    assert _render(jinja, row) == NotPrompted(DOES_NOT_APPLY, f"t: {empty} empty")


@pytest.mark.parametrize(
    ("jinja", "row", "cause"),
    [
        ("{{missing}} ||| y", {}, "'missing' is undefined"),
        ("{{a.b}} ||| y", {"a": {}}, "has no attribute 'b'"),
        ("{{a}} ||| y", {"a": None}, "null"),
        ("{{a ||| y", {"a": 1}, "TemplateSyntaxError"),
        ("{{1 // 0}} ||| y", {}, "ZeroDivisionError"),
        ("{{a | nothing}} ||| y", {"a": 1}, "No filter named 'nothing'"),
        ("{{a.index('x')}} ||| y", {"a": []}, "ValueError"),
        ("{{[] | choice}} ||| y", {}, "a choice among nothing"),
        ("no separator", {}, "0 separators"),
        ("a ||| b ||| c", {}, "2 separators"),
        ("{% for i in range(10001) %}{% endfor %} ||| y", {}, "range of 10001"),
        ("{{'x' * 2000000}} ||| y", {}, "repetitions"),
        ("{{9 ** 9999}} ||| y", {}, "power"),
        ("{% for i in range(9999) %}{{a}}{% endfor %} ||| y", {"a": "x" * 999}, "characters"),
        ("{{ ''.__class__.__mro__ }} ||| y", {}, "SecurityError"),
        ("{{ zip.__globals__ }} ||| y", {}, "SecurityError|undefined|attribute"),
        ("{% include '/etc/passwd' %} ||| y", {}, "loader"),
        ("{{ a() }} ||| y", {"a": {"x": {"y": 1}}}, "calls a dict"),
    ],
)
def test_what_fails_is_a_reason_with_the_name(jinja: str, row: dict[str, Any], cause: str) -> None:
    result = _render(jinja, row)
    assert isinstance(result, NotPrompted)
    assert result.reason == TEMPLATE_ERROR
    assert result.detail.startswith("t: ")
    assert any(each in result.detail for each in cause.split("|")), result.detail


def test_nested_loops_share_one_limit() -> None:
    inner = f"{{% for j in range({MAX_RANGE}) %}}{{% endfor %}}"
    result = _render(f"{{% for i in range(50) %}}{inner}{{% endfor %}}x|||y", {})
    assert isinstance(result, NotPrompted)
    assert "range" in result.detail


def test_a_template_cannot_change_the_row() -> None:
    row = {"a": ["x"], "b": {"c": ["y"]}}
    result = _render("{{a.append('z') or ''}}{{b.c.pop()}}{{a | join}} ||| y", row)
    assert result == Prompted("yxz", "y", ())
    assert row == {"a": ["x"], "b": {"c": ["y"]}}


@given(st.dictionaries(st.sampled_from("qab"), st.recursive(
    st.none() | st.text() | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=3)
)))  # fmt: skip
def test_never_raises_on_any_row(row: dict[str, Any]) -> None:
    result = _render("{{q[0] + 1}} {{a | choice}} ||| {{b | join('|||')}}", row, "{{b}}")
    assert isinstance(result, (Prompted, NotPrompted))


@given(st.text())
def test_separators_in_fields_survive(text: str) -> None:
    field = f"a{text}|||{text}b"
    assert _render("{{q}} ||| {{q}}", {"q": field}) == Prompted(field, field, ())


def test_syntax_errors_are_named() -> None:
    assert syntax_error(_template("{{a}} ||| {{b}}")) is None
    assert syntax_error(_template("{% if %} ||| b")) is not None
    assert "line 2" in (syntax_error(_template("a\n{{ ||| b")) or "")
    assert syntax_error(_template("a ||| b", "{{")) is not None


CHOICE = "{{range(1000) | choice}} {{range(1000) | random}} {{['a', 'b'] | choice}} ||| {{q}}"


def test_choice_follows_the_draws_and_nothing_else() -> None:
    first = [_render(CHOICE, {"q": "?"}, seed=seed) for seed in range(20)]
    assert first == [_render(CHOICE, {"q": "?"}, seed=seed) for seed in range(20)]
    assert len({result.inputs for result in first if isinstance(result, Prompted)}) == 20


def test_choice_is_the_same_in_every_process() -> None:
    program = (
        "from transforms.stable_random import Draws\n"
        "from transforms.templates.jinja import PromptTemplate, render\n"
        f"template = PromptTemplate(id='7', name='t', jinja={CHOICE!r})\n"
        "print([render(template, {'q': '?'}, Draws(seed)) for seed in range(5)])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[3],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert outputs == {f"{[_render(CHOICE, {'q': '?'}, seed=seed) for seed in range(5)]}\n"}
