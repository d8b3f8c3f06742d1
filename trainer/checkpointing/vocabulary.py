"""Keep a vocabulary beside its checkpoints, and check it against snapshots."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.snapshot import VOCABULARY_MODEL, Snapshot
from tfrecords_schema.vocabulary import Vocabulary, load_vocabulary
from trainer.errors import TrainerError


def describe_sentencepiece(path: Path, extra_ids: int) -> dict[str, Any]:
    """Describe a SentencePiece file with `extra_ids` sentinels, as a manifest does."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = VocabularyInfo(
        kind="sentencepiece", size=0, extra_ids=extra_ids, file=VOCABULARY_MODEL, sha256=sha256
    )
    size = load_vocabulary(known, str(path)).size
    return known.model_copy(update={"size": size}).model_dump()


def keep_vocabulary(snapshot: Snapshot, run: Path) -> None:
    """Copy the snapshot's vocabulary file into the run, if there is one."""
    source = snapshot.vocabulary_path
    if source is not None and not (run / VOCABULARY_MODEL).exists():
        shutil.copyfile(source, run / VOCABULARY_MODEL)


def open_vocabulary(described: dict[str, Any] | None, run: Path) -> Vocabulary:
    """Load the vocabulary of a checkpoint in `run`.

    Raises:
        TrainerError: the checkpoint names no vocabulary, or its file is missing.
    """
    if described is None:
        raise TrainerError(
            f"the checkpoint in {run} names no vocabulary: put the model's SentencePiece file "
            "beside its config.json and import the model again"
        )
    info = VocabularyInfo(**described)
    path = run / VOCABULARY_MODEL
    if info.file is not None and not path.is_file():
        raise TrainerError(f"{path} is missing: copy it from the snapshot or the imported model")
    return load_vocabulary(info, str(path) if info.file is not None else None)


def check_vocabulary(described: dict[str, Any] | None, snapshot: VocabularyInfo, run: str) -> None:
    """Check that a snapshot has the token ids of the checkpoint in `run`.

    Raises:
        TrainerError: the vocabularies differ.
    """
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
            f"{run} was trained with another vocabulary ({ours.kind}, {ours.size} ids) than that "
            f"of the snapshot ({snapshot.kind}, {snapshot.size} ids): build the snapshot with the "
            "checkpoint's vocabulary"
        )
