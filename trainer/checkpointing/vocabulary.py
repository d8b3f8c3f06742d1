"""Keep a vocabulary beside its checkpoints, and check it against snapshots."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from pydantic import ValidationError
from sentencepiece import sentencepiece_model_pb2

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.snapshot import VOCABULARY_MODEL, Snapshot
from tfrecords_schema.vocabulary import ByteVocabulary, SentencePieceVocabulary, Vocabulary
from trainer.checkpointing.tokenizer_json import sentencepiece_of
from trainer.errors import TrainerError
from trainer.models.hugging_face import HuggingFaceFormat
from trainer.models.safetensors_files import read_json

TOKENIZER = "tokenizer"  # directory of a run with the files below
_CONFIG = "tokenizer_config.json"
_FILES = ("tokenizer.json", _CONFIG, "special_tokens_map.json", "added_tokens.json")


@dataclass(frozen=True)
class StoredVocabulary:
    """A vocabulary: its description, and the SentencePiece model in the file `source`."""

    info: VocabularyInfo
    model: bytes | None
    source: str

    def open(self) -> Vocabulary:
        """Load the vocabulary.

        Raises:
            TrainerError: the file is not a SentencePiece model.
        """
        if self.model is None:
            return ByteVocabulary(self.info.extra_ids)
        try:
            return SentencePieceVocabulary(self.model, self.info.extra_ids)
        except (DecodeError, RuntimeError, TypeError) as error:
            raise TrainerError(
                f"{self.source} is not a SentencePiece model: fetch it again"
            ) from error

    def has_ids_of(self, other: "StoredVocabulary") -> bool:
        """Return whether both give every text the same ids.

        Files may differ: one made from a tokenizer.json does not hold how it was trained.
        """
        ours, theirs = self.info, other.info
        if (ours.kind, ours.extra_ids) != (theirs.kind, theirs.extra_ids):
            return False
        return self.model == other.model or _pieces(self) == _pieces(other)


def _pieces(vocabulary: StoredVocabulary) -> tuple[Any, ...]:
    """Return what decides the ids: pieces with scores, and the normalizer."""
    try:
        proto = sentencepiece_model_pb2.ModelProto.FromString(vocabulary.model)
    except (DecodeError, TypeError) as error:
        raise TrainerError(
            f"{vocabulary.source} is not a SentencePiece model: fetch it again"
        ) from error
    normal = proto.normalizer_spec
    flags = (normal.add_dummy_prefix, normal.remove_extra_whitespaces, normal.escape_whitespaces)
    pieces = [(piece.piece, piece.score) for piece in proto.pieces]
    return pieces, normal.precompiled_charsmap, flags


def snapshot_vocabulary(snapshot: Snapshot) -> StoredVocabulary:
    """Return the vocabulary of a snapshot."""
    path = snapshot.vocabulary_path
    model = None if path is None else filesystem.read_bytes(path)
    return StoredVocabulary(snapshot.manifest.vocabulary, model, path or snapshot.path)


def run_vocabulary(described: dict[str, Any] | None, run: Path) -> StoredVocabulary | None:
    """Return the vocabulary that a checkpoint of `run` describes; None if it describes none.

    Raises:
        TrainerError: the description cannot be read, or its file is missing or damaged.
    """
    if described is None:
        return None
    path = run / VOCABULARY_MODEL
    try:
        info = VocabularyInfo(**described)
    except (TypeError, ValidationError) as error:
        raise TrainerError(
            f"the checkpoint in {run} has no valid vocabulary ({error}): use another checkpoint"
        ) from error
    if info.file is None:
        return StoredVocabulary(info, None, str(run))
    if not path.is_file():
        raise TrainerError(f"{path} is missing: copy it from the snapshot or the imported model")
    model = path.read_bytes()
    if info.sha256 not in (None, hashlib.sha256(model).hexdigest()):
        raise TrainerError(
            f"{path} is not the file that the checkpoint was saved with (its sha256 differs): copy "
            "it from the snapshot or the imported model"
        )
    return StoredVocabulary(info, model, str(path))


def hugging_face_vocabulary(directory: Path, names: HuggingFaceFormat) -> StoredVocabulary | None:
    """Return the vocabulary beside a Hugging Face model; None if there is none.

    Raises:
        TrainerError: a file of it cannot be read.
    """
    source = directory / names.vocabulary_file
    if source.is_file():
        model = source.read_bytes()
        extra_ids = _extra_ids(directory, model, names.extra_ids)
    elif (source := directory / "tokenizer.json").is_file():
        model, extra_ids = sentencepiece_of(source)
    else:
        return None
    info = VocabularyInfo(
        kind="sentencepiece",
        size=0,
        extra_ids=extra_ids,
        file=VOCABULARY_MODEL,
        sha256=hashlib.sha256(model).hexdigest(),
    )
    size = StoredVocabulary(info, model, str(source)).open().size
    return StoredVocabulary(info.model_copy(update={"size": size}), model, str(source))


def _extra_ids(directory: Path, model: bytes, default: int) -> int:
    """Return the number of sentinels that follow the pieces of a SentencePiece file.

    mT5's file has its sentinels as pieces.
    """
    if (directory / _CONFIG).is_file():
        configured = read_json(directory / _CONFIG).get("extra_ids")
        if isinstance(configured, int) and configured >= 0:
            return configured
    return 0 if b"<extra_id_0>" in model else default


def keep_vocabulary(vocabulary: StoredVocabulary, run: Path, files: Path | None) -> None:
    """Write a vocabulary into a run, with the tokenizer's files in the directory `files`."""
    if vocabulary.model is not None and not (run / VOCABULARY_MODEL).exists():
        (run / VOCABULARY_MODEL).write_bytes(vocabulary.model)
    found = [] if files is None else [files / name for name in _FILES if (files / name).is_file()]
    for source in found:
        (run / TOKENIZER).mkdir(exist_ok=True)
        shutil.copyfile(source, run / TOKENIZER / source.name)


def write_tokenizer(
    vocabulary: StoredVocabulary, files: Path, names: HuggingFaceFormat, out: Path
) -> None:
    """Write the files from which transformers loads the tokenizer.

    Args:
        vocabulary: the vocabulary of the exported weights.
        files: a directory that may hold the tokenizer's files.
        names: the model's format.
        out: the directory to write to.
    """
    if vocabulary.model is not None:
        (out / names.vocabulary_file).write_bytes(vocabulary.model)
    found = [files / name for name in _FILES if (files / name).is_file()]
    for source in found:
        shutil.copyfile(source, out / source.name)
    if not found:
        is_bytes = vocabulary.info.kind == "bytes"
        config = {
            "tokenizer_class": "ByT5Tokenizer" if is_bytes else "T5Tokenizer",
            "extra_ids": vocabulary.info.extra_ids,
            "pad_token": "<pad>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
        }
        (out / _CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def check_vocabulary(ours: StoredVocabulary | None, snapshot: Snapshot, weights: str) -> None:
    """Check that a snapshot has the token ids of the weights at `weights`.

    Raises:
        TrainerError: the vocabularies differ.
    """
    theirs = snapshot_vocabulary(snapshot)
    if ours is None or ours.has_ids_of(theirs):
        return
    raise TrainerError(
        f"{weights} has another vocabulary ({ours.info.kind}, {ours.info.size} ids, {ours.source}) "
        f"than the snapshot ({theirs.info.kind}, {theirs.info.size} ids, {theirs.source}): build "
        "the snapshot with the vocabulary of the weights"
    )
