"""Encode texts with a SentencePiece Unigram model word by word, from a table of words seen before.

The ids are those of sentencepiece, which stays the judge: a model is handled if no piece and no
rule of normalization crosses a space, and if some texts are encoded alike when the encoder is made.
What differs between words and whole texts is the rounding of scores, see word_kernels.py.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sentencepiece import sentencepiece_model_pb2

from tfrecords_schema import word_kernels

Ids = NDArray[np.int32]
_Piece = sentencepiece_model_pb2.ModelProto.SentencePiece
_SPACE, _SPACES = "▁", b" \t\n\r\f\v"
# unigram::Model gives unknown characters the lowest score less this.
_UNKNOWN_PENALTY = 10.0
_PADDING = b" " * 24
# 16 MiB, room for most words of a work item.
_SLOTS = 1 << 18
# Ties, numbers, marks, scripts and spaces of all kinds.
_PROBES = (
    "",
    " ",
    "Hello, world! The  quick brown\tfox\n\njumps over 1,234,567.89 dogs.",
    "-------  --------- ======= ......... ,,,,,,, (((((((" * 3,
    "000000 1111111 2222222222 aaaaaaaaaaaaa ababababab " * 5,
    "ﬁne e\u0301\u0300 \u0301x ½ ﷺ ´a \u3000 a\u00a0b \u200bc\ufeff \x00\x01\x7f",
    "漢字かな交じり文 한국어 العربية हिन्दी 🙂👩‍👩‍👧 {x} ~ ^ \\ <extra_id_0>",
    "------- 0000 aaaa .,.,.,., " * 600,
    "a" * 300 + " " + "https://example.org/a/b?c=d&e=f#ghijklmnop" * 3,
)


class Tables(NamedTuple):
    """What the kernels know of a model, and the words seen so far.

    Attributes:
      classes: [256], SEPARATOR or PLAIN or neither; separators have codes up to 0x20.
      units, values: the rules of normalization: a Darts trie, and what its keys become.
      table: [slots, SLOT_WORDS]; slots a power of two.
      trie: [slots], the pieces as `fill_trie` writes them.
      scores: [pieces], as unigram::Model has them; never above 0.
      facts: the id of unknown characters, and the most bytes that a byte becomes.
    """

    classes: NDArray[np.uint8]
    units: NDArray[np.uint32]
    values: NDArray[np.uint8]
    table: NDArray[np.uint64]
    trie: NDArray[np.int64]
    scores: NDArray[np.float64]
    facts: NDArray[np.int64]


class WordEncoder:
    """Encodes texts from its tables; a call of the kernel holds the interpreter's lock."""

    def __init__(self, tables: Tables) -> None:
        # Numba takes a plain tuple three times as fast.
        self._tables = tuple(tables)

    def encode(self, text: str) -> Ids | None:
        """Return the ids of `text`, int32 [ids]; None where sentencepiece is to be asked.

        That is where a text holds "▁", which may be a sentinel's, or more than some 10,000 words.

        Raises:
          UnicodeEncodeError: a surrogate without its other half.
        """
        if not text.isascii() and _SPACE in text:
            return None
        data = text.encode()
        ids: Ids = word_kernels.encode(_words(data), len(data), self._tables)
        return None if len(ids) and ids[0] < 0 else ids

    def encode_all(self, texts: Sequence[str]) -> list[Ids | None]:
        """Return what `encode` does of each text; to call the kernel costs more than a text."""
        together = " ".join(texts)
        left_out = []
        if together.isascii():
            sizes = [len(text) for text in texts]
            data = together.encode()
        else:
            left_out = [k for k, text in enumerate(texts) if _SPACE in text]
            parts = [text.encode() for text in texts]
            for k in left_out:
                parts[k] = b""
            sizes = [len(part) for part in parts]
            data = b" ".join(parts)
        ids, last = word_kernels.encode_all(_words(data), np.array(sizes, np.int64), self._tables)
        refused = np.flatnonzero(last < 0)
        last[refused] = ~last[refused]
        found: list[Ids | None] = [ids[start:end] for start, end in pairwise([0, *last.tolist()])]
        for k in (*left_out, *refused):
            found[k] = None
        return found


def _words(data: bytes) -> NDArray[np.uint64]:
    """Return bytes as the kernels read them: as 64-bit words, spaces after them."""
    return np.frombuffer(data + _PADDING, "<u8", len(data) + len(_PADDING) >> 3)


def make_word_encoder(model: Any, plain: Callable[[str], list[int]]) -> WordEncoder | None:
    """Return an encoder for a `ModelProto`, None if its ids could differ from those of `plain`."""
    if not _is_handled(model):
        return None
    units, values = _rules(model.normalizer_spec.precompiled_charsmap)
    rules, growth = word_kernels.survey_rules(units, values)
    classes = _classes(rules, units, values)
    if classes is None:
        return None
    unknown = [i for i, piece in enumerate(model.pieces) if piece.type == _Piece.UNKNOWN]
    encoder = WordEncoder(
        Tables(
            classes=classes,
            units=units,
            values=values,
            table=_table(),
            trie=_trie(model),
            scores=_scores(model),
            facts=np.array([*unknown, growth]),
        )
    )
    for text in _PROBES:
        ids = encoder.encode(text)
        if ids is None or ids.tolist() != plain(text):
            return None
    return encoder


