"""Draft a commented recipe for files and directories from their first rows."""

import fnmatch
import glob
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

import yaml

from pipelines.drafting.exports import EXPORTS
from pipelines.drafting.guess import Guess
from pipelines.drafting.guessing import guess
from pipelines.drafting.languages import language_of
from pipelines.drafting.samples import Sample, read_samples
from pipelines.drafting.undecided import UNDECIDED
from pipelines.recipe import Recipe
from tfrecords_schema.errors import DataError
from transforms.sources.files.streams import open_stream
from transforms.sources.source import Source, UnreadableFileError, data_files
from transforms.sources.splits import TRAIN, split_in
from transforms.types import Record, Rejection

_CHECKED = 400
_NO_DATA = (".md", ".txt", ".lock", ".py", ".sh", ".png", ".jpg", ".pdf", ".index", ".lengths")
_METADATA = {
    *("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"),
    *("PROVENANCE.txt", "LICENSE", "README", "package.json", "config.json"),
}
# Formats whose tasks are named after the files.
_NAMED_BY_FILE = ("super_ni", "cot_tsv", "metaicl", "unified_skg")
# Of these, those that read only files of their own names in a directory.
_FIND_THEIR_FILES = _NAMED_BY_FILE[:3]
# Reasons that show, where most lines have them, that a file is no table.
_NO_TABLE = ("wrong_columns", "invalid_json", "invalid_csv")
# Limits are rounded up to powers of two within these bounds.
_LIMITS = ((512, 16_384), (2_048, 32_768))


@dataclass(kw_only=True)
class DraftedSource:
    """One source of a draft.

    Attributes:
      path: a file, or a directory of similar files; `files` is their number.
      facts: the form of the rows.
      kept, rejected: results of reading the first rows; `first_rejected` says what is wrong with
        the first one, and where.
      shown: the fields of the first record.
    """

    name: str
    path: str
    files: int
    is_held_out: bool
    guess: Guess
    facts: list[str]
    kept: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    first_rejected: str = ""
    families: list[str] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    lengths: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Draft:
    """A drafted recipe, and the files without a source, each with the reason."""

    name: str
    sources: list[DraftedSource]
    unused: dict[str, str]
    text: str = ""


def draft_recipe(paths: Sequence[str], name: str | None, base: str) -> Draft:
    """Return a recipe for files and directories; its paths are relative to `base`.

    Raises:
      DataError: no file can be a source; the message states the reason for each.
    """
    sources: list[DraftedSource] = []
    unused: dict[str, str] = {}
    name = _identifier(name or _stem(paths[0]))
    for path in map(os.path.expanduser, paths):
        root, files, chosen = _files_at(path)
        _add_sources(root, files, chosen, sources, unused)
    names: Counter[str] = Counter()
    for source in sources:
        names[source.name] += 1
        source.name += f"_{names[source.name]}" if names[source.name] > 1 else ""
    kept = []
    for source in sources:
        try:
            read = _check(source, name, base)
        except UnreadableFileError as error:
            unused[source.path] = str(error).removeprefix(f"{source.path}: ")
            continue
        misread = sum(source.rejected.get(reason, 0) for reason in _NO_TABLE)
        if misread > source.kept > 0:
            (reason, count), *_ = source.rejected.items()
            unused[source.path] = f"most lines are no rows of a table ({reason} {count})"
        elif source.kept:
            kept.append(source)
            for file in read:
                unused.pop(os.path.join(source.path, file), None)
        else:
            unused[source.path] = source.guess.problem or _why_none(source)
    if not any(not source.is_held_out for source in kept):
        for source in kept:
            source.is_held_out = False
    if not kept:
        lines = [f"{path}: {why}" for path, why in unused.items()]
        lines = lines or [_what_is_in(path) for path in map(os.path.expanduser, paths)]
        raise DataError("\n".join([*lines, "nothing to make a recipe of"]))
    drafted = Draft(name, kept, unused)
    drafted.text = _written(drafted)
    return drafted


def _files_at(path: str) -> tuple[str, list[str], list[str]]:
    """Return the root of a path, the data files below it, and those that the path names.

    "data/*.csv" → "data", its files, and those of them that match.

    Raises:
      DataError: there is nothing at the path.
    """
    if os.path.isdir(path):
        files = data_files(path)
        return path, files, files
    if os.path.exists(path):
        return path, [path], [path]
    root = os.path.dirname(path)
    while glob.has_magic(root):
        root = os.path.dirname(root)
    files = data_files(root or ".")
    matching = {os.path.normpath(file) for file in glob.glob(path, recursive=True)}
    chosen = [file for file in files if os.path.normpath(file) in matching]
    if not chosen:
        raise DataError(f"{path} {'matches no file' if glob.has_magic(path) else 'does not exist'}")
    return root or ".", files, chosen


