"""The recipe: every mistake gives one line with file, line and key; shipped recipes are sound."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import yaml_document
from pipelines.recipe import Recipe, load_recipe, shipped_recipes
from pipelines.validation import validate
from tfrecords_schema.errors import ConfigurationError, nearest

RECIPE = """\
name: tiny
seed: 1
sources:
  cot:
    format: cot_tsv
    path: cot
  questions:
    format: jsonl
    path: questions.jsonl
    collection: flan
    task: questions
    family: closed_book_qa
    fields: {question: q, answer: a}
    labels: ["no", "yes"]
mixture:
  collections:
    cot: {weight: 0.5, cap: 3}
few_shot: {shots: {1: 1}}
vocabulary: {kind: bytes}
"""

# (what, text of the recipe above, what stands there instead, line, parts of the message)
MISTAKES = [
    ("unknown key", "seed: 1", "sede: 1", 2, ["sede: unknown key", "'seed'"]),
    ("unknown nested key", "cap: 3", "caps: 3", 17, ["mixture.collections.cot.caps", "'cap'"]),
    ("unknown source key", "path: cot", "path: cot\n    licence: MIT", 7, ["licence", "'license'"]),
    ("key of another format", "path: cot", "path: cot\n    family: nli", 7, ["family: unknown"]),
    ("nothing near", "seed: 1", "qqq: 1", 2, ["qqq: unknown key", "known: ", "few_shot"]),
    ("text for a number", "seed: 1", "seed: one", 2, ["seed: 'one'", "integer"]),
    ("number for a text", "path: cot", "path: 7", 6, ["sources.cot.path: 7", "string"]),
    ("text for a mapping", "{shots: {1: 1}}", "three", 18, ["few_shot: 'three'"]),
    ("list for a mapping", "{kind: bytes}", "[bytes]", 19, ["vocabulary: ['bytes']"]),
    ("nothing for a mapping", "vocabulary: {kind: bytes}", "vocabulary:", 19, ["vocabulary: None"]),
    ("mapping for a text", "path: cot", "path: {a: b}", 6, ["sources.cot.path"]),
    ("text for a list", '["no", "yes"]', "yeah", 14, ["sources.questions.labels: 'yeah'"]),
    ("negative seed", "seed: 1", "seed: -1", 2, ["seed: -1", "greater than or equal to 0"]),
    ("fraction", "seed: 1", "seed: 1.5", 2, ["seed: 1.5", "integer"]),
    ("negative weight", "weight: 0.5", "weight: -0.5", 17, ["cot.weight: -0.5", "equal to 0"]),
    ("no number", "weight: 0.5", "weight: .nan", 17, ["cot.weight: nan"]),
    ("cap of zero", "cap: 3", "cap: 0", 17, ["mixture.collections.cot.cap: 0", "greater than 0"]),
    ("no shots", "{1: 1}", "{0: 1}", 18, ["few_shot.shots", "greater than 0"]),
    ("shots without a share", "{1: 1}", "{1: 0}", 18, ["few_shot.shots", "share above 0"]),
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
    ("boolean for a label", '["no", "yes"]', '[no, "yes"]', 14, ["labels.0", "False", "quote it"]),
    ("boolean for a name", "task: questions", "task: on", 11, ["task", "True", "quote it"]),
    ("bad name", "name: tiny", "name: a tiny one", 1, ["name: 'a tiny one'"]),
    ("version of two parts", "seed: 1", 'version: "1.0"', 2, ["version: '1.0'"]),
    ("number for a version", "seed: 1", "version: 1.0", 2, ["version: 1.0", "string"]),
    ("bad source name", "  cot:\n", "  co t:\n", 4, ["sources.co t"]),
    ("model without file", "kind: bytes", "kind: sentencepiece", 19, ["vocabulary", "`path`"]),
    ("file without model", "kind: bytes", "kind: bytes, path: m", 19, ["vocabulary", "`path`"]),
    ("no fields", "{question: q, answer: a}", "{}", 13, ["questions.fields: {}"]),
    ("key twice", "seed: 1", "seed: 1\nseed: 2", 3, ["'seed' is there twice"]),
    ("nested key twice", "cap: 3", "cap: 3, cap: 4", 17, ["'cap' is there twice"]),
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


def _complaint(flanbeam: Any, recipe: Path, *argv: object) -> str:
    """The one line that the command says about a recipe, after checking that it says just that."""
    outcome = flanbeam("preview", recipe, *argv)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    [line] = outcome.err.splitlines()
    return str(line).removeprefix("flanbeam preview: ")


@pytest.mark.parametrize(
    ("old", "new", "line", "parts"), [case[1:] for case in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_mistake_gives_one_line_with_file_line_and_key(
    flanbeam: Any, tmp_path: Path, old: str, new: str, line: int, parts: list[str]
) -> None:
    assert RECIPE.count(old) == 1
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE.replace(old, new))
    complaint = _complaint(flanbeam, recipe)
    assert complaint.startswith(f"{recipe}:{line}: ")
    for part in parts:
        assert part in complaint


def test_the_recipe_of_the_table_is_itself_valid() -> None:
    recipe = validate(Recipe, yaml_document.parse(RECIPE, "recipe.yaml"))
    assert recipe.mixture.of("cot").cap == 3


@pytest.mark.parametrize(
    ("data", "part"),
    [(b"", "empty"), (b"# nothing\n", "empty"), (b"name: \xff\xfe\n", "not UTF-8 text (byte 6)")],
)
def test_unreadable_text_names_the_file(
    flanbeam: Any, tmp_path: Path, data: bytes, part: str
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_bytes(data)
    complaint = _complaint(flanbeam, recipe)
    assert complaint.startswith(f"{recipe}: ")
    assert part in complaint


def test_several_mistakes_are_all_named_in_one_go(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE.replace("seed: 1", "sede: 1").replace("cap: 3", "cap: x"))
    with pytest.raises(ConfigurationError) as raised:
        load_recipe(str(recipe), [], {}, None)
    first, second = sorted(str(raised.value).splitlines())
    assert first.startswith(f"{recipe}:17: mixture.collections.cot.cap")
    assert second.startswith(f"{recipe}:2: sede")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("quickstar", "did you mean 'quickstart'?"), ("nothing/like.yaml", "known: ")],
)
def test_missing_recipe_names_the_nearest(flanbeam: Any, name: str, hint: str) -> None:
    outcome = flanbeam("preview", name)
    assert outcome.status == 2
    [line] = outcome.err.splitlines()
    assert line.startswith(f"flanbeam preview: {name}: neither a file nor a shipped recipe")
    assert hint in line


def test_directory_is_not_a_recipe(flanbeam: Any, tmp_path: Path) -> None:
    assert "neither a file" in _complaint(flanbeam, tmp_path)


@pytest.mark.parametrize(
    ("assignment", "parts"),
    [
        ("sede=3", ["--set sede: unknown key", "did you mean 'seed'?"]),
        ("mixture.example=3", ["--set mixture.example: unknown key", "'examples'"]),
        ("seed=one", ["--set seed: 'one'", "integer"]),
        ("seed=", ["--set seed: None", "integer"]),
        ("seed=-3", ["--set seed: -3"]),
        ("seed.more=1", ["--set seed.more: seed is not a mapping"]),
        ("limits.max_input_tokens=0", ["--set limits.max_input_tokens: 0"]),
        ("on_source_error=ski", ["--set on_source_error: 'ski'", "did you mean 'skip'?"]),
        ("name=no", ["--set name", "quote it"]),
        ("vocabulary.path=x", ["vocabulary", "`path` goes with"]),
        ("seed", ["--set seed", "key=value"]),
        ("=3", ["--set =3", "key=value"]),
        ("", ["--set", "key=value"]),
    ],
)
def test_wrong_set_names_the_assignment(
    flanbeam: Any, tmp_path: Path, assignment: str, parts: list[str]
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    complaint = _complaint(flanbeam, recipe, "--set", assignment)
    for part in parts:
        assert part in complaint


@pytest.mark.parametrize(
    ("pair", "parts"),
    [
        ("cott=x", ["--source cott: no such source", "did you mean 'cot'?"]),
        ("zzz=x", ["--source zzz: no such source", "known: cot, questions"]),
        ("cot", ["--source cot", "NAME=PATH"]),
        ("cot=", ["--source cot=", "NAME=PATH"]),
        ("=x", ["--source"]),
    ],
)
def test_wrong_source_names_the_nearest(
    flanbeam: Any, tmp_path: Path, pair: str, parts: list[str]
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    complaint = _complaint(flanbeam, recipe, "--source", pair)
    for part in parts:
        assert part in complaint


def test_source_without_a_path_says_how_to_give_one(flanbeam: Any) -> None:
    outcome = flanbeam("preview", "superni_cot")
    assert outcome.status == 2
    [line] = outcome.err.splitlines()
    assert "give --source superni=PATH" in line
    assert "task JSON files" in line


def test_set_and_seed_win_over_the_file(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    loaded = load_recipe(str(recipe), ["mixture.examples=12", "seed=3"], {}, 9)
    assert (loaded.mixture.examples, loaded.seed) == (12, 9)
    assert load_recipe(str(recipe), ["seed=3"], {}, None).seed == 3
    assert load_recipe(str(recipe), ["seed=3"], {}, 0).seed == 0


def test_paths_are_relative_to_the_recipe_and_those_of_the_command_line_to_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "recipe.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    stated = load_recipe("recipes/recipe.yaml", [], {}, None)
    assert stated.sources["cot"].path == str(tmp_path / "recipes" / "cot")
    given = load_recipe("recipes/recipe.yaml", [], {"cot": "there"}, None)
    assert given.sources["cot"].path == str(tmp_path / "there")
    assert given.sources["questions"].path == str(tmp_path / "recipes" / "questions.jsonl")
    overridden = load_recipe("recipes/recipe.yaml", ["sources.cot.path=here"], {}, None)
    assert overridden.sources["cot"].path == str(tmp_path / "here")
    model = ["vocabulary.kind=sentencepiece", "vocabulary.path=spiece.model"]
    assert load_recipe("recipes/recipe.yaml", model, {}, None).vocabulary.path == str(
        tmp_path / "spiece.model"
    )
    remote = load_recipe("recipes/recipe.yaml", [], {"cot": "gs://bucket/cot"}, None)
    assert remote.sources["cot"].path == "gs://bucket/cot"


def test_stated_recipe_has_no_path_of_this_machine(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    model = ["vocabulary.kind=sentencepiece", "vocabulary.path=spiece.model"]
    stated = load_recipe(str(recipe), model, {"cot": str(tmp_path / "x")}, None).stated()
    assert str(tmp_path) not in repr(stated)
    assert "path" not in stated["sources"]["cot"]
    assert "path" not in stated["vocabulary"]


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_shipped_recipe_is_valid_and_bears_its_file_name(name: str) -> None:
    recipe = load_recipe(name, [], {}, None)
    assert recipe.name == name
    assert recipe.description
    assert recipe.sources.keys().isdisjoint(recipe.held_out)


def test_shipped_recipes_are_those_of_the_folder(repository: Path) -> None:
    files = {path.stem for path in (repository / "pipelines" / "recipes").glob("*.yaml")}
    assert set(shipped_recipes()) == files >= {"quickstart", "superni_cot"}


# Keywords of JSON Schema that say nothing about validity.
_NOTES = {"title", "description", "default", "discriminator", "$defs"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _is_type(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _accepts(schema: Any, value: Any, root: dict[str, Any]) -> bool:
    """Whether a JSON Schema (of the keywords that pydantic writes) accepts `value`."""
    if isinstance(schema, bool):
        return schema

    def every(key: str, test: Any) -> bool:
        return key not in schema or test(schema[key])

    def is_object(test: Any) -> Any:
        return lambda given: not isinstance(value, dict) or test(given)

    checks = {
        "$ref": lambda ref: _accepts(root["$defs"][ref.rpartition("/")[2]], value, root),
        "type": lambda name: _is_type(value, name),
        "anyOf": lambda choices: any(_accepts(choice, value, root) for choice in choices),
        "oneOf": lambda choices: sum(_accepts(choice, value, root) for choice in choices) == 1,
        "const": lambda constant: value == constant,
        "enum": lambda choices: value in choices,
        "minimum": lambda bound: not isinstance(value, (int, float)) or value >= bound,
        "maximum": lambda bound: not isinstance(value, (int, float)) or value <= bound,
        "exclusiveMinimum": lambda bound: not isinstance(value, (int, float)) or value > bound,
        "exclusiveMaximum": lambda bound: not isinstance(value, (int, float)) or value < bound,
        "pattern": lambda text: not isinstance(value, str) or re.search(text, value) is not None,
        "minLength": lambda bound: not isinstance(value, str) or len(value) >= bound,
        "minItems": lambda bound: not isinstance(value, list) or len(value) >= bound,
        "minProperties": is_object(lambda bound: len(value) >= bound),
        "required": is_object(lambda names: set(names) <= value.keys()),
        "properties": is_object(
            lambda known: all(_accepts(known[k], v, root) for k, v in value.items() if k in known)
        ),
        "additionalProperties": is_object(
            lambda extra: all(
                _accepts(extra, v, root)
                for k, v in value.items()
                if k not in schema.get("properties", {})
                and not any(re.search(p, k) for p in schema.get("patternProperties", {}))
            )
        ),
        "patternProperties": is_object(
            lambda patterns: all(
                _accepts(inner, v, root)
                for pattern, inner in patterns.items()
                for k, v in value.items()
                if re.search(pattern, k)
            )
        ),
        "propertyNames": is_object(lambda names: all(_accepts(names, key, root) for key in value)),
        "items": lambda items: (
            not isinstance(value, list) or all(_accepts(items, item, root) for item in value)
        ),
    }
    unknown = schema.keys() - checks.keys() - _NOTES
    assert not unknown, f"teach _accepts these keywords: {unknown}"
    return all(every(key, test) for key, test in checks.items())


def _as_json(value: Any) -> Any:
    """A YAML value as JSON has it: keys are strings."""
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    return [_as_json(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def schema(flanbeam: Any) -> dict[str, Any]:
    outcome = flanbeam("schema")
    assert outcome.status == 0
    document: dict[str, Any] = outcome.document
    return document


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_schema_accepts_shipped_recipes(schema: dict[str, Any], name: str) -> None:
    value = yaml.safe_load(Path(shipped_recipes()[name]).read_text())
    assert _accepts(schema, _as_json(value), schema)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("sede",), 1),
        (("seed",), "one"),
        (("seed",), -1),
        (("sources",), {}),
        (("sources", "reasoning", "format"), "csv"),
        (("sources", "reasoning", "columns"), 3),
        (("mixture", "collections", "flan", "weight"), -1),
        (("mixture", "examples"), "most"),
        (("few_shot", "shots", "1"), "many"),
        (("vocabulary", "kind"), "word"),
    ],
)
def test_schema_refuses_what_the_recipe_refuses(
    schema: dict[str, Any], path: tuple[str, ...], wrong: Any
) -> None:
    value = _as_json(yaml.safe_load(Path(shipped_recipes()["quickstart"]).read_text()))
    target = value
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = wrong
    assert not _accepts(schema, value, schema)
    with pytest.raises(ConfigurationError):
        validate(Recipe, yaml_document.parse(yaml.safe_dump(value), "recipe.yaml"))


QUICKSTART = Path(shipped_recipes()["quickstart"]).read_text()
_BITS = st.sampled_from(
    [
        *" \t\n:,{}[]&*#!|>'\"%@`?-<=~0175.eE_é",
        "null",
        "no",
        ": ",
        "- ",
        "\n  ",
        "<<: ",
        "1e9",
        "[]",
    ]
)


@st.composite
def mutated_recipes(draw: st.DrawFn) -> str:
    """quickstart.yaml after one to three small mistakes of a typist."""
    text = QUICKSTART
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        what = draw(st.sampled_from(["delete", "insert", "replace", "repeat", "drop line", "swap"]))
        if what == "drop line":
            end = text.find("\n", start) + 1 or len(text)
        middle = {
            "insert": text[start:end] + draw(_BITS),
            "replace": draw(_BITS),
            "repeat": text[start:end] * 2,
            "swap": text[start:end][::-1],
        }.get(what, "")
        text = text[:start] + middle + text[end:]
    return text


@settings(max_examples=300)
@given(mutated_recipes())
def test_mutated_recipe_is_valid_or_refused_line_by_line(text: str) -> None:
    try:
        recipe = validate(Recipe, yaml_document.parse(text, "recipe.yaml"))
    except ConfigurationError as error:
        for line in str(error).splitlines():
            assert line.startswith(("recipe.yaml:", "… and "))
            assert "Traceback" not in line
    else:
        assert recipe.sources


SOURCES = "sources:\n  cot:\n    path: cot\n    format: cot_tsv\n"
TINY_RECIPE = "name: tiny\n" + SOURCES


def _load(text: str, *assignments: str) -> Recipe:
    document = yaml_document.parse(text, "recipe.yaml")
    for assignment in assignments:
        document.set(assignment)
    return validate(Recipe, document)


def _complaint_about(text: str, *assignments: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        _load(text, *assignments)
    return str(raised.value)


def test_unknown_format_names_the_line_of_the_format() -> None:
    """It names the line of the source instead."""
    complaint = _complaint_about(TINY_RECIPE.replace("cot_tsv", "cot_csv"))
    assert complaint.startswith("recipe.yaml:5: sources.cot.format: unknown format 'cot_csv'")


@pytest.mark.parametrize(
    "assignment", [".=3", "mixture..weight=3", "sources.nope.path=x", "mixtur.examples=3"]
)
def test_set_of_an_unknown_key_is_not_blamed_on_the_file(assignment: str) -> None:
    """Mappings that --set makes on the way have no place, so the nearest line of the file has."""
    complaint = _complaint_about(TINY_RECIPE, assignment)
    assert f"--set {assignment.partition('=')[0]}" in complaint
    assert "recipe.yaml" not in complaint


def test_seed_is_not_called_set(flanbeam: Any) -> None:
    """`--seed -1` is told as `--set seed`, which nobody wrote."""
    outcome = flanbeam("preview", "quickstart", "--seed=-1")
    assert outcome.status == 2
    assert "--seed" in outcome.err


@pytest.mark.parametrize("assignment", ["seed=[1", "seed={a: b", "seed='", "seed=a: b: c"])
def test_set_of_broken_yaml_gives_one_line(assignment: str) -> None:
    complaint = _complaint_about(TINY_RECIPE, assignment)
    assert complaint.startswith(f"--set {assignment}: not a YAML value")
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("assignment", ["seed=2024-13-45", "seed=0x_"])
def test_set_of_an_impossible_scalar_is_a_configuration_error(assignment: str) -> None:
    """A ValueError of PyYAML passes through."""
    assert _complaint_about(TINY_RECIPE, assignment).startswith(f"--set {assignment}")


@pytest.mark.parametrize("character", ["\0", "\x07", "\ufffe"])
def test_control_character_gives_one_line_with_its_number(character: str) -> None:
    """PyYAML's message has two lines and no line number."""
    complaint = _complaint_about(TINY_RECIPE.replace("tiny", f"tiny{character}"))
    assert complaint.startswith("recipe.yaml:1: not valid YAML")
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("scalar", ["2024-13-45", "0x_"])
def test_impossible_scalar_names_its_line(scalar: str) -> None:
    """The month of a date, the digits of a number: PyYAML's ValueError has no place."""
    assert _complaint_about(TINY_RECIPE + f"description: {scalar}\n").startswith("recipe.yaml:6: ")


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: " + "[" * 2000 + "]" * 2000 + "\n"]
)
def test_endless_nesting_is_refused(text: str) -> None:
    """RecursionError, exit status 1."""
    assert _complaint_about(text).startswith("recipe.yaml")


