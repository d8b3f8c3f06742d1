"""Held-out items are found however they are dressed, and what only looks alike stays."""

import csv
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.real_data import real_data
from transforms.held_out.index import build_index
from transforms.held_out.items import ItemName, ItemTexts, item_ways, split_options
from transforms.held_out.search import Finder, Match
from transforms.settings import Decontaminate
from transforms.stable_random import Draws
from transforms.templates.families import FAMILIES
from transforms.types import FieldValue, Record

Fields = dict[str, FieldValue]
LONG = (
    "A farmer has seventeen sheep in the upper field and buys four more at the market, "
    "then sells nine of them on the way home. How many sheep does the farmer have now?"
)
SHORT = "Which planet has the largest moon?"
TINY = "Who is it?"
OPTIONS = ["The red planet Mars", "The ringed planet Saturn", "Jupiter", "Venus"]


def _record(fields: Fields) -> Record:
    return Record(id="0" * 32, source="s", collection="c", task="t", license="MIT", fields=fields)


def _ways(fields: Fields, number: int = 0, family: str = "") -> list[ItemTexts]:
    name = ItemName("eval", "task", str(number))
    return list(item_ways(name, fields, FAMILIES.get(family)))


def _matches(
    items: list[Fields], text: Fields, family: str = "", **settings: object
) -> list[Match]:
    stated = Decontaminate.model_validate(settings)
    ways = [way for number, item in enumerate(items) for way in _ways(item, number, family)]
    index = build_index(ways, stated)
    return Finder(index, stated).find([_record(text)])[0]


def _finds(item: str, text: str, **settings: object) -> bool:
    item_fields: Fields = {"question": item, "answer": "secret"}
    return bool(_matches([item_fields], {"question": text, "answer": "any"}, **settings))


_DYCK = (
    "Complete the rest of the sequence, making sure that the parentheses are closed properly. "
    "Input: {}"
)
_SUM = "((-1 + 2 + 9 * 5) - (-2 + -4 + -4 * -7) + (8 - 3)) ="
_PROGRAM = "What does it print?\na = {}\nb = a\nc = b + 4\nd = c\ne = d * 2\nf = e\nprint(f, a, b)"


@pytest.mark.parametrize(
    ("item", "same", "others"),
    [
        (
            _DYCK.format("[ { [ ( ) ] < > { }"),
            _DYCK.format("[{[()]\n < > {}").upper(),
            ["[ { [ ( ) ] < > { )", "[ { { ( ) } < > { }", "[ { [ ( ) ] < > { } ]", "[ { < > {"],
        ),
        (
            _SUM,
            _SUM.replace(" + ", "\n+  "),
            [_SUM.replace("-7", "-9"), _SUM.replace("5) -", "5 -")],
        ),
        (
            _PROGRAM.format("3.5"),
            _PROGRAM.format("3.5").replace("\n", "  \n"),
            [_PROGRAM.format("35"), _PROGRAM.format("b"), _PROGRAM.format("-3.5")],
        ),
    ],
    ids=["brackets", "sum", "assignments"],
)
def test_symbols_count_where_they_are_the_content(item: str, same: str, others: list[str]) -> None:
    assert _finds(item, item)
    assert _finds(item, f"I was asked this.\n{same}\nAnd then?")
    for other in others:
        text = _DYCK.format(other) if "Complete" in item else other
        assert not _finds(item, text), other


def test_assignments_without_names_are_no_program() -> None:
    """Without their names, all programs of assignments are the same."""
    names = "abcdefghijklmnop"
    program = "\n".join(f"{a} = {b}" for a, b in itertools.pairwise(names))
    other = "\n".join(f"x{a} = y{b}" for a, b in itertools.pairwise(names))
    item: Fields = {"question": "Assign the letters one after the other.", "code": program}
    assert _matches([item], {"output": program}, "program_synthesis")
    assert not _matches([item], {"output": other}, "program_synthesis")


