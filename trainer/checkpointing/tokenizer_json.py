"""Turn the tokenizer.json of a T5 into the SentencePiece model that it was made from.

transformers 5 writes tokenizer.json alone. Pieces, scores and the table of the normalizer are all
in it, so the model below gives the same ids as the original.
"""

import base64
import binascii
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sentencepiece import sentencepiece_model_pb2

from tfrecords_schema.vocabulary import EOS_ID, PAD_ID, UNK_ID
from trainer.errors import TrainerError
from trainer.models.safetensors_files import read_json

_SENTINEL = "<extra_id_"
_Piece = sentencepiece_model_pb2.ModelProto.SentencePiece
_SPECIAL = {PAD_ID: _Piece.CONTROL, EOS_ID: _Piece.CONTROL, UNK_ID: _Piece.UNKNOWN}


class _Unigram(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    type: str
    unk_id: int
    vocab: list[tuple[str, float]] = Field(min_length=UNK_ID + 1)


class _Tokenizer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    model: _Unigram
    normalizer: dict[str, Any]


def sentencepiece_of(path: Path) -> tuple[bytes, int]:
    """Return the SentencePiece model of a tokenizer.json, and its number of sentinels.

    Raises:
        TrainerError: the file is not the tokenizer of a T5.
    """
    try:
        tokenizer = _Tokenizer.model_validate(read_json(path))
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"]))
        raise TrainerError(
            f"{path}: {key}: {error.errors()[0]['msg']}: put the model's SentencePiece file "
            "(spiece.model) beside it"
        ) from error
    vocab = tokenizer.model.vocab
    if tokenizer.model.type != "Unigram" or tokenizer.model.unk_id != UNK_ID:
        raise TrainerError(
            f"{path}: model.type is {tokenizer.model.type!r} with unk_id {tokenizer.model.unk_id}, "
            f"not 'Unigram' with {UNK_ID}: give a T5 with the SentencePiece vocabulary of T5"
        )
    sentinels = 0
    while vocab[-1 - sentinels][0].startswith(_SENTINEL):
        sentinels += 1
    proto = sentencepiece_model_pb2.ModelProto()
    for number, (piece, score) in enumerate(vocab[: len(vocab) - sentinels]):
        proto.pieces.add(piece=piece, score=score, type=_SPECIAL.get(number, _Piece.NORMAL))
    proto.trainer_spec.model_type = sentencepiece_model_pb2.TrainerSpec.UNIGRAM
    proto.trainer_spec.vocab_size = len(proto.pieces)
    for name, number in (("pad", PAD_ID), ("eos", EOS_ID), ("unk", UNK_ID), ("bos", -1)):
        setattr(proto.trainer_spec, f"{name}_id", number)
        if number >= 0:
            setattr(proto.trainer_spec, f"{name}_piece", vocab[number][0])
    proto.normalizer_spec.precompiled_charsmap = _charsmap(tokenizer.normalizer, path)
    return proto.SerializeToString(), sentinels


def _charsmap(normalizer: dict[str, Any], path: Path) -> bytes:
    """Return the table of the normalizer: it stands alone or first in a sequence."""
    parts = normalizer.get("normalizers")
    first = parts[0] if isinstance(parts, list) and parts else normalizer
    encoded = first.get("precompiled_charsmap") if isinstance(first, dict) else None
    try:
        return base64.b64decode(encoded, validate=True)  # type: ignore[arg-type]
    except (TypeError, binascii.Error, ValueError) as error:
        raise TrainerError(
            f"{path}: normalizer has no precompiled_charsmap: put the model's SentencePiece file "
            "(spiece.model) beside it"
        ) from error
