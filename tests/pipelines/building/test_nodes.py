"""Fingerprints cover contents: every key of a recipe is in one, and none depends on a place."""

import json
import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import transforms
from pipelines.building.build import build, find_sources
from pipelines.building.fingerprints import code_version, snapshot_nodes
from pipelines.building.nodes import Node, differences
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from transforms.templates import catalog
from transforms.templates.template import Family, Template


def _nodes(recipe: Path, *assignments: str) -> dict[str, Node]:
    loaded = load_recipe(str(recipe), list(assignments), {}, None)
    found, held_out, _ = find_sources(loaded, str(recipe.parent / "out"))
    return {node.key: node for node in snapshot_nodes(loaded, found, held_out)}


def _changed(before: dict[str, Node], after: dict[str, Node]) -> set[str]:
    keys = {*before, *after}
    return {k for k in keys if k not in before or k not in after or before[k] != after[k]}


_RENDER = {"render", "mixture"}
_ALL = {"dedup", "decontaminate", *_RENDER}


@pytest.mark.parametrize(
    ("assignment", "changed"),
    [
        ("seed=2", _RENDER),
        ("few_shot.pool=5", _RENDER),
        ("limits.max_input_tokens=99", _RENDER),
        ("options.random_share=0.1", _RENDER),
        ("vocabulary.extra_ids=7", _RENDER),
        ("templates={questions: [{inputs: '{question}', targets: '{answer}'}]}", _RENDER),
        ("mixture.examples=3", {"mixture"}),
        ("output.shard_bytes=9", {"mixture"}),
        ("name=other", {"mixture"}),
        ("version=2.0.0", {"mixture"}),
        ("description=other", {"mixture"}),
        ("on_source_error=skip", {"mixture"}),
        ("sources.questions.about=other", {"mixture"}),
        ("deduplicate.near.enabled=true", _ALL),
        ("licenses.deny=[NC]", _ALL),
        ("languages=[en]", _ALL),
        ("decontaminate.ngram=7", {"decontaminate", *_RENDER}),
        ("sources.questions.license=MIT", {"source:questions", *_ALL}),
        ("gates.min_examples=3", set()),
    ],
)
def test_each_setting_changes_what_follows_it(
    corpus: Any, assignment: str, changed: set[str]
) -> None:
    assert _changed(_nodes(corpus.recipe), _nodes(corpus.recipe, assignment)) == changed


def test_order_of_sources_counts(corpus: Any) -> None:
    before = _nodes(corpus.recipe)
    text = corpus.recipe.read_text()
    first, second = text.index("  tasks:"), text.index("  reasoning:")
    third = text.index("few_shot:")
    moved = text[:first] + text[second:third] + text[first:second] + text[third:]
    corpus.recipe.write_text(moved)
    assert _changed(before, _nodes(corpus.recipe)) == _ALL


def test_every_key_of_the_recipe_is_in_some_node(corpus: Any) -> None:
    """A setting that no node lists yet is in the first, so that no cached stage ignores it."""
    from pipelines.building.nodes import stage_nodes

    stated = load_recipe(str(corpus.recipe), [], {}, None).stated()
    before = stage_nodes(stated, {}, {}, [], [])[-1].fingerprint
    first, unlisted = (stage_nodes(s, {}, {}, [], [])[0] for s in (stated, {**stated, "new": 1}))
    assert unlisted.fingerprint != first.fingerprint
    for key in stated.keys() - {"sources", "held_out"}:
        assert stage_nodes({**stated, key: "?"}, {}, {}, [], [])[-1].fingerprint != before


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (lambda family: {"templates": family.templates[::-1]}, _RENDER),
        (lambda family: {"templates": family.templates[1:]}, _RENDER),
        (lambda _: {"context": "question"}, _RENDER),
        (lambda _: {"context_keeps": "end"}, _RENDER),
        (lambda _: {"is_bare": True}, _RENDER),
        (lambda _: {"targets": ("answer", "rationale")}, _ALL),
    ],
)
def test_shipped_templates_count(
    corpus: Any, monkeypatch: pytest.MonkeyPatch, edit: Any, changed: set[str]
) -> None:
    before = _nodes(corpus.recipe)
    family = catalog.CATALOG["closed_book_qa"]
    monkeypatch.setitem(catalog.CATALOG, "closed_book_qa", replace(family, **edit(family)))
    assert _changed(before, _nodes(corpus.recipe)) == changed


@pytest.mark.parametrize("field", ["instruction", "inputs", "targets", "inversion"])
def test_text_of_a_shipped_template_counts(
    corpus: Any, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    before = _nodes(corpus.recipe)
    family = catalog.CATALOG["closed_book_qa"]
    first = replace(family.templates[0], **{field: getattr(family.templates[0], field) + " "})
    edited = replace(family, templates=(first, *family.templates[1:]))
    monkeypatch.setitem(catalog.CATALOG, "closed_book_qa", edited)
    assert _changed(before, _nodes(corpus.recipe)) == _RENDER


def test_a_family_has_no_attribute_that_no_node_covers() -> None:
    covered = {"name", "targets", "templates", "context", "is_bare", "context_keeps"}
    assert {field.name for field in fields(Family)} == covered
    assert {field.name for field in fields(Template)} == {
        "inputs",
        "targets",
        "instruction",
        "inversion",
    }


def test_modules_of_templates_are_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that is edited where it is shipped leaves the stages before rendering a hit."""
    copy = tmp_path / "transforms"
    shutil.copytree(next(iter(transforms.__path__)), copy)
    monkeypatch.setattr(transforms, "__path__", [str(copy)])
    before = code_version()
    with (copy / "templates" / "families" / "nli.py").open("a") as stream:
        stream.write("# edited")
    assert code_version() == before
    with (copy / "templates" / "template.py").open("a") as stream:
        stream.write("# edited")
    assert code_version() != before


def test_snapshot_tells_its_nodes_and_the_last_is_its_fingerprint(
    corpus: Any, tmp_path: Path
) -> None:
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    result = build(recipe, str(tmp_path / "out"), RunnerOptions())
    nodes = json.loads((Path(result.path) / "nodes.json").read_text())
    assert nodes["mixture"]["fingerprint"] == result.manifest.fingerprint
    assert [f.path for f in result.manifest.metadata if f.path == "nodes.json"] == ["nodes.json"]
    fingerprints = {source.name: source.fingerprint for source in result.manifest.sources}
    assert {
        node["name"]: node["fingerprint"] for node in nodes.values() if node["kind"] == "source"
    } == fingerprints
    assert {node["name"] for node in nodes.values() if node["kind"] == "task"} == {
        "task001_colours",
        "cot_fruit",
        "questions",
    }
    assert str(corpus.directory) not in json.dumps(nodes)
    for node in nodes.values():
        assert (
            Node(**{k: node[k] for k in ("kind", "name", "parts", "inputs")}).fingerprint
            == (node["fingerprint"])
        )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({}, {}, []),
        ({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}, [("a.b", 1, 3)]),
        ({"a": 1}, {"b": 1}, [("a", 1, None), ("b", None, 1)]),
        ({"a": [1]}, {"a": [1, 2]}, [("a.1", None, 2)]),
        ({"a": [[1, 2], 3]}, {"a": [[1, 4], 3]}, [("a.0.1", 2, 4)]),
        ({"a": [1]}, {"a": {"0": 1}}, [("a", [1], {"0": 1})]),
        ({"a": {"b": 1}}, {"a": None}, [("a", {"b": 1}, None)]),
    ],
)
def test_differences(old: Any, new: Any, found: list[Any]) -> None:
    assert differences(old, new) == found