def _what_is_in(path: str) -> str:
    """Say which files are at a path where none has rows."""
    root, files, _ = _files_at(path)
    endings = Counter(os.path.splitext(file)[1] or "no ending" for file in files)
    shown = ", ".join(f"{count} {ending}" for ending, count in endings.most_common(4))
    folders = {os.path.dirname(file) for file in files} - {root}
    advice = ""
    if len(folders) > 1 and set(endings) == {".txt"}:
        advice = '; write each text and the label that its folder has as a row, {"text": "…", '
        advice += '"label": "…"}'
    return f"{path}: no file of rows among {len(files)} files ({shown or 'empty'}){advice}"


def _why_none(source: DraftedSource) -> str:
    """Say why no row became a record: the reasons, the first row, and how it was to be read."""
    reasons = ", ".join(f"{r} {n}" for r, n in source.rejected.items()) or "no rows"
    keys = {key: source.keys[key] for key in ("fields", "columns", "explode") if key in source.keys}
    tried = yaml.safe_dump(keys, default_flow_style=True, sort_keys=False, width=1000).strip()
    how = f"; tried `{tried[1:-1]}`" if keys else ""
    return f"no row became a record ({reasons}; {source.first_rejected}{how})"


def _add_sources(
    path: str,
    files: list[str],
    chosen: list[str],
    sources: list[DraftedSource],
    unused: dict[str, str],
) -> None:
    """Add a source for each chosen file, or one for a directory of similar files."""
    drafts: list[tuple[str, Sample, Guess]] = []
    for file in chosen:
        known = os.path.basename(file)
        if len(files) > 1 and (known in _METADATA or known.lower().endswith(_NO_DATA)):
            continue
        for sample in read_samples(file):
            guessed = _asdiv(file) or (
                Guess(problem=sample.problem)
                if sample.problem
                else guess(sample, (*EXPORTS, *UNDECIDED))
            )
            if guessed.problem:
                unused[file] = guessed.problem
            else:
                drafts.append((file, sample, guessed))
    groups: dict[str, tuple[bool, list[tuple[str, Sample, Guess]]]] = {}
    for file, sample, guessed in drafts:
        is_test = len(files) > 1 and split_in(os.path.relpath(file, path)) not in (None, TRAIN)
        by_name = guessed.keys["format"] not in _NAMED_BY_FILE and is_test
        is_held_out = sample.held_out or by_name
        alike = yaml.safe_dump([guessed.keys, is_held_out, os.path.splitext(file)[1]])
        groups.setdefault(alike, (is_held_out, []))[1].append((file, sample, guessed))
    for is_held_out, group in groups.values():
        guessed = group[0][2]
        pattern = _pattern([one for one, _, _ in group], files)
        is_whole = len(group) > 1 and guessed.keys["format"] in _FIND_THEIR_FILES
        if pattern is not None and not is_whole:
            guessed.keys |= {"files": pattern} if len(group) < len(files) else {}
        is_whole |= pattern is not None
        folder = None if is_whole else _folder_of([one for one, _, _ in group], path, files)
        is_whole |= folder is not None
        for one, of, guessed in [group[0]] if is_whole else group:
            where = (folder or path) if is_whole else one
            facts = [
                guessed.keys["format"] if of.problem else of.form,
                *of.facts,
                f"keys {', '.join(of.keys[:12])}",
            ]
            count = len(group) if is_whole else 1
            sources.append(
                DraftedSource(
                    name=_stem(where),
                    path=where,
                    files=count,
                    is_held_out=is_held_out,
                    guess=guessed,
                    facts=facts,
                )
            )


def _folder_of(group: Sequence[str], path: str, files: Sequence[str]) -> str | None:
    """Return the folder below a path that holds the files of a group and no others."""
    folders = {os.path.dirname(file) for file in group}
    if len(group) < 2 or len(folders) != 1 or folders == {path}:
        return None
    (folder,) = folders
    below = [file for file in files if file.startswith(folder + os.sep)]
    return folder if len(below) == len(group) else None


def _asdiv(file: str) -> Guess | None:
    """Return what ASDiv's XML is, the only one that has a reader; None for other files."""
    if not file.lower().endswith((".xml", ".xml.gz")):
        return None
    with open_stream(file) as stream:
        head = stream.read(1 << 16)
    if b"<Problem " in head and b"<Answer>" in head:
        return Guess({"format": "asdiv"}, ["ASDiv: word problems"])
    return Guess(problem="XML of a kind that has no reader; only ASDiv's has one")


def _pattern(group: Sequence[str], files: Sequence[str]) -> str | None:
    """Return a pattern of exactly the files of a group; None for one file or mixed endings."""
    names = [os.path.basename(file) for file in group]
    if len(group) < 2:
        return None
    common = takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))
    prefix = "".join(signs[0] for signs in common).rstrip("0123456789")
    pattern = f"{prefix}*{os.path.splitext(names[0])[1]}"
    matching = [f for f in files if fnmatch.fnmatchcase(os.path.basename(f), pattern)]
    return pattern if len(matching) == len(group) else None


