"""Templates of strangers: refused within a second or so and in little memory, or plain text."""

import datetime
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.memory import in_its_own_process
from transforms.stable_random import Draws
from transforms.templates.jinja import (
    NotPrompted,
    Prompted,
    PromptTemplate,
    TemplateFile,
    render,
    syntax_error,
)
from transforms.templates.promptsource_lint import promptsource_problems

_GROW = (
    "{% set n = namespace(s='aaaaaaaaaa') %}{% for i in range(60) %}BODY{% endfor %}"
    "{{ n.s|length }}"
)
HOSTILE = {
    # Time: loops, calls, recursion.
    "exponential macro": "{% macro f(n) %}{% if n %}{% if f(n-1) %}{% endif %}{% if f(n-1) %}"
    "{% endif %}{% endif %}{% endmacro %}{{ f(60) }}",
    "wide macro": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{{ f(n-1) }}{% endif %}"
    "{% endmacro %}{{ f(15) }}",
    "deep macro": "{% macro f(n) %}{{ f(n+1) }}{% endmacro %}{{ f(0) }}",
    "macro of itself": "{% macro f(g) %}{{ g(g) }}{% endmacro %}{{ f(f) }}",
    "caller": "{% macro m() %}{% for i in range(9999) %}{{ caller() }}{% endfor %}{% endmacro %}"
    "{% call m() %}{% call m() %}x{% endcall %}{% endcall %}",
    "loops over texts": "{% for a in 'x'*1000000 %}{% for b in 'x'*1000000 %}{% endfor %}"
    "{% endfor %}",
    "one range three times": "{% set r = range(10000) %}{% for a in r %}{% for b in r %}"
    "{% for c in r %}{% endfor %}{% endfor %}{% endfor %}",
    "filtered loop": "{% for a in range(9999) if a in range(9999)|list %}{% endfor %}",
    "recursive loop": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "wide recursive loop": "{% for a in range(9999) recursive %}{% if loop.depth < 9 %}"
    "{{ loop(range(9999)) }}{% endif %}{% endfor %}",
    "list that grows": "{% set l=[1] %}{% for i in l %}{% if l.append(1) %}{% endif %}{% endfor %}",
    "text of a loop": "{% macro f() %}{% for i in range(9999) %}"
    + "x" * 5000
    + "{% endfor %}{% endmacro %}{% set a = f() %}{% set b = f() %}",
    # Size: doubling, repetition, powers.
    "~": _GROW.replace("BODY", "{% set n.s = n.s ~ n.s %}"),
    "+": _GROW.replace("BODY", "{% set n.s = n.s + n.s %}"),
    "block": _GROW.replace("BODY", "{% set n.s %}{{ n.s }}{{ n.s }}{% endset %}"),
    "% of text": _GROW.replace("BODY", "{% set n.s = '%s%s' % (n.s, n.s) %}"),
    "list +": _GROW.replace("BODY", "{% set n.s = [n.s] + [n.s] %}").replace("n.s|length", "n.s"),
    "shared list": _GROW.replace("BODY", "{% set n.s = [n.s, n.s] %}").replace("|length", ""),
    "shared list compared": _GROW.replace("BODY", "{% set n.s = [n.s, n.s] %}")
    + "{{ n.s == [n.s] }}",
    "shared key": _GROW.replace("BODY", "{% set n.s = (n.s, n.s) %}") + "{{ {n.s: 1}|length }}",
    "shared subscript": _GROW.replace("BODY", "{% set n.s = (n.s, n.s) %}") + "{{ {}[n.s] }}",
    "shared dict": _GROW.replace("BODY", "{% set n.s = {1: n.s, 2: n.s} %}").replace("|length", ""),
    "deep list": "{% set n = namespace(s=[]) %}{% for i in range(9999) %}{% set n.s = [n.s] %}"
    "{% endfor %}{{ n.s }}",
    "join": "{{ ['x'*900000, 'x'*90000]|join('y'*900000)|length }}",
    "join of a text": "{{ ('x'*100000)|join('y'*100000)|length }}",
    "join as a method": "{{ ('x'*10000).join('y'*900000)|length }}",
    "bytes": "{{ ('a'.encode() * 3000000000)|length }}",
    "list repetition": "{{ ([1]*1000)*100000 }}",
    "tuple repetition": "{{ ((1,)*1000)*100000 }}",
    "chained powers": "{{ ((((10**64)**64)**64)**64) > 1 }}",
    "chained products": "{% set n = namespace(s=9**9) %}{% for i in range(60) %}"
    "{% set n.s = n.s * n.s %}{% endfor %}{{ n.s }}",
    # Widths.
    "center": "{{ 'a'|center(3000000000) }}",
    "center method": "{{ 'a'.center(3000000000) }}",
    "ljust": "{{ 'a'.ljust(3000000000) }}",
    "rjust": "{{ 'a'.rjust(3000000000) }}",
    "zfill": "{{ 'a'.zfill(3000000000) }}",
    "expandtabs": "{{ '\\t'.expandtabs(3000000000) }}",
    "many tabs": "{{ ('\\t'*100000).expandtabs(9999) }}",
    "% width": "{{ '%3000000000d' % 1 }}",
    "% width computed": "{{ '%*d' % (3000000000, 1) }}",
    "format width": "{{ '{:>3000000000}'.format(1) }}",
    "format width nested": "{{ '{:{}}'.format(1, 3000000000) }}",
    "format_map width": "{{ '{a:>3000000000}'.format_map({'a': 1}) }}",
    "format again": "{{ ('{0}'*100000).format('x'*100000) }}",
    "% again": "{{ ('%(a)s'*100000) % {'a': 'x'*100000} }}",
    "format filter": "{{ '%3000000000d'|format(1) }}",
    "indent": "{{ ('a\\n'*100000)|indent(10000) }}",
    "indent width": "{{ 'a\\nb'|indent(3000000000) }}",
    "slice": "{{ [1]|slice(1000000000)|list }}",
    "batch": "{{ [1]|batch(500000000, 'x')|list }}",
    "replace": "{{ ('a'*1000000)|replace('a', 'b'*1000000)|length }}",
    "replace method": "{{ ('a'*1000000).replace('a', 'b'*1000000)|length }}",
    "replace nothing": "{{ ('a'*1000000).replace('', 'b'*1000)|length }}",
    "translate": "{{ ('a'*1000000).translate({97: 'b'*1000000})|length }}",
    "sum of lists": "{{ ([[1]*9]*30000)|sum(start=[])|length }}",
    "round": "{{ 1|round(-400000000) }}",
    "to_bytes": "{{ (1).to_bytes(3000000000, 'big') }}",
    "map": "{{ ['a']|map('center', 3000000000)|list }}",
    "truncate": "{{ 'a'|truncate(3000000000, leeway=3000000000, end='x'*999999*9) }}",
    "comparisons": "{% set s = 'x'*900000 %}{% for i in range(10000) %}{% if s ~ 'a' == s ~ 'b' %}"
    "{% endif %}{% endfor %}",
    "equal texts": "{% set s = 'x'*900000 %}{% set t = s.lower() %}{% for i in range(10000) %}"
    "{% if s == t %}{% endif %}{% endfor %}",
    "slices": "{% set s = 'x'*900000 %}{% for i in range(10000) %}{% if s[:-1] %}{% endif %}"
    "{% endfor %}",
    # What is no text.
    "function": "{{ range }}",
    "map as text": "{{ [1]|map('upper') }}",
    "method": "{{ 'a'.upper }}",
    "zip": "{{ zip([1], [2]) }}",
    "select": "{{ [1]|select }}",
    "batch as text": "{{ [1]|batch(2) }}",
    "joiner": "{{ joiner() }}",
    "cycler": "{{ cycler('a') }}",
    "namespace": "{{ namespace() }}",
    "loop": "{% for i in [1] %}{{ loop }}{% endfor %}",
    "macro": "{% macro f() %}{% endmacro %}{{ f }}",
    "self": "{{ self }}",
    "keys": "{{ {1: 2}.keys() }}",
    "items": "{{ {1: 2}|items }}",
    "range as text": "{{ range(3) }}",
    "joined functions": "{{ [range]|join }}",
    "function in a list": "{{ [range] }}",
    "function ~": "{{ range ~ 'a' }}",
    "function % ": "{{ '%s' % range }}",
    "function format": "{{ '{}'.format(range) }}",
    "function string": "{{ range|string }}",
    "function key": "{{ {range: 1} }}",
    "lazy string": "{{ [1]|map('string')|string }}",
    "lazy ~": "{{ [1]|map('string') ~ '' }}",
    # Compilers.
    "deep parentheses": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "deep list in the source": "{{ " + "[" * 90 + "1" + "]" * 90 + " }}",
    "deep not": "{{ " + "not " * 3000 + "1 }}",
    "deep for": "{% for i in [1] %}" * 30 + "{% endfor %}" * 30,
    "deep if": "{% if 1 %}" * 150 + "{% endif %}" * 150,
    "long sum": "{{ " + "+".join("1" * 3000) + " }}",
}

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ['']|map(attribute='__class__')|first }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ '{a.__class__}'.format_map({'a': ''}) }}",
    "{% set f = '{0.__class__}'.format %}{{ f('') }}",
    "{{ ('{0.__class__}'|attr('format'))('') }}",
    "{{ (['{0.__class__}']|map(attribute='format')|first)('') }}",
    "{{ range.__globals__ }}",
    "{{ ([1]|select).gi_frame }}",
    "{{ ([1]|select).gi_code }}",
    "{% macro f() %}{% endmacro %}{{ f._func }}",
    "{{ self._TemplateReference__context }}",
    "{% for i in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'x' %}",
    "{{ lipsum.__globals__ }}",
    "{{ dict.fromkeys([1]) }}{{ dict.mro() }}",
    "{{ namespace.__init__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__.__globals__ }}",
]


