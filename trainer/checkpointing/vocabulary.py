"""The vocabulary of a checkpoint: kept beside it, checked against snapshots."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.snapshot import VOCABULARY_MODEL, Snapshot
from tfrecords_schema.vocabulary import Vocabulary, load_vocabulary
from trainer.errors import TrainerError


def describe_sentencepiece(path: Path, extra_ids: int) -> dict[str, Any]:
    """Describe, as a manifest does, a SentencePiece file with so many sentinels after its ids."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = VocabularyInfo(
        kind="sentencepiece", size=0, extra_ids=extra_ids, file=VOCABULARY_MODEL, sha256=sha256
    )
    size = load_vocabulary(known, str(path)).size
    return known.model_copy(update={"size": size}).model_dump()


def keep_vocabulary(snapshot: Snapshot, run: Path) -> None:
    """Copy the snapshot's vocabulary file, if it has one, into the run."""
    source = snapshot.vocabulary_path
    if source is not None and not (run / VOCABULARY_MODEL).exists():
        shutil.copyfile(source, run / VOCABULARY_MODEL)


def open_vocabulary(described: dict[str, Any] | None, run: Path) -> Vocabulary:
    """The vocabulary of a checkpoint of `run`.

    Raises:
        TrainerError: the checkpoint names none, or its file is gone.
    """
    if described is None:
        raise TrainerError(
            f"the checkpoint in {run} names no vocabulary: put the model's spiece.model beside its "
            "config.json and import it again"
        )
    info = VocabularyInfo(**described)
    path = run / VOCABULARY_MODEL
    if info.file is not None and not path.is_file():
        raise TrainerError(f"{path} is missing: copy it from the snapshot (or spiece.model)")
    return load_vocabulary(info, str(path) if info.file is not None else None)


def check_vocabulary(described: dict[str, Any] | None, snapshot: VocabularyInfo, run: str) -> None:
    """Raise TrainerError if the snapshot's token ids are not those of the checkpoint in `run`."""
    if described is None:
        return
    ours = VocabularyInfo(**described)
    same = (ours.kind, ours.sha256, ours.extra_ids) == (
        snapshot.kind,
        snapshot.sha256,
        snapshot.extra_ids,
    )
    if not same:
        raise TrainerError(
            f"{run} was trained with another vocabulary ({ours.kind}, {ours.size} ids) than the "
            f"snapshot was built with ({snapshot.kind}, {snapshot.size} ids): build the snapshot "
            "with the checkpoint's vocabulary"
        )