def test_decimals_are_not_the_numbers_without_their_point() -> None:
    item = "What is 3.5 times 12.25 plus 4?"
    assert _finds(item, "what is 3.5 times 12.25 plus 4")
    for other in ("35 times 1225 plus 4", "35 times 12.25 plus 4", "3 5 times 12 25 plus 4"):
        assert not _finds(item, f"What is {other}?")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (LONG, LONG),
        (SHORT, SHORT),
        (LONG, LONG.upper()),
        (LONG, LONG.replace(",", "").replace(".", ";").replace("?", "!")),
        (LONG, LONG.replace(" ", "\n")),
        (LONG, f"Solve this. {LONG} Show your work."),
        (LONG, LONG.replace("upper field", "lower field")),
        (SHORT, f"Quiz: “{SHORT.lower()}” Answer in one word."),
        (SHORT, "ＷＨＩＣＨ planet has the largest moon"),
        (SHORT, "\ufeffWhich plan\u00adet has\u200b the\u2060 larg\u200best moon?"),
        (SHORT.replace(" the", "\u200b the"), SHORT),
        (SHORT, f"**{SHORT}**"),
        (SHORT, "Which **planet** has the *largest* moon?"),
        (SHORT, "<p>Which planet<br>has the <i>largest</i>&nbsp;moon?</p>"),
        (SHORT, "Which [planet](https://a.org/planet) has the [largest moon](moons.html)?"),
        (SHORT, "> Which planet\n> has the largest moon?"),
        ("Which planet has the **largest** moon?", SHORT),
        ("How much is 2*3 and then 4 * 5?", "<b>How much is 2*3 and then 4 * 5?</b>"),
    ],
)
def test_items_are_found(item: str, text: str) -> None:
    assert _finds(item, text)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (LONG, LONG.replace("seventeen", "eighteen").replace("nine", "ten").replace("four", "two")),
        (LONG, LONG.split(". ")[0]),
        (LONG, LONG.split(". ")[1]),
        (LONG, " ".join(reversed(LONG.split()))),
        (LONG, ""),
        (SHORT, "Which planet has the largest moons?"),
        (SHORT, "Which planet has the very largest moon?"),
        (SHORT, "planet has the largest moon?"),
        ("How much is 2 * 3 and 4 * 5?", "How much is 2 3 and 4 5?"),
        ("How much is 2*3 and 4*5?", "How much is 23 and 45?"),
        (SHORT, "Sandwhich planet has the largest moon"),
        (TINY, TINY),
    ],
)
def test_what_only_looks_alike_stays(item: str, text: str) -> None:
    assert not _finds(item, text)


QUOTATION = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, "
    "conceived in Liberty, and dedicated to the proposition that all men are created equal."
)
INSTRUCTION = (
    "Read the following statements carefully and decide which of the following statements is "
    "best supported by the passage that you have just read."
)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        # A famous quotation that an item asks about.
        (f"{QUOTATION} Who spoke these words, and where?", f"He quoted Lincoln: {QUOTATION}"),
        # A formula in a longer question.
        ("Solve for x in the equation a x^2 + b x + c = 0 given a = 1", "a x^2 + b x + c = 0"),
        (
            "What is the area of a circle of radius 3?",
            "The area of a circle of radius r is pi r^2.",
        ),
        # Wording of instructions that many items share.
        (f"{INSTRUCTION} Statement {{}} is about ships and the sea.", f"{INSTRUCTION} It rains."),
        ("not ( True ) and ( True ) is", "( True ) and ( True ) is a fact of logic"),
        # Another item of the same pattern.
        (
            "Natalia sold clips to 48 of her friends in April, and then she sold half as many "
            "clips in May. How many clips did Natalia sell altogether in April and May?",
            "Weng sold pins to 12 of her friends in June, and then she sold twice as many pins "
            "in July. How many pins did Weng sell altogether in June and July?",
        ),
    ],
)
def test_hard_negatives_stay(item: str, text: str) -> None:
    items: list[Fields] = [{"question": item.format(number), "answer": "x"} for number in range(80)]
    assert not _matches(items[:1], {"question": text, "answer": "any"})
    assert not _matches(items, {"question": text, "answer": "any"})


