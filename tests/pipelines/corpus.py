"""A tiny corpus on disk: three sources of ten rows each, and the recipe that reads them."""

import json
import shutil
from dataclasses import dataclass
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
few_shot: {pool: 4, variants: [{shots: 1}]}
vocabulary: {kind: bytes}
# The page about a snapshot has tests of its own, and takes a second of each build.
output: {report: false}
"""

_COLOURS = ("red", "green", "blue", "white", "black", "yellow", "brown", "pink", "grey", "orange")


@dataclass
class Corpus:
    """A tiny recipe and its files: one JSON task, one TSV, one JSONL of ten rows each."""

    directory: Path

    @classmethod
    def write(cls, directory: Path) -> "Corpus":
        """Write the recipe and its files into a new directory."""
        corpus = cls(directory)
        for file in (corpus.tasks, corpus.tsv):
            file.parent.mkdir(parents=True)
        corpus.recipe.write_text(_RECIPE)
        instances = [
            {"id": f"t-{colour}", "input": f"A {colour} wall.", "output": [f"{colour} wall"]}
            for colour in _COLOURS
        ]
        corpus.write_task(instances)
        corpus.tsv.write_text("".join(cls.tsv_row(colour) for colour in _COLOURS))
        corpus.jsonl.write_text("".join(cls.jsonl_row(colour) for colour in _COLOURS))
        return corpus

    def copy(self, directory: Path) -> "Corpus":
        """Copy the recipe and its files as they are now."""
        shutil.copytree(self.directory, directory)
        return Corpus(directory)

    @property
    def recipe(self) -> Path:
        return self.directory / "recipe.yaml"

    @property
    def tasks(self) -> Path:
        return self.directory / "tasks" / "task001_colours.json"

    @property
    def tsv(self) -> Path:
        return self.directory / "cot" / "fruit_train.tsv"

    @property
    def jsonl(self) -> Path:
        return self.directory / "questions.jsonl"

    @property
    def raw_files(self) -> dict[str, Path]:
        """Source → its one file."""
        return {"tasks": self.tasks, "reasoning": self.tsv, "questions": self.jsonl}

    def write_task(self, instances: object, **changes: object) -> None:
        """Write the JSON task file with these instances; `changes` to its other keys."""
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
        """Return one well-formed row of the chain-of-thought TSV."""
        return f"Is a {colour} fruit a fruit?\tyes\tA {colour} fruit is still a fruit.\n"

    @staticmethod
    def jsonl_row(colour: str, **changes: object) -> str:
        """Return one well-formed row of the JSONL file, with changes."""
        row = {"id": f"q-{colour}", "q": f"What do we call {colour} paint?", "a": f"paint {colour}"}
        return json.dumps({**row, **changes}) + "\n"


def edit(file: Path, old: str = "red", new: str = "crimson") -> None:
    """Change a word of a raw file, wherever it stands."""
    file.write_text(file.read_text().replace(old, new))
