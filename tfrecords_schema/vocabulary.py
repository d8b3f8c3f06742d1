"""Vocabularies that give the ids of seqio's, without importing seqio (and so TensorFlow).

`ByteVocabulary` equals `seqio.ByteVocabulary`, `SentencePieceVocabulary` equals
`seqio.SentencePieceVocabulary`; tests compare them id by id. None of them appends EOS.
"""

import sys
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

import numpy as np
import sentencepiece
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from sentencepiece import sentencepiece_model_pb2

from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VocabularyInfo

if TYPE_CHECKING:
    from tfrecords_schema.word_encoder import WordEncoder

Ids = NDArray[np.int32]
PAD_ID, EOS_ID, UNK_ID = 0, 1, 2
_BYTE_OFFSET = 3
# Characters that sentencepiece encodes before the compiled encoder takes over. To load it from
# numba's cache costs a process as much as it then saves on 8 million, to compile it as on 100.
_UNTIL_LOADED, _UNTIL_COMPILED = 8_000_000, 100_000_000


class Vocabulary(Protocol):
    """Text to token ids and back."""

    @property
    def size(self) -> int:
        """Number of ids, the extra ones included."""

    @property
    def keeps_newlines(self) -> bool:
        """Return whether line ends survive encoding; T5's vocabulary makes them spaces."""

    def encode(self, text: str) -> Ids:
        """Return token ids without EOS: int32 [ids], an array of its own."""

    def encode_all(self, texts: Sequence[str]) -> list[Ids]:
        """Return the token ids of each text: faster than one by one where texts are short."""

    def decode(self, ids: Sequence[int] | Ids) -> str:
        """Return the text of the ids up to the first EOS."""


def _until_eos(ids: Sequence[int] | Ids) -> list[int]:
    ids = [int(i) for i in ids]
    return ids[: ids.index(EOS_ID)] if EOS_ID in ids else ids


class ByteVocabulary:
    """UTF-8 bytes shifted by three (0 pad, 1 EOS, 2 unknown): "a" → [100]."""

    keeps_newlines = True

    def __init__(self, extra_ids: int = 0) -> None:
        self.size = 256 + _BYTE_OFFSET + extra_ids

    def encode(self, text: str) -> Ids:
        """Return the bytes of the text, shifted."""
        return np.frombuffer(text.encode(), np.uint8).astype(np.int32) + np.int32(_BYTE_OFFSET)

    def encode_all(self, texts: Sequence[str]) -> list[Ids]:
        parts = [text.encode() for text in texts]
        ids = np.frombuffer(b"".join(parts), np.uint8).astype(np.int32) + np.int32(_BYTE_OFFSET)
        ends = accumulate(map(len, parts))
        return [ids[end - len(part) : end] for part, end in zip(parts, ends, strict=True)]

    def decode(self, ids: Sequence[int] | Ids) -> str:
        last = 256 + _BYTE_OFFSET
        kept = bytes(i - _BYTE_OFFSET for i in _until_eos(ids) if _BYTE_OFFSET <= i < last)
        return kept.decode(errors="ignore")


class SentencePieceVocabulary:
    """A SentencePiece model with sentinels `<extra_id_99>` … `<extra_id_0>` after its pieces.

    Ids are sentencepiece's, whoever finds them: a compiled encoder (word_encoder.py) takes over
    where there is enough to encode.

    Args:
      model: the serialized `ModelProto`.
      is_compiled: whether the compiled encoder works from the start, for tests and benchmarks.
    """

    def __init__(self, model: bytes, extra_ids: int, is_compiled: bool = False) -> None:
        proto = sentencepiece_model_pb2.ModelProto.FromString(model)
        for number in reversed(range(extra_ids)):
            proto.pieces.add(
                piece=f"▁<extra_id_{number}>",
                score=0.0,
                type=sentencepiece_model_pb2.ModelProto.SentencePiece.USER_DEFINED,
            )
        self._processor = sentencepiece.SentencePieceProcessor()
        self._model = proto.SerializeToString()
        self._processor.LoadFromSerializedProto(self._model)
        self._encoder: WordEncoder | None = None
        self._encoded, self._next_try = 0, 0 if is_compiled else _UNTIL_LOADED
        self.size = int(self._processor.GetPieceSize())
        self.keeps_newlines = "\n" in self.decode(self._processor.EncodeAsIds("a\nb"))

    def encode(self, text: str) -> Ids:
        """Return the ids that sentencepiece's `EncodeAsIds` returns.

        Raises:
          UnicodeEncodeError: a surrogate without its other half.
        """
        if self._encoder is not None:
            ids = self._encoder.encode(text)
            if ids is not None:
                return ids
        elif self._encoded >= self._next_try:
            self._take_over()
            return self.encode(text)
        else:
            self._encoded += len(text)
        return np.array(self._processor.EncodeAsIds(text), np.int32)

    def encode_all(self, texts: Sequence[str]) -> list[Ids]:
        """Return the ids of each text, as `encode` does."""
        if self._encoder is None:
            return [self.encode(text) for text in texts]
        return [
            np.array(self._processor.EncodeAsIds(text), np.int32) if ids is None else ids
            for text, ids in zip(texts, self._encoder.encode_all(texts), strict=True)
        ]

    def _take_over(self) -> None:
        """Make the compiled encoder if the model allows it; wait if that would take long."""
        # Numba is loaded here, and not where a snapshot is read or a build planned.
        from tfrecords_schema import compiled

        if not compiled.HAS_NUMBA:
            self._next_try = sys.maxsize
            return
        from tfrecords_schema import word_encoder, word_kernels

        if 0 < self._next_try < _UNTIL_COMPILED and not compiled.is_cached(word_kernels.encode_all):
            # Another process may compile it meanwhile (pipelines/building/compiling.py).
            self._next_try = min(self._next_try + _UNTIL_LOADED, _UNTIL_COMPILED)
            return
        proto = sentencepiece_model_pb2.ModelProto.FromString(self._model)
        self._encoder = word_encoder.make_word_encoder(proto, self._processor.EncodeAsIds)
        self._next_try = sys.maxsize

    def decode(self, ids: Sequence[int] | Ids) -> str:
        known = [i if i < self.size else UNK_ID for i in _until_eos(ids)]
        return str(self._processor.DecodeIds(known))


def count_unknown(texts: Sequence[Sequence[Ids]]) -> list[int]:
    """Return the number of unknown tokens of each text, which may be in several parts."""
    parts = [part for text in texts for part in text]
    places = np.flatnonzero(np.concatenate([np.zeros(0, np.int32), *parts]) == UNK_ID)
    if not len(places):
        return [0] * len(texts)
    ends = np.cumsum([sum(map(len, text)) for text in texts])
    text_of = np.searchsorted(ends, places, side="right")
    counts: list[int] = np.bincount(text_of, minlength=len(texts)).tolist()
    return counts


def count_losses(
    vocabulary: Vocabulary, texts: Iterable[str], ids: Iterable[Ids]
) -> dict[str, int]:
    """Return what encoding loses of texts whose ids are `ids`.

    `tokens` and the `unknown_tokens` among them, `newlines` and the `lost_newlines` among them:
    "{\n}" in T5's vocabulary → 4, 2, 1, 1. A loss is never part of what a model can learn.
    """
    sequences = list(ids)
    newlines = sum([text.count("\n") for text in texts])
    return {
        "tokens": sum(map(len, sequences)),
        "unknown_tokens": sum(count_unknown([sequences])),
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
