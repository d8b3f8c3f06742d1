"""Recall and precision of the search for held-out items, beside two other rules.

    python -m benchmarks.decontamination [--data DIR] [--ours]

Each item of each evaluation set is injected into a record in several dresses: verbatim, edited
(case, punctuation, white space, line wraps, NFKC, options in another order, one word in twenty
replaced), embedded in prose, split among fields, and programs by their code alone. Hard negatives
are training sets that are known to hold no item. The same records go to the rule of GPT-3 (a
13-gram in common; Brown et al. 2020, appendix C) and to that of AI2's decon (5-grams of the
question, weighted by rarity, 0.8 of them; all of them in a question of at most 20 words). Both are
written anew here; they see the texts of an item as one, as their tools do.
"""

import argparse
import ast
import csv
import json
import math
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transforms.held_out.index import build_index
from transforms.held_out.items import STREAMS, ItemName, ItemTexts, item_ways, split_options
from transforms.held_out.search import Finder
from transforms.settings import Decontaminate
from transforms.stable_random import Draws
from transforms.templates.families import FAMILIES
from transforms.texts.normalization import words
from transforms.texts.scripts import has_characters, split_characters
from transforms.types import FieldValue, Record

Fields = dict[str, FieldValue]
_HERE = Path(__file__).parent / "recall"
_WRAP = 60
_SPARE_WORDS = "amber brook cedar dune ember fjord grove heath inlet jetty knoll ledge marsh notch"
_SPARE = _SPARE_WORDS.split()


@dataclass(frozen=True)
class Item:
    """A held-out record: its set, its family ("" for none) and its fields."""

    set: str
    family: str
    fields: Fields

    @property
    def asked(self) -> list[tuple[str, str]]:
        """(field, text) of what is asked; options are apart, so are tests and answers."""
        family = FAMILIES.get(self.family)
        aside = {"answer", "options", "tests", "code", "function", "rationale"}
        names = [n for n in self.fields if n not in aside or (family and n == "question")]
        return [(name, split_options(str(self.fields[name]))[0]) for name in names]

    @property
    def options(self) -> list[str]:
        """The answers to choose from."""
        listed = [o for name in self.fields for o in split_options(str(self.fields[name]))[1]]
        return [*self.fields.get("options", []), *listed]


def _record(fields: Mapping[str, FieldValue]) -> Record:
    return Record(id="0" * 32, source="s", collection="c", task="t", license="MIT", fields=fields)


# --- evaluation sets ---------------------------------------------------------------------------


def items(data: Path) -> Iterator[Item]:
    """Yield the items of all sets, ours first."""
    for script, questions in json.loads((_HERE / "questions.json").read_text("utf-8")).items():
        for question in questions:
            yield Item(f"questions, {script}", "closed_book_qa", {"question": question})
    for row in _rows(_HERE / "programs.jsonl"):
        fields = {"question": row["prompt"], "code": row["prompt"] + row["canonical_solution"]}
        yield Item("own programs", "program_synthesis", {**fields, "tests": row["test"]})
    yield from _public_items(data)


def _public_items(data: Path) -> Iterator[Item]:
    for row in _rows(data / "mbpp" / "mbpp.jsonl"):
        code = row["code"].replace("\r\n", "\n").replace("\t", "    ")
        fields = {"question": row["text"], "code": code, "tests": row["test_list"]}
        yield Item("MBPP", "program_for_tests", fields)
    for path in sorted((data / "mmlu" / "test").glob("*.csv")):
        for row in csv.DictReader(path.open()):
            options = [row[f"choice{number}"] for number in range(4)]
            yield Item(
                "MMLU", "multiple_choice_qa", {"question": row["question"], "options": options}
            )
    for path in sorted((data / "bbh" / "bbh").glob("*.json")):
        for row in json.loads(path.read_text())["examples"]:
            yield Item("BBH", "", {"question": row["input"]})
    for row in _rows(data / "gsm8k" / "test.jsonl"):
        yield Item("GSM8K", "math_word_problem", {"question": row["question"]})
    for row in _rows(data / "classics" / "commonsenseqa" / "test_rand_split_no_answers.jsonl"):
        options = [choice["text"] for choice in row["question"]["choices"]]
        yield Item(
            "CommonsenseQA",
            "commonsense",
            {"question": row["question"]["stem"], "options": options},
        )
    few = data / "classics" / "fewglue"
    for name, family, names in (
        ("WiC", "word_sense", ("word", "sentence1", "sentence2")),
        ("RTE", "nli", ("premise", "hypothesis")),
    ):
        for row in _rows(few / name / "train.jsonl"):
            yield Item(f"FewGLUE {name}", family, {field: row[field] for field in names})


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


