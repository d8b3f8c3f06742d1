"""Vocabularies that give the ids of seqio's, without importing seqio (and so TensorFlow).

`ByteVocabulary` equals `seqio.ByteVocabulary`, `SentencePieceVocabulary` equals
`seqio.SentencePieceVocabulary`; tests compare them id by id. None of them appends EOS.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

import sentencepiece
from google.protobuf.message import DecodeError
from sentencepiece import sentencepiece_model_pb2

from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VocabularyInfo

PAD_ID, EOS_ID, UNK_ID = 0, 1, 2
_BYTE_OFFSET = 3


class Vocabulary(Protocol):
    """Text to token ids and back."""

    @property
    def size(self) -> int:
        """Number of ids, the extra ones included."""

    @property
    def keeps_newlines(self) -> bool:
        """Return whether line ends survive encoding; T5's vocabulary makes them spaces."""

    def encode(self, text: str) -> list[int]:
        """Return token ids without EOS."""

    def decode(self, ids: list[int]) -> str:
        """Return the text of the ids up to the first EOS."""


def _until_eos(ids: list[int]) -> list[int]:
    return ids[: ids.index(EOS_ID)] if EOS_ID in ids else ids


class ByteVocabulary:
    """UTF-8 bytes shifted by three (0 pad, 1 EOS, 2 unknown): "a" → [100]."""

    keeps_newlines = True

    def __init__(self, extra_ids: int = 0) -> None:
        self.size = 256 + _BYTE_OFFSET + extra_ids

    def encode(self, text: str) -> list[int]:
        return [byte + _BYTE_OFFSET for byte in text.encode()]

    def decode(self, ids: list[int]) -> str:
        last = 256 + _BYTE_OFFSET
        kept = bytes(i - _BYTE_OFFSET for i in _until_eos(ids) if _BYTE_OFFSET <= i < last)
        return kept.decode(errors="ignore")


class SentencePieceVocabulary:
    """A SentencePiece model with sentinels `<extra_id_99>` … `<extra_id_0>` after its pieces."""

    def __init__(self, model: bytes, extra_ids: int) -> None:
        proto = sentencepiece_model_pb2.ModelProto.FromString(model)
        for number in reversed(range(extra_ids)):
            proto.pieces.add(
                piece=f"▁<extra_id_{number}>",
                score=0.0,
                type=sentencepiece_model_pb2.ModelProto.SentencePiece.USER_DEFINED,
            )
        self._processor = sentencepiece.SentencePieceProcessor()
        self._processor.LoadFromSerializedProto(proto.SerializeToString())
        self.size = int(self._processor.GetPieceSize())
        self.keeps_newlines = "\n" in self.decode(self.encode("a\nb"))

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self._processor.EncodeAsIds(text)
        return ids

    def decode(self, ids: list[int]) -> str:
        known = [i if i < self.size else UNK_ID for i in _until_eos(ids)]
        return str(self._processor.DecodeIds(known))


def count_losses(
    vocabulary: Vocabulary, texts: Iterable[str], ids: Iterable[Sequence[int]]
) -> dict[str, int]:
    """Return what encoding loses of texts whose ids are `ids`.

    `tokens` and the `unknown_tokens` among them, `newlines` and the `lost_newlines` among them:
    "{\n}" in T5's vocabulary → 4, 2, 1, 1. A loss is never part of what a model can learn.
    """
    sequences = list(ids)
    newlines = sum(text.count("\n") for text in texts)
    return {
        "tokens": sum(map(len, sequences)),
        "unknown_tokens": sum(sequence.count(UNK_ID) for sequence in sequences),
        "newlines": newlines,
        "lost_newlines": 0 if vocabulary.keeps_newlines else newlines,
    }


def load_vocabulary(info: VocabularyInfo, path: str | None) -> Vocabulary:
    """Load the vocabulary that `info` describes; `path` is its model file, if it has one.

    Raises:
      ConfigurationError: the file is not a SentencePiece model.
    """
    if info.kind == "bytes":
        return ByteVocabulary(info.extra_ids)
    if path is None:
        raise ConfigurationError("vocabulary: a SentencePiece vocabulary needs a model file")
    try:
        return SentencePieceVocabulary(filesystem.read_bytes(path), info.extra_ids)
    except (DecodeError, RuntimeError) as error:
        raise ConfigurationError(f"{path}: not a SentencePiece model") from error