def test_a_passage_alone_is_no_match() -> None:
    item: Fields = {"context": LONG + QUOTATION, "question": "What did he do?", "answer": "x"}
    assert not _matches([item], {"context": LONG + QUOTATION, "question": "Who spoke?"})
    assert not _matches([item], {"context": "Another text.", "question": "What did he do?"})
    assert _matches([item], {"context": LONG + QUOTATION, "question": "What did he do?"})


def test_generic_questions_need_their_options() -> None:
    question = "Which of the following statements about the world is true?"
    others = ["Water is dry", "Fire is cold", "Ice is warm", "Stones are soft"]
    items: list[Fields] = [
        {"question": question, "options": options, "answer": options[0]}
        for options in (OPTIONS, others)
    ]
    assert not _matches(items, {"question": question})
    assert not _matches(items, {"question": question, "options": [*OPTIONS[:3], "Mercury"]})
    shuffled = f"{question} " + " ".join(
        f"({m}) {o}" for m, o in zip("abcd", OPTIONS[::-1], strict=True)
    )
    for text in (shuffled, shuffled.upper()):
        (match,) = _matches(items, {"text": text})
        assert (match.item, match.score, match.has_answer) == (0, 1.0, True)


def test_the_stem_of_a_choice_needs_its_options() -> None:
    item: Fields = {"question": "The Voting Rights Act of 1965", "options": OPTIONS, "answer": "x"}
    assert not _matches(
        [item], {"input": "The Voting Rights Act of 1965 was signed in Washington."}
    )
    assert _matches([item], {"input": "The Voting Rights Act of 1965", "options": OPTIONS[::-1]})


def test_a_match_says_where_it_is() -> None:
    (match,) = _matches([{"question": SHORT}], {"answer": "no", "question": f"Say: {SHORT} Now."})
    assert (match.field, match.first_word, match.last_word) == ("question", 1, 7)
    assert match.span == "which planet has the largest moon"
    (match,) = _matches([{"question": LONG}], {"output": f"One two. {LONG.replace('four', 'six')}"})
    assert 0.8 <= match.score < 1
    assert match.first_word == 2


def test_threshold_moves_the_line() -> None:
    changed = LONG.replace("seventeen", "eighteen").replace("buys four", "buys six")
    assert _finds(LONG, changed)
    changed = changed.replace("sells nine", "sells two")
    assert not _finds(LONG, changed)
    assert _finds(LONG, changed, threshold=0.8)
    assert _finds(TINY, TINY, min_words=3)
    assert not _finds(SHORT, SHORT, min_words=7)
    assert not _finds(LONG, LONG.replace("upper", "lower"), whole_words=100)


@pytest.mark.parametrize(
    ("family", "item", "near"),
    [
        (
            "nli",
            {"premise": "A shelf stands behind the door.", "hypothesis": "There is furniture."},
            {"premise": "A shelf stands behind the door.", "hypothesis": "There is no shelf."},
        ),
        (
            "word_sense",
            {
                "word": "bank",
                "sentence1": "He sat on the bank.",
                "sentence2": "A bank lends money.",
            },
            {"word": "bank", "sentence1": "He sat on the bank.", "sentence2": "The bank is wet."},
        ),
        (
            "paraphrase",
            {"sentence1": "The dog ran over the road.", "sentence2": "The road was crossed by it."},
            {"sentence1": "The road was crossed by it.", "sentence2": "It rained on the road."},
        ),
    ],
)
def test_short_items_of_several_fields_need_all_of_them(
    family: str, item: Fields, near: Fields
) -> None:
    answered: Fields = {**item, "answer": "yes"}
    texts = [str(text) for text in item.values()]
    assert _matches([answered], answered, family)
    assert _matches([answered], {"input": " / ".join(reversed(texts)).upper()}, family)
    assert _matches([answered], {f"x{n}": text for n, text in enumerate(reversed(texts))}, family)
    assert not _matches([answered], near, family)
    for text in texts:
        assert not _matches([answered], {"input": f"{text} {text}", "output": "yes"}, family)