# --- dresses -----------------------------------------------------------------------------------


def verbatim(item: Item, _: Draws) -> Fields | None:
    """Put the texts of an item into one field."""
    return {"instruction": "Answer.", "input": _joined(item, item.options), "output": "Yes."}


def edited(item: Item, draws: Draws) -> Fields | None:
    """Change everything that leaves an item the same."""
    options = draws.sample(item.options, len(item.options))
    texts = [_edit(text, draws) for _, text in item.asked]
    return {"input": "\n".join([*texts, *(_respell(option, draws) for option in options)])}


def embedded(item: Item, draws: Draws) -> Fields | None:
    """Put an item into a chat, between other words."""
    options = draws.sample(item.options, len(item.options))
    lines = [
        f"({mark}) {option}" for mark, option in zip("abcdefghijklmnopqrst", options, strict=False)
    ]
    return {
        "history": "System: Be brief.\nUser: Hello there, good morning.",
        "input": "\n".join(
            ["I was asked this today.", _joined(item, lines), "Then all went home."]
        ),
        "output": "Let me think about it.",
    }


def split_up(item: Item, draws: Draws) -> Fields | None:
    """Spread the texts of an item over fields; a single text is cut in two."""
    texts = [text for _, text in item.asked]
    if len(texts) == 1:
        pieces = words_or_characters(texts[0])
        middle = len(pieces) // 2
        gap = "" if has_characters(texts[0]) else " "
        texts = [gap.join(pieces[:middle]), gap.join(pieces[middle:])]
    else:
        texts = draws.sample(texts, len(texts))
    fields: Fields = {f"part{number}": text for number, text in enumerate(texts)}
    return {**fields, "choices": draws.sample(item.options, len(item.options))}


def solution(item: Item, _: Draws) -> Fields | None:
    """Show the program alone, without its docstring."""
    code = _without_docstring(str(item.fields.get("code", "")))
    return {"instruction": "Show some code.", "output": code} if code else None


def renamed(item: Item, _: Draws) -> Fields | None:
    """Return the program with other names, formatted again."""
    code = _rename(_without_docstring(str(item.fields.get("code", ""))))
    return {"instruction": "Show some code.", "output": f"```python\n{code}\n```"} if code else None


DRESSES: dict[str, Callable[[Item, Draws], Fields | None]] = {
    "verbatim": verbatim,
    "edited": edited,
    "embedded": embedded,
    "fields split": split_up,
    "code alone": solution,
    "code renamed": renamed,
}


def _joined(item: Item, options: Sequence[str]) -> str:
    return "\n".join([*(text for _, text in item.asked), *options])


def words_or_characters(text: str) -> list[str]:
    """Return the pieces of a text that an edit replaces."""
    return split_characters(text).split()


