"""Choose the files of a directory that belong to a split, by their names.

The Hugging Face hub stores `data/train-00000-of-00001.parquet` beside `data/test-….parquet`, others
`train.csv` beside `dev.csv`. A test file must not become training data by accident.
"""

import re
from collections.abc import Sequence

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_SPLIT_OF = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev"), VALIDATION),
    **dict.fromkeys(("test", "testing", "eval", "evaluation", "heldout"), TEST),
}
_WORD = re.compile(r"[a-z]+")
_SHOWN = 3


def split_in(file: str) -> str | None:
    """Return the split that a path names, None if none: "data/dev-1.csv" → "validation"."""
    for part in reversed(file.lower().split("/")):
        for word in _WORD.findall(part.partition(".")[0]):
            if word in _SPLIT_OF:
                return _SPLIT_OF[word]
    return None


def files_of_split(
    files: Sequence[str], split: str, is_chosen: bool
) -> tuple[list[str], list[str]]:
    """Return the files that a source of `split` reads, and a note for its user.

    If names show which files are of the split, files of other splits are left out. Files that
    name no split are always read.

    Args:
      files: paths as they are shown.
      split: `train`, `validation`, `test`, or another split of the recipe.
      is_chosen: whether the recipe names the files, so that none is left out.
    """
    wanted = _SPLIT_OF.get(split, split)
    named = {file: split_in(file) for file in files}
    others = [file for file in files if named[file] not in (None, wanted)]
    if not is_chosen and wanted in named.values():
        notes = []
        if others:
            notes.append(
                f"{_listed(others)} left out: named after another split than `split: {split}`; "
                "choose with `split` or `files`"
            )
        return [file for file in files if named[file] in (None, wanted)], notes
    if wanted == TRAIN and others:
        kind = named[others[0]]
        return list(files), [f"{_listed(others)} read as training data, though named after {kind}"]
    return list(files), []


def _listed(files: Sequence[str]) -> str:
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return f"{', '.join(files[:_SHOWN])}{more} {'is' if len(files) == 1 else 'are'}"
