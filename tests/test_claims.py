"""What README and the documentation count is so in the code.

Each claim is a sentence of a page with the number computed here: a change of either is found.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.template_variety import figures
from pipelines.building import deep_verification
from pipelines.configuration.shipped import shipped_files
from pipelines.drafting import samples
from pipelines.recipe import Recipe, load_recipe, shipped_recipes
from pipelines.stores import locking
from pipelines.studies.study import load_study, shipped_studies
from tfrecords_schema.vocabulary import ByteVocabulary
from trainer import object_storage
from trainer.evaluation.suites.published import PUBLISHED
from trainer.models.t5.sizes import SIZES
from transforms.collections.flan2021 import TASKS
from transforms.collections.p3 import IN_FLAN_2021, T0_SF, P3DataSet
from transforms.collections.text_pairs import EX_MIX, T5
from transforms.duplicates import candidate_pairs
from transforms.duplicates.signing import BAND_ROW
from transforms.mixture.selection import SELECTED_ROW
from transforms.prompts.answer_options import draw_style, drawn_markers, inline_markers
from transforms.records.fields import DIALOG_LAYOUTS
from transforms.records.key_rows import KEY_ROW
from transforms.report import contents, markup
from transforms.settings import Limits
from transforms.sources import chat
from transforms.sources.files import delimited, json_rows, lines, row, streams, tfds_files
from transforms.sources.made_up.operations import OPERATIONS
from transforms.sources.reading import RECORDS_PER_FILE
from transforms.stable_random import Draws
from transforms.templates import budget
from transforms.templates.catalog import CATALOG

ROOT = Path(__file__).parents[1]
MIB = 1024**2
WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """State where data would be: these tests read none."""
    monkeypatch.setenv("FLANBEAM_DATA", "/data")


def _page(name: str) -> str:
    return (ROOT / name).read_text()


def _says(page: str, sentence: str) -> bool:
    """Return whether a page says something, wherever its lines end."""
    return " ".join(sentence.split()) in " ".join(_page(page).split())


def _recipe(name: str) -> Recipe:
    return load_recipe(name, [], {}, None)


def _quickstart() -> str:
    folder = ROOT / "pipelines" / "quickstart"
    # A task for each source, but for each file of these two.
    files = [*(folder / "superni").iterdir(), *(folder / "cot").iterdir()]
    return WORDS[len(_recipe("quickstart").sources) - 2 + len(files)]


def _public_sets() -> str:
    own = [s for s in _recipe("public_sets").sources.values() if s.format != "promptsource"]
    return WORDS[len(own) - 3]


def _shots() -> str:
    (variant,) = _recipe("metaicl").few_shot.variants
    assert isinstance(variant.shots, int)
    return WORDS[variant.shots]


def _p3(data_sets: tuple[P3DataSet, ...]) -> int:
    return sum(len(each.templates) for each in data_sets)


def _headers() -> int:
    return len({draw_style(Draws(i), 1.0).header for i in range(2_000)})


def _wordings() -> str:
    (count,) = {len(operation.wordings) for operation in OPERATIONS.values()}
    return WORDS[count]


def _anli() -> int:
    (anli,) = [each for each in IN_FLAN_2021 if each.dataset == "anli"]
    return len(anli.templates)


CLAIMS: list[tuple[str, Callable[[], str]]] = [
    ("README.md", lambda: f"{_quickstart()} small tasks of all kinds"),
    ("README.md", lambda: f"the {len(TASKS)} configurations of Flan 2021"),
    ("README.md", lambda: f"GSM8K, CommonsenseQA, CoLA and {_public_sets()} more"),
    (
        "README.md",
        lambda: f"the {WORDS[len(_recipe('opt_iml').mixture.collections)]} parts of OPT-IML Bench",
    ),
    ("README.md", lambda: f"MetaICL, with {_shots()} exemplars and no instruction"),
    (
        "docs/prompts.md",
        lambda: (
            f"one of {len(drawn_markers()) + len(inline_markers())} marker styles "
            f"({len(inline_markers())} of them put short options on one line) "
            f"and of {_headers()} headers"
        ),
    ),
    ("docs/prompts.md", lambda: f"There are {len(DIALOG_LAYOUTS)} layouts of turns"),
    ("docs/flan2021.md", lambda: f"# all {len(TASKS)} if left out"),
    (
        "docs/flan2021.md",
        lambda: (
            f"all {len(TASKS)} are here: {len({task.builder for task in TASKS})} builder "
            f"configurations of {len({re.split('[/:]', t.builder)[0] for t in TASKS})} data sets"
        ),
    ),
    ("docs/flan2021.md", lambda: f"at most {tfds_files.MAX_EXAMPLES:,} examples of one task"),
    (
        "docs/formats.md",
        lambda: f"up to {len(TASKS)} ([flan2021.md](flan2021.md))",
    ),
    ("docs/formats.md", lambda: f"up to {len(T5.by_name)} and {len(EX_MIX.by_name)} ("),
    ("docs/formats.md", lambda: f"| {row.MAX_NESTING} lists or objects within each other in a row"),
    (
        "docs/formats.md",
        lambda: (
            f"| {lines.MAX_LINE_BYTES // MIB} MiB in a line of a text file; "
            f"{delimited.MAX_ROW_BYTES // MIB} MiB in a row of CSV |"
        ),
    ),
    ("docs/formats.md", lambda: f"| {lines.MAX_LINE_BYTES // MIB} MiB in a row of Parquet |"),
    ("docs/formats.md", lambda: f"| {chat.MAX_TURNS:,} turns in a conversation |"),
    (
        "docs/formats.md",
        lambda: f"| {json_rows.MAX_DOCUMENT_BYTES // MIB // 1024} GiB in a JSON document",
    ),
    (
        "docs/formats.md",
        lambda: (
            f"more than {streams.MAX_EXPANSION:,} times its size and "
            f"{streams.MAX_EXPANDED_BYTES // MIB} MiB |"
        ),
    ),
    ("docs/formats.md", lambda: f"the last {chat.MAX_HISTORY_CHARACTERS:,} characters before it"),
    (
        "docs/p3.md",
        lambda: f"P3 without what Flan 2021 has | {_p3(T0_SF)} | {len(T0_SF)} |",
    ),
    (
        "docs/p3.md",
        lambda: (
            f"| {_p3(IN_FLAN_2021)} ({_p3(IN_FLAN_2021) + 2 * _anli()} tasks: ANLI's "
            f"{_anli()} templates for each of 3 rounds) | {len(IN_FLAN_2021)} |"
        ),
    ),
    (
        "docs/p3.md",
        lambda: f"each 100 characters of the values that it handles | {budget.MAX_STEPS:,} |",
    ),
    ("docs/p3.md", lambda: f"with all that is in it | {budget.MAX_CHARACTERS:,} |"),
    (
        "docs/p3.md",
        lambda: f"of all ranges | {budget.MAX_RANGE:,}; {budget.MAX_RANGE_TOTAL:,} |",
    ),
    ("docs/p3.md", lambda: f"filters, methods and formats | {budget.MAX_WIDTH:,} |"),
    (
        "docs/p3.md",
        lambda: f"bits of a number | {budget.MAX_EXPONENT}; {budget.MAX_INTEGER_BITS:,} |",
    ),
    (
        "docs/p3.md",
        lambda: f"| {budget.MAX_CALLS_DEEP}; {budget.MAX_VALUES_DEEP}; {budget.MAX_NESTING} |",
    ),
    ("docs/sources.md", lambda: f"| {_p3(T0_SF)} templates of P3++ |"),
    ("docs/sources.md", lambda: f"| {len(TASKS)} configurations ("),
    ("docs/sources.md", lambda: f"[{len(T5.by_name)} tasks](#t5s-tasks)"),
    ("docs/sources.md", lambda: f"[{len(EX_MIX.by_name)} tasks](#exmixs-tasks)"),
    ("docs/studies.md", lambda: f"one to three of {len(OPERATIONS)} operations"),
    ("docs/studies.md", lambda: f"({_wordings()} wordings an operation"),
    (
        "docs/studies.md",
        lambda: (
            "Flan 2022 without each of its "
            f"{WORDS[len(load_study('leave_one_out', []).arms) - 1]} collections"
        ),
    ),
    ("docs/design.md", lambda: f"record files of at most {RECORDS_PER_FILE:,} records"),
    ("docs/design.md", lambda: f"`KEY_ROW`: {KEY_ROW.itemsize} bytes"),
    (
        "docs/design.md",
        lambda: f"`SELECTED_ROW`: one use of a record, {SELECTED_ROW.itemsize} bytes",
    ),
    ("docs/deduplication.md", lambda: f"({BAND_ROW.itemsize} bytes per band)"),
    (
        "docs/deduplication.md",
        lambda: f"n-gram sets of at most {candidate_pairs.MOST_LOADED:,} records",
    ),
    (
        "docs/export.md",
        lambda: (
            f"{contents.MOST_EXAMPLES} examples with up to {WORDS[contents.MOST_SIBLINGS]} "
            f"others of the same record, chosen from the first {contents.MOST_LOOKED_AT:,} "
            f"(which are in random order), {contents.MOST_ROWS} rows per reason, and "
            f"{markup.MOST_CHARACTERS:,} characters per text"
        ),
    ),
    ("docs/export.md", lambda: f"from the first {contents.MOST_COUNTED:,} examples"),
    ("docs/files.md", lambda: f"only the first {samples._ROWS} rows of each file"),
    (
        "docs/mixture.md",
        lambda: f"the examples of {WORDS[deep_verification._FILES]} record files",
    ),
    (
        "docs/refresh.md",
        lambda: f"no heartbeat for {WORDS[int(locking.TTL_SECONDS // 60)]} minutes",
    ),
    (
        "docs/training.md",
        lambda: f"copied to the store every {object_storage.BEAT_SECONDS:.0f} seconds",
    ),
    (
        "docs/training.md",
        lambda: f"was silent for {WORDS[int(object_storage.TTL_SECONDS // 60)]} minutes",
    ),
    (
        "docs/training.md",
        lambda: f"| the {WORDS[sum(name.endswith('_cot') for name in PUBLISHED)]} with `_cot` |",
    ),
    (
        "docs/python.md",
        lambda: f"(kind='bytes', size={ByteVocabulary(100).size}, extra_ids=100,",
    ),
]


@pytest.mark.parametrize(("page", "claim"), CLAIMS)
def test_a_page_counts_what_is_there(page: str, claim: Callable[[], str]) -> None:
    assert _says(page, claim()), f"{page} should say: {claim()}"


def test_readme_lists_every_recipe() -> None:
    table = _page("README.md").split("## Recipes")[1].split("```")[0]
    listed = {
        name if not name.startswith("…") else f"flan2022_without{name[1:]}"
        for line in table.splitlines()
        for name in re.findall(r"`([^`]+)`", line.split("|")[1] if "|" in line else "")
    }
    assert listed == set(shipped_recipes())


def test_docs_list_every_study_and_suite_of_published_sets() -> None:
    shipped = _page("docs/studies.md").split("## Shipped studies")[1].split("## The statistics")[0]
    studies = set(re.findall(r"^\| `(\w+)` \|", shipped, re.M))
    assert studies == set(shipped_studies())
    evaluation = _page("docs/training.md").split("## Evaluation")[1].split("Options are")[0]
    suites = set(re.findall(r"`(\w+)`", evaluation))
    assert {name.removesuffix("_cot") for name in PUBLISHED} <= suites


def test_prompts_have_the_variety_that_the_docs_state() -> None:
    """`python -m benchmarks.template_variety` prints the figures to write into the table."""
    families = CATALOG.values()
    zero_shot = figures([t for family in families for t in family.templates])
    few_shot = figures([t for family in families for t in family.few_shot])
    table = _page("docs/prompts.md").split("## Variety")[1]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    stated = {row[0]: row[2:4] for row in rows if row[0] in zero_shot}
    assert stated == {key: [value, few_shot[key]] for key, value in zero_shot.items()}


def test_weights_are_those_of_the_recipes() -> None:
    table = _page("docs/flan2022.md").split("## Weights")[1].splitlines()
    names = [cell.strip() for cell in table[2].split("|")[2:-1]]
    for line in table[4:6]:
        recipe, *shares = [cell.strip(" `%") for cell in line.split("|")[1:-1]]
        collections = _recipe(recipe).mixture.collections
        weights = [collections[name].weight for name in names]
        assert [float(share) / 100 for share in shares] == pytest.approx(weights)


def test_probabilities_follow_from_bands_and_rows() -> None:
    """A band of r rows is equal with s^r; a pair is a candidate if one of b bands is."""
    section = _page("docs/deduplication.md").split("| bands × rows |")[1].split("\n\n")[0]
    head, _, *body = section.splitlines()
    similarities = [float(cell) for cell in head.split("|")[:-1]]
    assert len(body) == 4
    for line in body:
        name, *cells = [cell.strip() for cell in line.split("|")[1:-1]]
        bands, rows = map(int, re.findall(r"\d+", name))
        expected = [1 - (1 - s**rows) ** bands for s in similarities]
        assert [float(cell) for cell in cells] == [round(value, 3) for value in expected]


def test_configurations_have_the_steps_of_the_table() -> None:
    page = _page("docs/training.md")
    match = re.search(r"((?:\d+k/)+\d+k) steps", page)
    assert match
    texts = [_page(f"trainer/configs/flan_t5_{size}.yaml") for size in SIZES if size != "tiny"]
    steps = [int(found[1]) for text in texts if (found := re.search(r"^steps: (\d+)", text, re.M))]
    assert [int(k[:-1]) * 1000 for k in match[1].split("/")] == steps
    assert len(texts) == len([n for n in shipped_files("trainer", "configs") if "flan_t5" in n])


def test_rows_of_the_configurations_hold_the_examples_of_their_corpora() -> None:
    limits = Limits()
    lengths = [
        (int(found[1]), int(found[2]))
        for name in shipped_files("trainer", "configs")
        if (found := _LENGTHS.search(_page(f"trainer/configs/{name}.yaml")))
        and ("flan_t5" in name or name == "quickstart")
    ]
    assert len(lengths) == 6
    assert {*lengths} == {(limits.max_input_tokens, limits.max_target_tokens)}
    # `init` may draft higher limits, so the path to these weights states them.
    training = _page("README.md").split("## Training")[1].split("## Studies")[0]
    for name, value in (("input", limits.max_input_tokens), ("target", limits.max_target_tokens)):
        assert f"--set limits.max_{name}_tokens={value}" in training


_LENGTHS = re.compile(r"^input_length: (\d+)\ntarget_length: (\d+)", re.M)


def test_speeds_are_those_that_the_benchmark_recorded() -> None:
    recorded = json.loads(_page("benchmarks/results/build.json"))["results"]
    numbers = _page("README.md").split("## Numbers")[1].split("## More")[0]
    stated = [
        int(n.replace(",", "")) for n in re.findall(r"([\d,]+) (?:records|examples) \|", numbers)
    ]
    measured = recorded["measured"]
    amounts = [("ingest", "records"), ("build", "examples"), ("pool", "examples")]
    per_second = [measured[name][what] / measured[name]["seconds"] for name, what in amounts]
    assert stated == pytest.approx(per_second, rel=0.001)
    wall, cpu = recorded["ratios"]["seconds"], recorded["ratios"]["cpu_seconds"]
    assert _says("README.md", f"runs at {wall['pool']:.2f} of the speed of that program")
    assert _says("README.md", f"ingest at {wall['plain_loop']:.2f} of the speed of a plain loop")
    assert _says(
        "docs/performance.md",
        f"**{wall['pool']:.2f} and {cpu['pool']:.2f}** against `Pool` with sentencepiece",
    )
