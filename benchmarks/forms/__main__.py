"""Try files as people have them: `init`, `plan` and `build` on each, nothing edited.

    python -m benchmarks.forms [--only PART_OF_A_NAME] [--write docs/tried_files.md]

Each form is a file of ten rows or so (`rows.py`); its rows and targets are stated by hand beside it.
With FLANBEAM_DATA set, the real files below `wild` follow. One row of the table tells how `init` read
the file, how many rows it has, and what became of each: rows = records + rejected, by reason, as the
ledger of the build counts them. A form counts as right if the targets of the corpus are the stated
ones, or if the file is refused with the stated reason.
"""

import argparse
import logging
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import flanbeam
from benchmarks.forms.chat_files import CHAT_FILES
from benchmarks.forms.chats import CHATS
from benchmarks.forms.containers import CONTAINERS
from benchmarks.forms.exports import EXPORTS
from benchmarks.forms.further_chats import FURTHER_CHATS
from benchmarks.forms.further_tasks import FURTHER_TASKS
from benchmarks.forms.misleading_files import MISLEADING_FILES
from benchmarks.forms.rows import Form
from benchmarks.forms.set_files import SET_FILES
from benchmarks.forms.tasks import TASKS
from benchmarks.forms.tool_files import TOOL_FILES
from pipelines.drafting.recipes import draft_recipe
from tfrecords_schema.errors import UserError

_PARTS = {"Files": CONTAINERS, "Conversations": CHATS, "Tasks": TASKS, "Exports": EXPORTS}
_PARTS |= {"Further conversations": FURTHER_CHATS, "Further tasks and files": FURTHER_TASKS}
_PARTS |= {"Files of tools": TOOL_FILES, "Files of published sets": SET_FILES}
_PARTS |= {"Chats of programs": CHAT_FILES, "Misleading files": MISLEADING_FILES}


@dataclass
class Outcome:
    """What became of a file.

    Attributes:
      read_as: format and families, empty if the file is not read.
      message: why it is not read, or what of it is not used.
      entered, kept, rejected: rows that the build read, and what became of them.
      too_long: examples that were left out as too long, by reason; their records are kept.
      targets, prompts: those of the corpus.
    """

    read_as: str = ""
    message: str = ""
    entered: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    too_long: Counter[str] = field(default_factory=Counter)
    targets: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)


def try_file(path: str, store: str) -> Outcome:
    """Run `init`, `plan` and `build` on a file or directory."""
    try:
        drafted = draft_recipe([path], "tried", os.path.dirname(path))
    except UserError as error:
        first = str(error).splitlines()[0]
        return Outcome(
            message=first.replace(f"{path}: ", "").replace(os.path.dirname(path) + "/", "")
        )
    os.makedirs(store)
    recipe_path = os.path.join(os.path.dirname(path), f"{os.path.basename(store)}.yaml")
    with open(recipe_path, "w") as stream:
        stream.write(drafted.text)
    sources = [s for s in drafted.sources if not s.is_held_out]
    families = sorted({family for source in sources for family in source.families})
    outcome = Outcome(read_as=f"`{sources[0].keys['format']}`, {', '.join(families)}")
    try:
        recipe = flanbeam.load_recipe(recipe_path)
        planned = flanbeam.plan(recipe, store)
        snapshot = flanbeam.build(recipe, store)
    except UserError as error:
        outcome.message = str(error)
        return outcome
    for entry in snapshot.manifest.ledger:
        if entry.stage == "ingest":
            outcome.entered += entry.entered
        if not entry.counts_items:
            of_examples = entry.stage == "render"
            (outcome.too_long if of_examples else outcome.rejected).update(entry.left_out)
            assert entry.balances, (path, entry)
    outcome.kept = sum(e.kept for e in snapshot.manifest.ledger if e.stage == "rank")
    assert outcome.entered == outcome.kept + outcome.rejected.total(), path
    examples = sum(snapshot.splits.values())
    # A plan does not know yet which prompts and answers are too long.
    assert examples <= planned.mixture.examples + planned.mixture.validation, path
    if drafted.unused:
        outcome.message = "; ".join(
            f"{os.path.basename(k)}: {v}" for k, v in drafted.unused.items()
        )
    for split in snapshot.splits:
        for example in snapshot[split]:
            outcome.targets.append(_meant(example))
            outcome.prompts.append(example["inputs"])
    return outcome


def wrong_with(form: Form, outcome: Outcome) -> str:
    """Return what is wrong with an outcome, an empty text if nothing is."""
    if form.targets is None:
        if form.reason == "has_media" and "has_media" in outcome.message:
            return ""
        if outcome.read_as:
            return f"read as {outcome.read_as}"
        return "" if form.reason.lower() in outcome.message.lower() else "not named for what it is"
    if not outcome.read_as or (outcome.message and not outcome.targets):
        return f"not read: {outcome.message}"
    rest = list(outcome.targets)
    for stated in form.targets:
        found = _found(stated, form.words, rest)
        if found is None:
            return f"no target {stated!r}; others: {rest[:3]}"
        rest.remove(found)
    if rest:
        return f"targets that no row states: {rest[:3]}"
    if outcome.entered != form.rows - form.held_out:
        return f"{outcome.entered} rows read, {form.rows} stated"
    hidden = [prompt for prompt in outcome.prompts if form.shows not in prompt]
    if hidden:
        return f"a prompt without {form.shows!r}: {hidden[0]!r}"
    return _wrong_pair(form, outcome) if form.asked else ""