PROMPT = '''def mean_gap(levels: list) -> float:
    """Return the mean difference between neighbors in a list of water levels.

    >>> mean_gap([1, 2, 4])
    1.5
    """
'''
BODY = "    gap = (levels[-1] - levels[0]) / (len(levels) - 1)\n    return gap\n"
PROGRAM: Fields = {
    "question": PROMPT,
    "code": PROMPT + BODY,
    "tests": "def check(f):\n    assert f([1, 2, 4]) == 1.5\n    assert f([5, 5]) == 0",
    "function": "mean_gap",
}


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        (f"Complete this.\n\n{PROMPT}", True),
        ("Return the mean difference between\nneighbors in a list of Water Levels", True),
        (f"Sure:\n```python\ndef mean_gap(levels):\n{BODY}```", True),
        (BODY.replace(" ", "\t").replace("len(levels)", "len( levels )"), True),
        (BODY.replace("= ", "=\u200b ").replace("gap", "g\u00adap"), True),
        (str(PROGRAM["tests"]), False),
        ("def mean_gap(levels: list) -> float:\n    return sum(levels) / 2", False),
        ("Return the mean of all water levels in a list.", False),
    ],
)
def test_programs_are_found_by_problem_or_code(text: str, is_found: bool) -> None:
    for field in ("input", "output", "code", "history"):
        assert bool(_matches([PROGRAM], {field: text}, "program_synthesis")) is is_found


def test_programs_are_found_under_other_names() -> None:
    code = (
        "def longest(runs):\n    best = run = 0\n    for one in runs:\n"
        "        run = run + 1 if one == 'W' else 0\n        best = max(best, run)\n"
        "    print(best, run, sep=';')\n    return [best, run, len(runs)]\n"
    )
    renamed = code
    for old, new in (("longest", "f"), ("best", "top"), ("runs", "games"), ("one", "game")):
        renamed = renamed.replace(old, new)
    item: Fields = {"question": "What is it?", "code": code}
    assert _matches([item], {"output": renamed.replace("    ", "\t")}, "program_synthesis")
    assert not _matches([item], {"output": renamed.replace("+ 1", "- 2")}, "program_synthesis")


OWN = json.loads(Path("benchmarks/recall/questions.json").read_text("utf-8"))


@pytest.mark.parametrize("script", sorted(OWN))
def test_questions_in_scripts_without_spaces_are_found(script: str) -> None:
    items: list[Fields] = [{"question": question} for question in OWN[script]]
    for number, question in enumerate(OWN[script]):
        middle = len(question) // 2
        for dressed in (
            question,
            f"请问。{question}ครับ",
            f"{question[:middle]}\n{question[middle:]}",
        ):
            assert [m.item for m in _matches(items, {"input": dressed})] == [number]
        assert not _matches(items, {"input": question[:middle] + question[-2:]})


