"""Fingerprints cover contents: every key of a recipe is in one, and none depends on a place."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import build
from pipelines.building.fingerprints import snapshot_nodes
from pipelines.building.nodes import Ingredients, Node, differences, stage_nodes
from pipelines.building.running import RunnerOptions
from pipelines.building.sources import find_sources
from pipelines.building.stages import STAGES
from pipelines.recipe import load_recipe
from pipelines.stores.store import Store
from transforms.sources import source as source_module
from transforms.templates import catalog
from transforms.templates.template import Family, Template


def _nodes(recipe: Path, *assignments: str) -> dict[str, Node]:
    loaded = load_recipe(str(recipe), list(assignments), {}, None)
    sources = find_sources(loaded, Store.at(str(recipe.parent / "out")))
    return {node.key: node for node in snapshot_nodes(loaded, sources)}


def _changed(before: dict[str, Node], after: dict[str, Node]) -> set[str]:
    keys = {*before, *after}
    return {k for k in keys if k not in before or k not in after or before[k] != after[k]}


_NEAR = {"sign", "verify_pairs", "choose_survivors", "near_duplicates"}
# What it searches depends on sources and index alone.
_OF_TASKS = {"task_texts"}
_KNOWN = {"known", "other_snapshots"}
_NAMES = [stage.name for stage in STAGES if stage.name not in _NEAR | _KNOWN]


def _from(stage: str) -> set[str]:
    """Return a stage and all that follow it, without near-deduplication."""
    return set(_NAMES[_NAMES.index(stage) :])


@pytest.mark.parametrize(
    ("assignment", "changed"),
    [
        ("seed=2", _from("rank")),
        ("few_shot.pool=5", _from("rank")),
        ("validation.fraction=0.5", _from("rank")),
        ("few_shot.variants=[{shots: 2}]", _from("render")),
        ("limits.max_input_tokens=99", _from("render")),
        ("options.random_share=0.1", _from("render")),
        ("vocabulary.extra_ids=7", _from("render")),
        (
            "templates={questions: [{inputs: '{question}', targets: '{answer}'}]}",
            _from("render"),
        ),
        ("mixture.examples=3", _from("plan")),
        ("output.shard_bytes=9", _from("plan_shards")),
        ("output.parquet=true", _from("write")),
        ("name=other", _from("write")),
        ("version=2.0.0", _from("write")),
        ("description=other", {"manifest"}),
        ("on_source_error=skip", {"manifest"}),
        ("sources.questions.about=other", {"manifest"}),
        ("deduplicate.near.enabled=true", _from("decontaminate") - _OF_TASKS | _NEAR),
        # The manifest repeats it; no stage of the recipe reads it.
        ("deduplicate.near.bands=7", {"manifest"}),
        ("deduplicate.scope=task", _from("scan") - _OF_TASKS),
        ("licenses.deny=[NC]", _from("scan") - _OF_TASKS),
        ("languages=[en]", _from("scan") - _OF_TASKS),
        ("decontaminate.ngram=7", _from("index")),
        ("decontaminate.mode=report", _from("decontaminate")),
        ("sources.questions.license=MIT", {"source:questions"} | _from("scan")),
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
    assert _changed(before, _nodes(corpus.recipe)) == _from("scan")


def _ingredients(recipe: Path, **stated: Any) -> Ingredients:
    loaded = load_recipe(str(recipe), [], {}, None)
    return Ingredients(
        stated={**loaded.stated(), **stated},
        settings=loaded.settings(),
        vocabulary={},
        sources=[],
        evaluations=[],
        families=[],
        held_out_families=[],
    )


def test_every_key_of_the_recipe_is_in_some_node(corpus: Any) -> None:
    """A setting that no stage names yet is in the first node, so no cached stage ignores it."""
    first, unnamed = (
        next(iter(stage_nodes(_ingredients(corpus.recipe, **new)).values()))
        for new in ({}, {"new_setting": 1})
    )
    assert unnamed.fingerprint != first.fingerprint
    before = stage_nodes(_ingredients(corpus.recipe))["manifest"].fingerprint
    stated = load_recipe(str(corpus.recipe), [], {}, None).stated()
    for key in stated.keys() - {"sources", "held_out"}:
        changed = stage_nodes(_ingredients(corpus.recipe, **{key: "?"}))
        assert changed["manifest"].fingerprint != before, key


def test_a_key_below_one_that_is_named_in_part_is_not_lost(corpus: Any) -> None:
    stated = load_recipe(str(corpus.recipe), [], {}, None).stated()
    deduplicate = {**stated["deduplicate"], "new": 1}
    nodes = stage_nodes(_ingredients(corpus.recipe, deduplicate=deduplicate))
    assert nodes["index"].parts["deduplicate.new"] == 1


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (lambda family: {"templates": family.templates[::-1]}, _from("render")),
        (lambda _: {"context": "question"}, _from("render")),
        (lambda _: {"context_keeps": "end"}, _from("render")),
        (lambda _: {"is_bare": True}, _from("render")),
        # Reading rejects a record without a target.
        (
            lambda _: {"targets": ("answer", "rationale")},
            {"source:questions"} | _from("scan"),
        ),
    ],
)
def test_a_family_that_a_task_uses_counts(
    corpus: Any, monkeypatch: pytest.MonkeyPatch, edit: Any, changed: set[str]
) -> None:
    before = _nodes(corpus.recipe)
    family = catalog.CATALOG["closed_book_qa"]
    _replace_family(monkeypatch, replace(family, **edit(family)))
    assert _changed(before, _nodes(corpus.recipe)) == changed


def test_a_family_that_no_task_uses_does_not_count(
    corpus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _nodes(corpus.recipe)
    family = catalog.CATALOG["translation"]
    _replace_family(monkeypatch, replace(family, templates=family.templates[1:]))
    assert _changed(before, _nodes(corpus.recipe)) == set()


def test_an_inverted_family_counts_where_the_recipe_inverts(
    corpus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inverted = "mixture.collections={flan: {inversion: 0.5}}"
    before = [_nodes(corpus.recipe), _nodes(corpus.recipe, inverted)]
    family = catalog.CATALOG["closed_book_qa_ii"]
    _replace_family(monkeypatch, replace(family, templates=family.templates[1:]))
    assert _changed(before[0], _nodes(corpus.recipe)) == set()
    assert _changed(before[1], _nodes(corpus.recipe, inverted)) == _from("render")


def _replace_family(monkeypatch: pytest.MonkeyPatch, family: Family) -> None:
    for table in (catalog.CATALOG, source_module.FAMILIES):
        if family.name in table:
            monkeypatch.setitem(table, family.name, family)


@pytest.mark.parametrize("field", ["instruction", "inputs", "targets", "inversion"])
def test_text_of_a_shipped_template_counts(
    corpus: Any, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    before = _nodes(corpus.recipe)
    family = catalog.CATALOG["closed_book_qa"]
    first = replace(family.templates[0], **{field: getattr(family.templates[0], field) + " "})
    edited = replace(family, templates=(first, *family.templates[1:]))
    _replace_family(monkeypatch, edited)
    assert _changed(before, _nodes(corpus.recipe)) == _from("render")


def test_a_family_has_no_attribute_that_no_node_covers() -> None:
    covered = {"name", "targets", "templates", "few_shot", "labels", "not_essential", "roles"}
    covered |= {"context", "context_keeps", "is_bare", "mixes", "apart", "needs_options"}
    covered |= {"cues", "instructs_alike"}
    # `optional` is for lint alone.
    assert {field.name for field in fields(Family)} == covered | {"optional"}
    assert {field.name for field in fields(Template)} == {
        "inputs",
        "targets",
        "instruction",
        "inversion",
        "form",
        "domain",
        "weight",
        "is_terse",
        "is_layout",
    }


def test_snapshot_tells_its_nodes_and_the_last_is_its_fingerprint(
    corpus: Any, tmp_path: Path
) -> None:
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    result = build(recipe, str(tmp_path / "out"), RunnerOptions())
    nodes = json.loads((Path(result.path) / "nodes.json").read_text())
    assert nodes["manifest"]["fingerprint"] == result.manifest.fingerprint
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