def _wrong_pair(form: Form, outcome: Outcome) -> str:
    """Return which prompt asks for another target than its own, an empty text if none does.

    A prompt asks what stands last in it: exemplars and history come before.
    """
    stated = dict(zip(form.asked, form.targets or (), strict=True))
    for prompt, target in zip(outcome.prompts, outcome.targets, strict=True):
        places = {text: prompt.rfind(text) for text in stated}
        asked = max(places, key=lambda text: places[text])
        if places[asked] < 0:
            return f"a prompt without the text of its row: {prompt!r}"
        if _found(stated[asked], form.words, [target]) is None:
            return f"{target!r} for {asked!r}, which has {stated[asked]!r}"
    return ""


def _found(stated: str, words: Mapping[str, Sequence[str]], targets: Sequence[str]) -> str | None:
    """Return the target that is `stated` or has its words; without words, one that ends with it.

    A rationale comes before its answer, and a period may follow.
    """
    alike = [t for t in targets if t.strip() in (stated.strip(), *words.get(stated, ()))]
    if not alike and not words:
        end = stated.strip().removesuffix(".")
        alike = [target for target in targets if target.strip().removesuffix(".").endswith(end)]
    return alike[0] if alike else None


def _meant(example: flanbeam.Example) -> str:
    """Return the answer that a target gives: the option whose mark it is, else its text."""
    index = example.get("answer_index", -1)
    return example["options"][index] if index >= 0 else example["targets"]


def _line(name: str, outcome: Outcome, verdict: str) -> str:
    rejected = "".join(f" + {reason} {count}" for reason, count in sorted(outcome.rejected.items()))
    rejected += "".join(f"; {reason} {count}" for reason, count in sorted(outcome.too_long.items()))
    read = outcome.read_as or "none"
    rows = f"{outcome.entered}" if outcome.entered else ""
    became = f"{outcome.kept}{rejected}" if outcome.entered else _cell(outcome.message)
    return f"| {name} | {verdict} | {read} | {rows} | {became} |"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")[:160]


def _real_files() -> Iterator[str]:
    """Yield the path of each real file."""
    for directory, _, names in sorted(os.walk(os.path.join(data_directory(), "wild"))):
        for name in sorted(names):
            if not name.endswith((".txt", ".md")):
                yield os.path.join(directory, name)


def data_directory() -> str:
    """Return where the real files are, "" without them."""
    return os.environ.get("FLANBEAM_DATA", "")


def try_form(form: Form, directory: str, shows: bool) -> tuple[str, str]:
    """Return the line of the table for a form, and what is wrong with it."""
    os.makedirs(directory)
    path = os.path.join(directory, form.file)
    with open(path, "wb") as stream:
        stream.write(form.data)
    outcome = try_file(path, os.path.join(directory, "store"))
    problem = wrong_with(form, outcome)
    if shows and outcome.prompts:
        print(outcome.prompts[0], "\n  →", outcome.targets[0], "\n")
    right = (
        "named" if form.targets is None else "read with labels in words" if form.words else "read"
    )
    line = _line(form.name, outcome, "**no**" if problem else right)
    return line, problem and f"{form.name}: {problem}"


def _try_real_file(path: str, directory: str) -> tuple[str, str]:
    """Return the line of the table for a file; `test_init_real_data.py` has the targets of many."""
    os.makedirs(directory)
    copy = os.path.join(directory, os.path.basename(path))
    shutil.copy(path, copy)
    outcome = try_file(copy, os.path.join(directory, "store"))
    name = os.path.relpath(path, os.path.join(data_directory(), "wild"))
    return _line(f"`{name}`", outcome, "read" if outcome.kept else "named"), ""


def main() -> int:
    """Try all forms and files, and print or write the table; return 1 if one is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="only forms whose name has this part")
    parser.add_argument("--show", action="store_true", help="show a prompt of each form")
    parser.add_argument("--write", help="the page to write")
    parser.add_argument("--processes", type=int, default=2, help="files tried at a time")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    page, wrong, counts = [], [], Counter[str]()
    with tempfile.TemporaryDirectory() as work, ProcessPoolExecutor(options.processes) as pool:
        directories = (os.path.join(work, str(number)) for number in count())
        tried = {
            title: pool.map(
                partial(try_form, shows=options.show),
                [form for form in forms if options.only in form.name],
                directories,
            )
            for title, forms in _PARTS.items()
        }
        real = [path for path in _real_files() if options.only in path]
        tried["Real files"] = pool.map(_try_real_file, real, directories)
        for title, lines in tried.items():
            page += ["", f"## {title}", "", *_HEADER]
            for line, problem in lines:
                page.append(line)
                counts[line.split(" | ")[1]] += 1
                wrong += [problem] if problem else []
                print(line, *([f"\n    WRONG {problem}"] if problem else []), flush=True)
    said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    print(f"{counts.total()} tried: {said}")
    if options.write:
        with open(options.write, "w") as stream:
            stream.write("\n".join([_INTRODUCTION.format(said=said), *page]) + "\n")
    return 1 if wrong else 0


_INTRODUCTION = """# Files tried

<!-- Written by `python -m benchmarks.forms --write docs/tried_files.md`. -->

Each line is a file on which `flanbeam init`, `plan` and `build` were run, with nothing edited between: {said}.
"Read" means that the targets of the corpus are those that the file states (real files: see below), "named" that
`init` refuses the file and says what it is. The rows are those that the build read; each became a record or was
rejected for the reason given, and the numbers add up; behind a semicolon are examples that were too long. "Labels in
words" means that prompts put labels otherwise (`neutral` as "not enough information"). The forms above the real files
have ten rows or so, written by hand (`benchmarks/forms`). For 21 of the real files, `tests/pipelines/test_init_real_data.py` compares every target with the file."""
_HEADER = [
    "| form | first try | read as | rows | records + rejected, or the message |",
    "|---|---|---|---|---|",
]

if __name__ == "__main__":
    sys.exit(main())