def _is_handled(model: Any) -> bool:
    """Return whether words of a model's texts are encoded one by one, but for ties."""
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    normal = [piece for piece in model.pieces if piece.type == _Piece.NORMAL]
    sentinels = [piece.piece for piece in model.pieces if piece.type == _Piece.USER_DEFINED]
    return (
        trainer.model_type == trainer.UNIGRAM
        and not trainer.byte_fallback
        and not trainer.treat_whitespace_as_suffix
        and normalizer.add_dummy_prefix
        and normalizer.remove_extra_whitespaces
        and normalizer.escape_whitespaces
        and len(model.pieces) <= word_kernels.MAX_PIECES
        and sum(piece.type == _Piece.UNKNOWN for piece in model.pieces) == 1
        and any(piece.piece == _SPACE for piece in normal)
        # Scores only fall, which bounds their rounding.
        and all(piece.score <= 0 for piece in normal)
        and not any(_SPACE in piece.piece[1:] or " " in piece.piece for piece in model.pieces)
        # Found in a text before it is normalized; a text with "▁" in it is left to sentencepiece.
        and all(piece.startswith(_SPACE) for piece in sentinels)
    )


def _rules(charsmap: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the Darts trie of a precompiled map of characters, and the texts that it names."""
    size = int.from_bytes(charsmap[:4], "little")
    units = np.frombuffer(charsmap[4 : 4 + size], "<u4")
    return units, np.frombuffer(charsmap[4 + size :] + b"\0", np.uint8)


def _classes(
    rules: NDArray[np.bool_], units: NDArray[np.uint32], values: NDArray[np.uint8]
) -> NDArray[np.uint8] | None:
    """Return the class of each byte; None if a rule of normalization crosses a space."""
    classes = np.zeros(256, np.uint8)
    if rules[ord(" ")].any():
        return None
    buffer = np.zeros(64, np.uint8)
    for byte in _SPACES:
        is_rule, is_part = rules[byte, :2]
        one = np.array([byte], np.uint8)
        becomes_space = (
            is_rule and word_kernels.normalize(one, 0, 1, classes, units, values, buffer) == 0
        )
        if byte == ord(" ") or (becomes_space and not is_part and _is_space(one, units, values)):
            classes[byte] = word_kernels.SEPARATOR
    for byte in range(ord(" ") + 1, 128):
        if not rules[byte, [0, 2]].any():
            classes[byte] = word_kernels.PLAIN
    return classes


def _table() -> NDArray[np.uint64]:
    """Return an empty table of words; each slot lies in one cache line."""
    line = 8 * word_kernels.SLOT_WORDS
    memory = np.zeros(_SLOTS * line + line, np.uint8)
    start = -memory.ctypes.data % line
    aligned = memory[start : start + _SLOTS * line].view(np.uint64)
    return aligned.reshape(_SLOTS, word_kernels.SLOT_WORDS)


def _is_space(one: NDArray[np.uint8], units: NDArray[np.uint32], values: NDArray[np.uint8]) -> bool:
    """Return whether a character parts "a" from "b", and is not merely left out."""
    buffer = np.zeros(64, np.uint8)
    text = np.concatenate([[np.uint8(ord("a"))], one, [np.uint8(ord("b"))]])
    none = np.zeros(256, np.uint8)
    size = word_kernels.normalize(text, 0, len(text), none, units, values, buffer)
    return buffer[:size].tobytes().decode() == "▁a▁b"


def _trie(model: Any) -> NDArray[np.int64]:
    kept = sorted(
        (piece.piece.encode(), number)
        for number, piece in enumerate(model.pieces)
        if piece.type in (_Piece.NORMAL, _Piece.USER_DEFINED)
    )
    texts, numbers = zip(*kept, strict=True)
    data = np.frombuffer(b"".join(texts), np.uint8)
    ends, ids = np.cumsum([len(text) for text in texts]), np.array(numbers, np.int64)
    slots = max(256, 1 << len(texts).bit_length())
    while True:
        trie = np.zeros(slots, np.int64)
        if word_kernels.fill_trie(trie, data, ends, ids):
            return trie
        slots *= 2


def _scores(model: Any) -> NDArray[np.float64]:
    """Return the scores by id, as unigram::Model adds them up."""
    normal = [piece.score for piece in model.pieces if piece.type == _Piece.NORMAL]
    least, most = np.float32(min(normal)), np.float32(max(normal))
    scores = np.array([piece.score for piece in model.pieces], np.float64)
    for number, piece in enumerate(model.pieces):
        if piece.type == _Piece.USER_DEFINED:
            size = np.float32(len(piece.piece.encode()))
            scores[number] = np.float64(size * most) - 0.1
        elif piece.type == _Piece.UNKNOWN:
            scores[number] = least - np.float32(_UNKNOWN_PENALTY)
    return scores