def _edit(text: str, draws: Draws) -> str:
    characters = has_characters(text)
    pieces = words_or_characters(text)
    for place in draws.sample(range(len(pieces)), len(pieces) // 20):
        # With a bracket replaced, an item about brackets is another.
        if any(map(str.isalnum, pieces[place])):
            pieces[place] = "某" if characters else draws.choice(_SPARE)
    if characters:
        return _respell("".join(pieces), draws)
    lines, line = [], ""
    for piece in pieces:
        if len(line) + len(piece) > _WRAP:
            lines, line = [*lines, line], ""
        line += f"{piece}  " if draws.uniform() < 0.3 else f"{piece} "
    return _respell("\n".join([*lines, line]), draws)


def _respell(text: str, draws: Draws) -> str:
    """Change case and sentence marks, and normalize."""
    text = unicodedata.normalize("NFKC", text)
    text = draws.choice([text.upper(), text.lower(), text.title()])
    marks = str.maketrans({",": "", ";": ",", "?": " ?", '"': "'", "。": " ", "、": "，"})
    return text.translate(marks)


def _without_docstring(code: str) -> str:
    return re.sub(r'\n\s*""".*?"""', "", code, flags=re.DOTALL)


def _rename(code: str) -> str:
    """Give everything that a program names itself another name, and format it again."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return ""
    own = [n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)]
    own += [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    own += [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    for number, name in enumerate(dict.fromkeys(own)):
        # What follows a dot is a name of a library, whatever it is called.
        code = re.sub(rf"(?<![\w.]){name}\b", f"value_{number}", code)
    return code.replace("    ", "\t").replace(" = ", "=").replace(", ", ",")


# --- rules -------------------------------------------------------------------------------------

Rule = Callable[[Sequence[Record]], list[set[int]]]


Aside = dict[str, set[int]]


def our_rule(every: Sequence[Item]) -> tuple[Rule, Aside]:
    """Return flanbeam's rule, and the items with too little text for it, by what is in a dress."""
    settings = Decontaminate()  # type: ignore[call-arg]
    ways: list[ItemTexts] = [
        way
        for number, item in enumerate(every)
        for way in item_ways(
            ItemName(item.set, "t", str(number)), item.fields, FAMILIES.get(item.family)
        )
    ]
    index = build_index(ways, settings)
    finder = Finder(index, settings)
    found = {
        (way.stream, int(way.name.id))
        for way, total in zip(ways, index.totals.tolist(), strict=True)
        if total
    }
    numbers = range(len(every))
    aside = {
        "": {n for n in numbers if not {(stream, n) for stream in STREAMS} & found},
        "code alone": {n for n in numbers if ("code", n) not in found},
        "code renamed": {n for n in numbers if ("shape", n) not in found},
    }

    def rule(records: Sequence[Record]) -> list[set[int]]:
        matches = finder.find(records)
        return [{int(finder.name(m.item).id) for m in of_record} for of_record in matches]

    return rule, aside


def _plain_words(record: Record) -> list[str]:
    texts = [v if isinstance(v, str) else "\n".join(v) for v in record.fields.values()]
    return [word for text in texts for word in words(text)]


def _grams(of: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(of[i : i + n]) for i in range(len(of) - n + 1)]


def gpt3_rule(every: Sequence[Item]) -> Rule:
    """Return: a record holds an item if they have 13 words in a row in common.

    As there, what more than ten items have in common does not count.
    """
    holders: dict[tuple[str, ...], set[int]] = {}
    for number, item in enumerate(every):
        for gram in _grams(words(_joined(item, item.options)), 13):
            holders.setdefault(gram, set()).add(number)
    holders = {gram: of for gram, of in holders.items() if len(of) <= 10}

    def rule(records: Sequence[Record]) -> list[set[int]]:
        return [
            set().union(*(holders.get(gram, set()) for gram in _grams(_plain_words(record), 13)))
            for record in records
        ]

    return rule


def decon_rule(every: Sequence[Item]) -> Rule:
    """Return: 0.8 of a question's 5-grams, weighted by rarity; all of them up to 20 words."""
    texts = [words(_joined(item, [])) for item in every]
    grams = [set(_grams(text, min(5, len(text)))) if text else set() for text in texts]
    frequency = Counter(gram for of in grams for gram in of)
    weight = {gram: math.log(1 + len(every) / count) for gram, count in frequency.items()}
    holders: dict[tuple[str, ...], list[int]] = {}
    for number, of in enumerate(grams):
        for gram in of:
            holders.setdefault(gram, []).append(number)
    totals = [sum(weight[gram] for gram in of) for of in grams]
    least = [0.8 if len(text) > 20 else 1.0 for text in texts]
    sizes = sorted({len(gram) for gram in holders})

    def rule(records: Sequence[Record]) -> list[set[int]]:
        answers = []
        for record in records:
            text, found = _plain_words(record), Counter[int]()
            for gram in {gram for n in sizes for gram in _grams(text, n)}:
                for number in holders.get(gram, ()):
                    found[number] += weight[gram]  # type: ignore[assignment]
            answers.append({n for n, w in found.items() if w >= least[n] * totals[n] - 1e-9})
        return answers

    return rule


# --- measurements ------------------------------------------------------------------------------


def negatives(data: Path) -> Iterator[tuple[str, Record]]:
    """Yield (set, record) of training sets that hold none of the items."""
    for path in sorted((data / "flan_cot").glob("*_train.tsv")):
        for line in path.read_text("utf-8").rstrip("\n").split("\n"):
            parts = line.replace("\\n", "\n").split("\t")
            fields: Fields = dict(zip(("question", "answer", "rationale"), parts, strict=True))
            yield "chains of thought", _record(fields)
    wild = data / "wild"
    for name, path in (
        ("code alpaca", wild / "codealpaca" / "code_alpaca_2k.json"),
        ("alpaca", wild / "llamafactory" / "alpaca_en_demo.json"),
        ("alpaca, Chinese", wild / "llamafactory" / "alpaca_zh_demo.json"),
    ):
        for row in json.loads(path.read_text("utf-8")):
            yield name, _record({k: v for k, v in row.items() if isinstance(v, str)})
    for row in _rows(data / "gsm8k" / "train.jsonl"):
        yield (
            "GSM8K train",
            _record({"question": str(row["question"]), "answer": str(row["answer"])}),
        )
    for row in _rows(data / "classics" / "commonsenseqa" / "train_rand_split.jsonl"):
        options = [choice["text"] for choice in row["question"]["choices"]]
        yield (
            "CommonsenseQA train",
            _record({"question": row["question"]["stem"], "options": options}),
        )
    for path in sorted((data / "superni" / "tasks").glob("*.json"))[::4]:
        for one in json.loads(path.read_text("utf-8"))["Instances"][:400]:
            fields = {"input": one["input"], "output": one["output"][0]}
            yield "Super-Natural Instructions", _record(fields)
    for row in _rows(wild / "drrepair" / "err-dev.1000.jsonl"):
        yield "programs", _record({k: v for k, v in row.items() if isinstance(v, str)})
    yield from _own_negatives()


def _own_negatives() -> Iterator[tuple[str, Record]]:
    """Yield the tests, signatures and single fields of our own items: alone they prove nothing."""
    for row in _rows(_HERE / "programs.jsonl"):
        name = str(row["entry_point"])
        yield "tests and heads alone", _record({"output": str(row["test"])})
        head = str(row["prompt"]).split('"""')[0]
        yield "tests and heads alone", _record({"output": f"{head}    pass  # {name}"})


def _found(rule: Rule, records: Sequence[Record]) -> Iterator[set[int]]:
    for start in range(0, len(records), 1000):
        yield from rule(records[start : start + 1000])


def recall(every: Sequence[Item], rules: Mapping[str, Rule], aside: Aside) -> list[list[str]]:
    """Return rows: set, dress, items searched and set aside, the share that each rule finds."""
    rows = []
    for name in dict.fromkeys(item.set for item in every):
        numbers = [n for n, item in enumerate(every) if item.set == name]
        for dress, wear in DRESSES.items():
            worn = [(n, wear(every[n], Draws("recall", dress, n))) for n in numbers]
            dressed = [(n, fields) for n, fields in worn if fields]
            worn = [(n, fields) for n, fields in dressed if n not in aside.get(dress, aside[""])]
            if not worn:
                continue
            records = [_record(fields) for _, fields in worn if fields]
            shares = [
                sum(n in hit for (n, _), hit in zip(worn, _found(rule, records), strict=True))
                for rule in rules.values()
            ]
            counts = [str(len(worn)), str(len(dressed) - len(worn))]
            rows.append([name, dress, *counts, *(f"{s / len(worn):.3f}" for s in shares)])
    return rows


def false_verdicts(rules: Mapping[str, Rule], data: Path) -> list[list[str]]:
    """Return rows: set of records, how many, and the verdicts of each rule."""
    every = list(negatives(data))
    rows = []
    for name in dict.fromkeys(of for of, _ in every):
        records = [record for of, record in every if of == name]
        verdicts = [sum(map(bool, _found(rule, records))) for rule in rules.values()]
        rows.append([name, f"{len(records):,}", *map(str, verdicts)])
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default=os.environ.get("FLANBEAM_DATA", ".data"))
    parser.add_argument("--ours", action="store_true", help="leave the other rules out")
    arguments = parser.parse_args()
    data = Path(arguments.data)
    every = list(items(data))
    ours, aside = our_rule(every)
    rules = {"flanbeam": ours}
    if not arguments.ours:
        rules |= {"GPT-3": gpt3_rule(every), "decon": decon_rule(every)}
    _print(("set", "form", "items", "too little text", *rules), recall(every, rules, aside))
    _print(("records without items", "records", *rules), false_verdicts(rules, data))
    texts = [(str(row["item"]), str(row["text"])) for row in _rows(_HERE / "paraphrases.jsonl")]
    told = [Item("paraphrases", "", {"question": item}) for item, _ in texts]
    rule, _ = our_rule(told)
    hits = rule([_record({"input": text}) for _, text in texts])
    print(f"\nparaphrases found: {sum(map(bool, hits))} of {len(texts)}")


def _print(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print()
    for row in (header, ["---"] * len(header), *rows):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