OWN_PROGRAMS = [
    json.loads(line)
    for line in Path("benchmarks/recall/programs.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(
    "dress",
    [
        lambda row: {"instruction": f"Complete this function.\n\n{row['prompt']}", "output": "Ok."},
        lambda row: {"history": ["User: Hello.", f"Assistant: {row['prompt']}"], "input": "Go on."},
        lambda row: {"question": "Write it.", "code": row["prompt"] + row["canonical_solution"]},
        lambda row: {"output": f"Sure:\n```python\n{row['prompt']}{row['canonical_solution']}```"},
    ],
    ids=["instruction", "chat", "code", "fence"],
)
def test_fifty_problems_in_the_schema_of_humaneval_are_found(
    dress: Callable[[dict[str, str]], Fields],
) -> None:
    items: list[Fields] = [
        {
            "question": row["prompt"],
            "code": row["prompt"] + row["canonical_solution"],
            "tests": row["test"],
            "function": row["entry_point"],
        }
        for row in OWN_PROGRAMS
    ]
    ways = [w for n, item in enumerate(items) for w in _ways(item, n, "program_synthesis")]
    finder = Finder(build_index(ways, Decontaminate()), Decontaminate())
    hits = finder.find([_record(dress(row)) for row in OWN_PROGRAMS])
    found = [{finder.name(match.item).id for match in matches} for matches in hits]
    assert len(OWN_PROGRAMS) == 50
    assert found == [{str(number)} for number in range(50)]


def test_one_word_questions_need_their_answers() -> None:
    items: list[Fields] = [
        {"question": "Harbour", "answer": "a place for ships"},
        {"question": "Yes", "answer": "no"},
    ]
    assert not _matches(items, {"input": "Harbour"})
    assert not _matches(items, {"input": "Yes", "output": "no"})
    assert [
        m.item for m in _matches(items, {"input": "Harbour", "output": "A place for ships."})
    ] == [0]


def test_a_question_may_be_split_among_fields() -> None:
    words = SHORT.split()
    assert _matches([{"question": SHORT}], {"a": " ".join(words[:3]), "b": " ".join(words[3:])})


WORD = st.sampled_from(["red", "green", "blue", "one", "two", "three", "four"])


@given(
    item=st.lists(WORD, min_size=5, max_size=30),
    before=st.lists(WORD, max_size=10),
    after=st.lists(WORD, max_size=10),
    marks=st.lists(st.sampled_from(["", ",", ".", "!", '"', "?"]), min_size=60, max_size=60),
)
def test_an_item_inside_a_text_is_always_found(
    item: list[str], before: list[str], after: list[str], marks: list[str]
) -> None:
    dressed = [
        (word.upper() if number % 3 else word) + mark
        for number, (word, mark) in enumerate(zip([*before, *item, *after], marks, strict=False))
    ]
    assert _finds(" ".join(item), " ".join(dressed))


@given(st.lists(WORD, max_size=12), st.lists(st.lists(WORD, min_size=5, max_size=7), min_size=1))
def test_short_items_agree_with_a_plain_search(text: list[str], items: list[list[str]]) -> None:
    found = _matches([{"question": " ".join(item)} for item in items], {"text": " ".join(text)})
    expected = {
        number
        for number, item in enumerate(items)
        if any(text[i : i + len(item)] == item for i in range(len(text)))
    }
    assert {match.item for match in found} == expected


def test_no_items() -> None:
    assert _matches([], {"question": LONG}) == []


def _evaluation_items() -> Iterator[tuple[str, Fields]]:
    """Yield MMLU test, BIG-Bench Hard and the GSM8K test set, as their readers give them."""
    data = real_data()
    for path in sorted((data / "mmlu" / "test").glob("*.csv")):
        for row in csv.DictReader(path.open()):
            options = [row[f"choice{number}"] for number in range(4)]
            answer = options[int(row["answer"])]
            yield "mmlu", {"question": row["question"], "options": options, "answer": answer}
    for path in sorted((data / "bbh" / "bbh").glob("*.json")):
        for row in json.loads(path.read_text())["examples"]:
            yield "bbh", {"question": row["input"], "answer": row["target"]}
    for line in (data / "gsm8k" / "test.jsonl").open():
        row = json.loads(line)
        yield "gsm8k", {"question": row["question"], "answer": row["answer"]}


@pytest.fixture(scope="module")
def evaluation() -> tuple[list[tuple[str, Fields]], Finder]:
    """Return all items with their sets, and a finder over them."""
    items = list(_evaluation_items())
    settings = Decontaminate()
    texts = [
        way
        for number, (name, fields) in enumerate(items)
        for way in item_ways(ItemName(name, name, str(number)), fields, None)
    ]
    return items, Finder(build_index(texts, settings), settings)


_SHORT_SETS = [
    ("fewglue/WiC/train.jsonl", "word_sense", ["word", "sentence1", "sentence2"], 32),
    ("fewglue/RTE/train.jsonl", "nli", ["premise", "hypothesis"], 32),
    ("commonsenseqa/test_rand_split_no_answers.jsonl", "commonsense", [], 1140),
]


@pytest.mark.parametrize(("path", "family", "names", "count"), _SHORT_SETS)
def test_short_items_are_found_in_training_rows_that_hold_them(
    path: str, family: str, names: list[str], count: int
) -> None:
    rows = [json.loads(line) for line in (real_data() / "classics" / path).open("rb")]
    if names:
        items: list[Fields] = [{name: row[name] for name in names} for row in rows]
    else:
        items = [
            {
                "question": row["question"]["stem"],
                "options": [choice["text"] for choice in row["question"]["choices"]],
            }
            for row in rows
        ]
    ways = [way for number, item in enumerate(items) for way in _ways(item, number, family)]
    finder = Finder(build_index(ways, Decontaminate()), Decontaminate())
    # As a mapped record, with a label, and as a prompt in words with the fields in another order.
    texts = [[v if isinstance(v, str) else "\n".join(v) for v in item.values()] for item in items]
    for records in (
        [_record({**item, "answer": "yes"}) for item in items],
        [_record({"input": "\n\n".join(reversed(text))}) for text in texts],
    ):
        found = [{finder.name(match.item).id for match in hit} for hit in finder.find(records)]
        assert sum(str(number) in ids for number, ids in enumerate(found)) == count


def _options_of(fields: Fields) -> tuple[str, list[str]]:
    question, listed = split_options(str(fields["question"]))
    return question, [*fields.get("options", []), *listed]


def _embedded(fields: Fields) -> Fields:
    question, options = _options_of(fields)
    lines = [f"{number}) {option}" for number, option in enumerate(options)]
    return {"input": "\n".join(["I was told this.", question, *lines, "Then all went home."])}


def _reordered(fields: Fields) -> Fields:
    question, options = _options_of(fields)
    options = Draws("order", question).sample(options, len(options))
    question = question.upper().replace("?", " !").replace(";", "")
    return {"question": question, "options": [f"{option.upper()}." for option in options]}


@pytest.mark.slow
@pytest.mark.parametrize("dress", [lambda fields: fields, _embedded, _reordered])
def test_injected_evaluation_items_are_found(
    evaluation: tuple[list[tuple[str, Fields]], Finder], dress: Callable[[Fields], Fields]
) -> None:
    items, finder = evaluation
    found: Counter[str] = Counter()
    for start in range(0, len(items), 1000):
        batch = items[start : start + 1000]
        matches = finder.find([_record(dress(fields)) for _, fields in batch])
        found.update(name for (name, _), hit in zip(batch, matches, strict=True) if hit)
    total = Counter(name for name, _ in items)
    for name, least in (("mmlu", 0.998), ("bbh", 0.998), ("gsm8k", 1.0)):
        assert found[name] >= least * total[name], f"{name}: {found[name]} of {total[name]}"


@pytest.mark.slow
def test_chains_of_thought_hold_no_evaluation_item(
    evaluation: tuple[list[tuple[str, Fields]], Finder],
) -> None:
    _, finder = evaluation
    rows = []
    for path in sorted((real_data() / "flan_cot").glob("*_train.tsv")):
        for line in path.read_text().rstrip("\n").split("\n"):
            names = ("question", "answer", "rationale")
            rows.append(_record(dict(zip(names, line.split("\t"), strict=True))))
    assert len(rows) == 33_443
    for start in range(0, len(rows), 1000):
        assert not any(finder.find(rows[start : start + 1000]))