def _check(source: DraftedSource, collection: str, base: str) -> list[str]:
    """Complete the keys of a source, read its first rows with them, and return its files."""
    keys = {
        "format": source.guess.keys["format"],
        "path": os.path.relpath(source.path, base),
        "collection": collection,
        **({} if source.guess.keys["format"] in _NAMED_BY_FILE else {"task": source.name}),
        **{key: value for key, value in source.guess.keys.items() if key != "format"},
    }
    source.keys = keys
    stated = {"name": collection, "sources": {"s": {**keys, "path": source.path}}}
    reader: Source = Recipe.model_validate(stated).sources["s"]
    files = dict.fromkeys(reader.find_files(source.path), 0)
    counts: Counter[str] = Counter()
    texts: list[str] = []
    for piece in reader.work(source.path, files)[:1]:
        for element in islice(reader.read("s", piece), _CHECKED):
            if isinstance(element, Record):
                source.kept += 1
                source.shown = source.shown or dict(element.fields)
                shown = [value for name, value in element.fields.items() if name != "options"]
                texts += [text for text in map(_text, shown) if len(text) > 20]
                source.lengths.append(_lengths(element))
            elif isinstance(element, Rejection):
                counts[element.reason] += 1
                source.first_rejected = source.first_rejected or element.detail
            elif element.family not in source.families:
                source.families.append(element.family)
    source.rejected = dict(counts)
    # Super-Natural Instructions states the languages of its tasks, and the key chooses among them.
    if keys["format"] != "super_ni" and (language := language_of(texts)):
        source.keys["languages"] = [language]
        source.guess.assumed.append(f"the language is {language}")
    return list(files)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "\n".join(map(str, value))  # type: ignore[call-overload]


def _lengths(record: Record) -> tuple[int, int]:
    """Return bytes of the target and of everything else."""
    sizes = {name: len(_text(value).encode()) for name, value in record.fields.items()}
    names = ("output", "rationale", "code", "answer", "response")
    target = next((sizes.pop(name) for name in names if name in sizes), 0)
    return target, sum(sizes.values())


def _written(draft: Draft) -> str:
    """Return the recipe in YAML, with a comment for each guess."""
    lines = [
        f"# Drafted by `flanbeam init` from the first rows of {len(draft.sources)} source(s).",
        "# Guesses are marked with `assumed`; what the data do not say with `unknown`.",
        f"name: {draft.name}",
    ]
    for title, is_held_out in (("sources", False), ("held_out", True)):
        group = [source for source in draft.sources if source.is_held_out == is_held_out]
        lines += [f"{title}:"] if group else []
        for source in group:
            lines += _written_source(source)
    lines += _written_limits(draft.sources)
    if draft.unused:
        lines.append("# Not used:")
        lines += [f"#   {os.path.basename(path)}: {why}" for path, why in draft.unused.items()]
    return "\n".join(lines) + "\n"


def _written_source(source: DraftedSource) -> list[str]:
    out_of = source.kept + sum(source.rejected.values())
    rejected = ", ".join(f"{reason} {count}" for reason, count in source.rejected.items())
    notes = [
        f"{'; '.join(source.facts)}",
        f"of the first {out_of} records {source.kept} are kept"
        + (f"; rejected: {rejected}" if rejected else ""),
        *(f"assumed: {text}" for text in source.guess.assumed),
        *(f"unknown: {text}" for text in source.guess.unknown),
        "unknown: the license; state it as `license: SPDX-identifier`",
    ]
    lines = [f"    # {_one_line(note)}" for note in notes]
    dumped = yaml.safe_dump(source.keys, sort_keys=False, allow_unicode=True, width=88)
    return [f"  {source.name}:", *lines, *(f"    {line}" for line in dumped.splitlines())]


def _written_limits(sources: Sequence[DraftedSource]) -> list[str]:
    """Return limits that nearly all examples fit, in bytes (the default vocabulary)."""
    lengths = [length for source in sources for length in source.lengths]
    targets, inputs = (sorted(one) for one in zip(*lengths, strict=True))
    # A prompt also has the template's words, and needs room for some exemplars.
    needed = (targets[len(targets) * 99 // 100] + 1, inputs[len(inputs) * 99 // 100] + 512)
    limits = [
        min(most, max(least, 1 << (need - 1).bit_length()))
        for need, (least, most) in zip(needed, _LIMITS, strict=True)
    ]
    return [
        "# In tokens, and a token is a byte unless `vocabulary` names a SentencePiece model: with",
        "# T5's, a quarter of these numbers does for English (docs/vocabulary.md).",
        "limits:",
        f"  max_input_tokens: {limits[1]}",
        f"  max_target_tokens: {limits[0]}",
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:400]


def _stem(path: str) -> str:
    name = os.path.basename(os.path.abspath(path))
    return _identifier(name.split(".")[0] or "data")


def _identifier(name: str) -> str:
    """Return a name that YAML reads as text: "2024-01-01" → "data_2024_01_01"."""
    identifier = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "data"
    return identifier if isinstance(yaml.safe_load(identifier), str) else f"data_{identifier}"
