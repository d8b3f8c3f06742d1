"""Every mistake in a recipe gives one line with file, line and key."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import load_recipe
from tests.pipelines.recipe_texts import RECIPE, TINY_RECIPE, complaint, complaint_about, load
from tfrecords_schema.errors import ConfigurationError, nearest

# (what, text of RECIPE, what stands there instead, line, parts of the message)
MISTAKES = [
    ("unknown key", "seed: 1", "sede: 1", 2, ["sede: unknown key", "'seed'"]),
    ("unknown nested key", "cap: 3", "caps: 3", 17, ["mixture.collections.cot.caps", "'cap'"]),
    ("unknown source key", "path: cot", "path: cot\n    licence: MIT", 7, ["licence", "'license'"]),
    ("key of another format", "path: cot", "path: cot\n    family: nli", 7, ["family: unknown"]),
    ("nothing near", "seed: 1", "qqq: 1", 2, ["qqq: unknown key", "known: ", "few_shot"]),
    ("text for a number", "seed: 1", "seed: one", 2, ["seed: 'one'", "integer"]),
    ("number for a text", "path: cot", "path: 7", 6, ["sources.cot.path: 7", "string"]),
    ("text for a mapping", "{variants: [{shots: 1}]}", "three", 18, ["few_shot: 'three'"]),
    ("list for a mapping", "{kind: bytes}", "[bytes]", 19, ["vocabulary: ['bytes']"]),
    ("nothing for a mapping", "vocabulary: {kind: bytes}", "vocabulary:", 19, ["vocabulary: None"]),
    ("mapping for a text", "path: cot", "path: {a: b}", 6, ["sources.cot.path"]),
    ("text for a list", '["no", "yes"]', "yeah", 14, ["sources.questions.labels: 'yeah'"]),
    ("negative seed", "seed: 1", "seed: -1", 2, ["seed: -1", "greater than or equal to 0"]),
    ("fraction", "seed: 1", "seed: 1.5", 2, ["seed: 1.5", "integer"]),
    ("negative weight", "weight: 0.5", "weight: -0.5", 17, ["cot.weight: -0.5", "equal to 0"]),
    ("no number", "weight: 0.5", "weight: .nan", 17, ["cot.weight: nan"]),
    ("cap of zero", "cap: 3", "cap: 0", 17, ["mixture.collections.cot.cap: 0", "greater than 0"]),
    ("no shots", "{shots: 1}", "{shots: 0}", 18, ["few_shot.variants.0.shots", "greater than 0"]),
    (
        "shots without a share",
        "{shots: 1}",
        "{shots: 1, share: 0}",
        18,
        ["few_shot.variants", "share above 0"],
    ),
    (
        "shots as earlier versions had them",
        "{variants: [{shots: 1}]}",
        "{shots: {2: 1}}",
        18,
        ["few_shot.shots: this key of earlier versions", "variants: [{shots: [2, 3]}"],
    ),
    (
        "mixed templates as earlier versions had them",
        "{variants: [{shots: 1}]}",
        "{mixed_templates: 0.5}",
        18,
        ["few_shot.mixed_templates: this key of earlier versions", "mixed: true"],
    ),
    (
        "own exemplars as earlier versions had them",
        "{variants: [{shots: 1}]}",
        "{own_exemplars: 0}",
        18,
        ["few_shot.own_exemplars: this key of earlier versions", "own: true"],
    ),
    (
        "share above one",
        "seed: 1",
        "options: {random_share: 1.5}",
        2,
        ["options.random_share: 1.5"],
    ),
    ("n-gram too short", "seed: 1", "decontaminate: {ngram: 2}", 2, ["decontaminate.ngram: 2"]),
    (
        "limit of zero",
        "seed: 1",
        "limits: {max_input_tokens: 0}",
        2,
        ["limits.max_input_tokens: 0"],
    ),
    ("missing name", "name: tiny", "description: x", 1, ["name: this key is missing"]),
    ("missing key", "    task: questions\n", "", 7, ["questions.task: this key is missing"]),
    ("missing format", "    format: jsonl\n", "", 7, ["questions.format: this key is missing"]),
    (
        "no source",
        RECIPE[RECIPE.index("sources") :],
        "sources: {}",
        3,
        ["sources: {}", "at least 1"],
    ),
    ("sources without value", RECIPE[RECIPE.index("sources") :], "sources:", 3, ["sources: None"]),
    (
        "unknown family",
        "closed_book_qa",
        "closed_qa",
        12,
        ["family: 'closed_qa'", "closed_book_qa"],
    ),
    ("unknown collection", "cot: {w", "cott: {w", 15, ["mixture", "'cott'", "did you mean 'cot'"]),
    ("unknown choice", "seed: 1", "on_source_error: stop", 2, ["on_source_error: 'stop'", "skip"]),
    ("unknown kind", "kind: bytes", "kind: byte", 19, ["vocabulary.kind: 'byte'", "'bytes'"]),
    (
        "unknown template type",
        "cap: 3",
        "template_types: {zs_opts: 1}",
        17,
        ["zs_opts", "'zs_opt'"],
    ),
    (
        "no template type",
        "cap: 3",
        "template_types: {zs_opt: 0}",
        17,
        ["template_types", "above 0"],
    ),
    (
        "boolean for a label",
        '["no", "yes"]',
        '[no, "yes"]',
        14,
        ["labels.0", "False", "put it in quotes"],
    ),
    ("boolean for a name", "task: questions", "task: on", 11, ["task", "True", "put it in quotes"]),
    ("bad name", "name: tiny", "name: a tiny one", 1, ["name: 'a tiny one'"]),
    ("version of two parts", "seed: 1", 'version: "1.0"', 2, ["version: '1.0'"]),
    ("number for a version", "seed: 1", "version: 1.0", 2, ["version: 1.0", "string"]),
    ("bad source name", "  cot:\n", "  co t:\n", 4, ["sources.co t"]),
    ("model without file", "kind: bytes", "kind: sentencepiece", 19, ["vocabulary", "`path`"]),
    ("file without model", "kind: bytes", "kind: bytes, path: m", 19, ["vocabulary", "`path`"]),
    ("no fields", "{question: q, answer: a}", "{}", 13, ["questions.fields: {}"]),
    ("key twice", "seed: 1", "seed: 1\nseed: 2", 3, ["'seed' appears twice"]),
    ("nested key twice", "cap: 3", "cap: 3, cap: 4", 17, ["'cap' appears twice"]),
    ("list as a key", "seed: 1", "? [a, b]\n: 1", 2, ["a key must be a word"]),
    ("tab", "  cot:\n", "\tcot:\n", 4, ["not valid YAML", r"'\t'"]),
    ("open bracket", '["no", "yes"]', '["no", "yes"', 15, ["not valid YAML"]),
    ("open quote", "name: tiny", 'name: "tiny', 14, ["not valid YAML"]),
    ("bad indentation", "seed: 1", "   seed: 1", 2, ["not valid YAML"]),
    ("two documents", "seed: 1", "---\nseed: 1", 2, ["not valid YAML", "document"]),
    ("unknown anchor", "seed: 1", "seed: *none", 2, ["not valid YAML", "none"]),
    ("Python object", "seed: 1", "seed: !!python/name:os.system", 2, ["not valid YAML"]),
    ("list", RECIPE, "- tiny", 1, ["expected keys and values"]),
    ("scalar", RECIPE, "tiny", 1, ["expected keys and values"]),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "parts"), [case[1:] for case in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_mistake_gives_one_line_with_file_line_and_key(
    flanbeam: Any, tmp_path: Path, old: str, new: str, line: int, parts: list[str]
) -> None:
    assert RECIPE.count(old) == 1
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE.replace(old, new))
    said = complaint(flanbeam, recipe)
    assert said.startswith(f"{recipe}:{line}: ")
    for part in parts:
        assert part in said


def test_the_recipe_of_the_table_is_itself_valid() -> None:
    assert load(RECIPE).mixture.of("cot").cap == 3


@pytest.mark.parametrize(
    ("data", "part"),
    [(b"", "empty"), (b"# nothing\n", "empty"), (b"name: \xff\xfe\n", "not UTF-8 text (byte 6)")],
)
def test_unreadable_text_names_the_file(
    flanbeam: Any, tmp_path: Path, data: bytes, part: str
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_bytes(data)
    said = complaint(flanbeam, recipe)
    assert said.startswith(f"{recipe}: ")
    assert part in said


def test_several_mistakes_are_all_named_in_one_go(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE.replace("seed: 1", "sede: 1").replace("cap: 3", "cap: x"))
    with pytest.raises(ConfigurationError) as raised:
        load_recipe(str(recipe), [], {}, None)
    first, second = sorted(str(raised.value).splitlines())
    assert first.startswith(f"{recipe}:17: mixture.collections.cot.cap")
    assert second.startswith(f"{recipe}:2: sede")


def test_unknown_format_names_the_line_of_the_format() -> None:
    """Not the line of the source."""
    said = complaint_about(TINY_RECIPE.replace("cot_tsv", "cot_csv"))
    assert said.startswith("recipe.yaml:5: sources.cot.format: unknown format 'cot_csv'")


@pytest.mark.parametrize("character", ["\0", "\x07", "\ufffe"])
def test_control_character_gives_one_line_with_its_number(character: str) -> None:
    """PyYAML's message has two lines and no line number."""
    said = complaint_about(TINY_RECIPE.replace("tiny", f"tiny{character}"))
    assert said.startswith("recipe.yaml:1: not valid YAML")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("scalar", ["2024-13-45", "0x_"])