def _render(jinja: str, row: dict[str, Any] | None = None) -> Prompted | NotPrompted:
    template = PromptTemplate(id="7", name="t", jinja=f"{jinja} q ||| x")
    return render(template, row or {}, Draws(0))


def _render_hostile(name: str) -> tuple[Prompted | NotPrompted, float]:
    began = time.process_time()
    return _render(HOSTILE[name]), time.process_time() - began


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_costs_its_rows_and_nothing_else(name: str) -> None:
    (result, seconds), grown = in_its_own_process(_render_hostile, name)
    assert isinstance(result, NotPrompted), result
    assert result.reason == "template_error"
    assert not re.search("MemoryError|RecursionError|0x[0-9a-f]{6}", result.detail)
    # A million steps, and a few texts of a million characters.
    assert seconds < 10
    assert grown < 200_000, f"{grown} KiB"


@pytest.mark.parametrize("jinja", ESCAPES)
def test_nothing_gets_out(jinja: str) -> None:
    result = _render(jinja)
    assert isinstance(result, NotPrompted), result
    assert not re.search("0x[0-9a-f]{6}|<class|<function", result.detail)


_ORDINARY = [
    ("{% for w in q.split() %}{{ loop.index }}{{ w }}{% if not loop.last %}-{% endif %}"
     "{% endfor %}", "1a-2b"),
    ("{{ q.split()|map('upper')|join(' ') }}", "A B"),
    ("{{ q.split()|map('upper')|list }}", "['A', 'B']"),
    ("{{ {'a': 1}.items()|list }}", "[('a', 1)]"),
    ("{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "x=1;y=[2];"),
    ("{% macro f(n) %}{% if n %}{{ n }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(9) }}",
     "987654321"),
    ("{% for i in [[1, []], [2, [[3, []]]]] recursive %}{{ i[0] }}{{ loop(i[1]) }}{% endfor %}",
     "123"),
    ("{{ '%5.1f' % 2.25 }}{{ '{:>4}'.format('a') }}", "2.2   a"),
    ("{{ q[::-1] }}{{ q[0] }}{{ q ~ 1 ~ 2.5 }}", "b aaa b12.5"),
    ("{{ [3, 1, 2]|sort|join(',') }}{{ d|length }}{{ d.x + 1 }}", "1,2,322"),
    ("{{ missing|default('none') }}{{ 'yes' if missing is defined else 'no' }}", "noneno"),
    ("{% set n = namespace(c=0) %}{% for i in range(2000) %}{% set n.c = n.c + 1 %}{% endfor %}"
     "{{ n.c }}", "2000"),
    ("{% set l = [] %}{% for i in range(2000) %}{% if l.append(i) %}{% endif %}{% endfor %}"
     "{{ l|length }}", "2000"),
    ("{% for i in range(2000) %}{% if i in big %}{% endif %}{% endfor %}{{ big|sum }}", "1999000"),
    ("{{ zip('ab', 'cd')|list }}", "[('a', 'c'), ('b', 'd')]"),
    ("{% call(x) m() %}{{ x }}{% endcall %}{% macro m() %}{% endmacro %}", None),
    ("{% macro m() %}<{{ caller('y') }}>{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}",
     "<y>"),
    ("{{ date }} {{ date.year }}", "2024-02-29 2024"),
    ("{{ [1, 2, 3]|sum }}{{ [[1], [2]]|sum(start=[]) }}", "6[1, 2]"),
    ("{{ [{'a': 1}, {'a': 2}]|map(attribute='a')|max }}", "2"),
    ("{{ [{'a': 1}, {'a': 2}]|selectattr('a', 'eq', 2)|list|length }}", "1"),
    ("{{ long|length }}", "300000"),
]  # fmt: skip


@pytest.mark.parametrize(("jinja", "shown"), _ORDINARY)
def test_ordinary_templates_have_room(jinja: str, shown: str | None) -> None:
    row = {
        "q": "a b",
        "d": {"x": 1, "y": [2]},
        "big": list(range(2000)),
        "date": datetime.date(2024, 2, 29),
        "long": "word " * 60_000,
    }
    result = _render(jinja, row)
    if shown is None:
        assert isinstance(result, NotPrompted)
        return
    assert isinstance(result, Prompted), result
    assert result.inputs == f"{shown} q"


def test_the_limits_do_not_depend_on_the_stack_of_the_caller() -> None:
    """The deepest template that compiles is the same from a deep stack and from a flat one."""

    def deepest() -> int:
        return next(
            n
            for n in range(10, 200)
            if syntax_error(_of("{{ " + "(" * n + "1" + ")" * n + " }}" + " " * depth[0]))
        )

    def _of(jinja: str) -> PromptTemplate:
        return PromptTemplate(id="7", name="t", jinja=jinja)

    def from_below(frames: int) -> int:
        return from_below(frames - 1) if frames else deepest()

    depth = [0]
    flat = deepest()
    depth = [1]
    assert from_below(600) == flat


def test_texts_are_the_same_in_every_process() -> None:
    """What holds an address differs between two processes with other address spaces."""
    program = (
        "import sys; sys.path.insert(0, 'tests/transforms/templates')\n"
        "from test_hostile_templates import HOSTILE, ESCAPES, _render\n"
        "templates = [*ESCAPES, *(each for each in HOSTILE.values() if len(each) < 60)]\n"
        "print([_render(each) for each in templates])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[3],
            env={"PYTHONPATH": ".", "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


_SLOW = ("wide macro", "caller", "list that grows", "list +", "sum of lists")


def test_lint_names_each() -> None:
    hostile = {name: jinja for name, jinja in HOSTILE.items() if name not in _SLOW}
    templates = tuple(
        PromptTemplate(id=n, name=n, jinja=f"{j} q ||| x") for n, j in hostile.items()
    )
    problems = promptsource_problems(TemplateFile("data", None, templates))
    rules = ("broken_jinja", "refused_by_the_sandbox")
    assert {each.template for each in problems if each.rule in rules} == {*hostile}


def test_lint_lets_ordinary_templates_pass() -> None:
    ordinary = [jinja for jinja, shown in _ORDINARY if shown is not None]
    ordinary += ["{{ metadata.split }}", "{{ choices[label] }}", "{{ q.text[0] }}"]
    templates = tuple(PromptTemplate(id=j, name=j, jinja=f"{j} q ||| x") for j in ordinary)
    problems = promptsource_problems(TemplateFile("data", None, templates))
    assert [each for each in problems if each.rule == "refused_by_the_sandbox"] == []