def test_merge_key_may_be_overridden() -> None:
    """YAML's own way to share settings between sources is refused as a key that is there twice."""
    text = """\
name: tiny
sources:
  a: &a {format: cot_tsv, path: one, collection: cot}
  b: {<<: *a, path: two}
"""
    recipe = _load(text)
    assert recipe.sources["b"].path == "two"


def test_name_that_leads_out_of_the_snapshot_is_refused() -> None:
    """`name: ..` writes the shards beside the snapshot; what is published does not verify."""
    assert "name" in _complaint_about(TINY_RECIPE.replace("tiny", '".."'))


@pytest.mark.parametrize(
    "setting",
    [
        "seed: 99999999999999999999999999",
        "vocabulary: {extra_ids: 99999999999999999999999999}",
        "output: {shard_bytes: 99999999999999999999999999}",
    ],
)
def test_number_that_no_manifest_can_hold_is_refused(setting: str) -> None:
    """The build ends with `TypeError: Integer exceeds 64-bit range`, exit status 1."""
    assert "9999" in _complaint_about(f"{TINY_RECIPE}{setting}\n")


@pytest.mark.parametrize("setting", ["collections: {cot: {weight: .inf}}", "temperature: 1.0e-300"])
def test_number_that_no_mixture_can_use_is_refused(setting: str) -> None:
    """An infinite weight drops the others in silence; the temperature overflows in a worker."""
    assert "mixture" in _complaint_about(f"{TINY_RECIPE}mixture: {{{setting}}}\n")


def test_common_misspelling_finds_its_word() -> None:
    """difflib's greedy blocks give 'lisence' and 'license' a ratio of 0.57, under the cutoff."""
    assert (
        nearest("lisence", ["about", "collection", "format", "license"])
        == "did you mean 'license'?"
    )


@pytest.mark.parametrize("missing", ["source", "vocabulary"])
def test_missing_file_names_recipe_line_and_key(
    flanbeam: Any, tmp_path: Path, missing: str
) -> None:
    """The path alone is named; "Must show": file, line and key."""
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