def test_impossible_scalar_names_its_line(scalar: str) -> None:
    """The month of a date, the digits of a number: PyYAML's ValueError has no place."""
    assert complaint_about(TINY_RECIPE + f"description: {scalar}\n").startswith("recipe.yaml:6: ")


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: " + "[" * 2000 + "]" * 2000 + "\n"]
)
def test_endless_nesting_is_refused(text: str) -> None:
    """PyYAML runs into a RecursionError."""
    assert complaint_about(text).startswith("recipe.yaml")


def test_name_that_leads_out_of_the_snapshot_is_refused() -> None:
    """`name: ..` would write the shards beside the snapshot."""
    assert "name" in complaint_about(TINY_RECIPE.replace("tiny", '".."'))


@pytest.mark.parametrize(
    "setting",
    [
        "seed: 99999999999999999999999999",
        "vocabulary: {extra_ids: 99999999999999999999999999}",
        "output: {shard_bytes: 99999999999999999999999999}",
    ],
)
def test_number_that_no_manifest_can_hold_is_refused(setting: str) -> None:
    """JSON is written with integers of 64 bits, which a build would find out at its end."""
    assert "9999" in complaint_about(f"{TINY_RECIPE}{setting}\n")


@pytest.mark.parametrize("setting", ["collections: {cot: {weight: .inf}}", "temperature: 1.0e-300"])
def test_number_that_no_mixture_can_use_is_refused(setting: str) -> None:
    """An infinite weight would drop the others in silence, the temperature overflow in a worker."""
    assert "mixture" in complaint_about(f"{TINY_RECIPE}mixture: {{{setting}}}\n")


def test_common_misspelling_finds_its_word() -> None:
    """difflib's greedy blocks give 'lisence' and 'license' a ratio of 0.57, under the cutoff."""
    hint = nearest("lisence", ["about", "collection", "format", "license"])
    assert hint == "did you mean 'license'?"


@pytest.mark.parametrize("missing", ["source", "vocabulary"])
def test_missing_file_names_recipe_line_and_key(
    flanbeam: Any, tmp_path: Path, missing: str
) -> None:
    """Not the path alone."""
    recipe = tmp_path / "recipe.yaml"
    (tmp_path / "x_train.tsv").write_text("q\ta\tr\n")
    there = TINY_RECIPE.replace("path: cot", "path: .")
    vocabulary = "vocabulary: {kind: sentencepiece, path: no.model}\n"
    recipe.write_text(TINY_RECIPE if missing == "source" else there + vocabulary)
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 2
    [line] = outcome.err.splitlines()
    place = {"source": ":4: sources.cot.path: ", "vocabulary": ":6: vocabulary.path: "}[missing]
    assert line.startswith(f"flanbeam build: {recipe}{place}")
