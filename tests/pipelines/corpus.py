"""A tiny corpus on disk: three sources of ten rows each, and the recipe that reads them."""

import json
from dataclasses import dataclass, field
from pathlib import Path

_RECIPE = """\
name: tiny
seed: 1
sources:
  tasks:
    format: super_ni
    path: tasks
    collection: natural_instructions
  reasoning:
    format: cot_tsv
    path: cot
    collection: cot
  questions:
    format: jsonl
    path: questions.jsonl
    collection: flan
    task: questions
    family: closed_book_qa
    id: id
    fields: {question: q, answer: a}
few_shot: {pool: 4, shots: {1: 1}}
vocabulary: {kind: bytes}
"""

_COLOURS = ("red", "green", "blue", "white", "black", "yellow", "brown", "pink", "grey", "orange")


@dataclass
class Corpus:
    """A tiny recipe and its files: one JSON task, one TSV, one JSONL of ten rows each."""

    directory: Path
    recipe: Path = field(init=False)
    tasks: Path = field(init=False)
    tsv: Path = field(init=False)
    jsonl: Path = field(init=False)

    def __post_init__(self) -> None:
        self.recipe = self.directory / "recipe.yaml"
        self.tasks = self.directory / "tasks" / "task001_colours.json"
        self.tsv = self.directory / "cot" / "fruit_train.tsv"
        self.jsonl = self.directory / "questions.jsonl"
        for file in (self.tasks, self.tsv):
            file.parent.mkdir(parents=True)
        self.recipe.write_text(_RECIPE)
        instances = [
            {"id": f"t-{colour}", "input": f"A {colour} wall.", "output": [f"{colour} wall"]}
            for colour in _COLOURS
        ]
        self.write_task(instances)
        self.tsv.write_text("".join(self.tsv_row(colour) for colour in _COLOURS))
        self.jsonl.write_text("".join(self.jsonl_row(colour) for colour in _COLOURS))

    @property
    def raw_files(self) -> dict[str, Path]:
        """Source → its one file."""
        return {"tasks": self.tasks, "reasoning": self.tsv, "questions": self.jsonl}

    def write_task(self, instances: object, **changes: object) -> None:
        """The JSON task file with these instances; `changes` to its other keys."""
        document = {
            "Definition": ["Name the thing in the sentence."],
            "Positive Examples": [
                {"input": "A tall tree.", "output": "tall tree", "explanation": "It is a tree."}
            ],
            "Instances": instances,
        }
        self.tasks.write_text(json.dumps({**document, **changes}, indent=1))

    @staticmethod
    def tsv_row(colour: str) -> str:
        """One well-formed row of the chain-of-thought TSV."""
        return f"Is a {colour} fruit a fruit?\tyes\tA {colour} fruit is still a fruit.\n"

    @staticmethod
    def jsonl_row(colour: str, **changes: object) -> str:
        """One well-formed row of the JSONL file, with changes."""
        row = {"id": f"q-{colour}", "q": f"What do we call {colour} paint?", "a": f"paint {colour}"}
        return json.dumps({**row, **changes}) + "\n"


def edit(file: Path, old: str = "red", new: str = "crimson") -> None:
    """Change a word of a raw file, wherever it stands."""
    file.write_text(file.read_text().replace(old, new))
