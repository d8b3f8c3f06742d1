"""The compiled encoder's ids are those that sentencepiece finds, whatever the text."""

import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st
from sentencepiece import sentencepiece_model_pb2

from tfrecords_schema import word_encoder, word_kernels
from tfrecords_schema.codec import decode_varints
from tfrecords_schema.vocabulary import SentencePieceVocabulary
from tfrecords_schema.word_encoder import WordEncoder, make_word_encoder

_PIECES = sentencepiece_model_pb2.ModelProto.SentencePiece
_ANY = st.characters(exclude_categories=["Cs"])
# Every character of Unicode that is white space, a control or format character, or U+2581.
_SPACES = "".join(
    c
    for c in map(chr, range(sys.maxunicode + 1))
    if c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp") or c in "▁\ufffd"
)
_MARKS = "".join(
    c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M"
)
# Of these, T5's vocabulary has runs whose segmentations have the same score.
_TIES = "-=.,(*#0129aeiou"
_TEXT = st.lists(
    st.one_of(
        st.text(_ANY, max_size=12),
        st.text(_SPACES, max_size=3),
        st.text(_TIES, max_size=20),
        st.tuples(st.sampled_from(_MARKS), st.text(_ANY, max_size=4), st.sampled_from(_MARKS)).map(
            "".join
        ),
        st.text("abcdefgh", min_size=15, max_size=60),
        st.sampled_from([" ", "\n", "\t", "<extra_id_0>", " <extra_id_99> ", "▁<extra_id_5>"]),
        st.sampled_from(["the", " question:", "Options:\n- yes\n- no", "http://a.b/c?d=e"]),
    ),
    max_size=40,
).map("".join)


@pytest.fixture(scope="module")
def model(t5_model: Path) -> Any:
    """Return T5's model with seqio's sentinels."""
    proto = sentencepiece_model_pb2.ModelProto.FromString(t5_model.read_bytes())
    for number in reversed(range(100)):
        proto.pieces.add(piece=f"▁<extra_id_{number}>", score=0.0, type=_PIECES.USER_DEFINED)
    return proto


@pytest.fixture(scope="module")
def judge(model: Any) -> Any:
    """Return sentencepiece's own processor of that model."""
    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(model.SerializeToString())
    return processor


@pytest.fixture(scope="module")
def encoder(model: Any, judge: Any) -> WordEncoder:
    """Return the compiled encoder; its table fills up from test to test."""
    made = make_word_encoder(model, judge.EncodeAsIds)
    assert made is not None, "T5's vocabulary is handled"
    return made


def _agree(encoder: WordEncoder, judge: Any, text: str) -> None:
    ids = encoder.encode(text)
    if ids is None:
        # No score falls by more than 24 a character, and none becomes more than 18.
        assert "▁" in text or 24 * 18 * len(text) > word_kernels._DEEPEST
        return
    assert ids.dtype == np.int32
    assert ids.tolist() == judge.EncodeAsIds(text)


@settings(max_examples=300)
@given(text=_TEXT)
def test_ids_of_any_text_agree(encoder: WordEncoder, judge: Any, text: str) -> None:
    _agree(encoder, judge, text)


@settings(max_examples=60)
@given(text=_TEXT, repetitions=st.integers(2, 300))
def test_ids_of_long_texts_agree(
    encoder: WordEncoder, judge: Any, text: str, repetitions: int
) -> None:
    # The score before a word grows: more and more words are close to a tie.
    _agree(encoder, judge, f"{text} " * repetitions)


@pytest.mark.parametrize(
    "around", ["{}", " {}", "{} ", "a{}b", "a {} b", "a {}b", "a{} b", "{0}{0}"]
)
def test_every_space_control_and_format_character_agrees(
    encoder: WordEncoder, judge: Any, around: str
) -> None:
    for character in _SPACES:
        _agree(encoder, judge, around.format(character))


@pytest.mark.parametrize("around", ["{}", "a {}", "a {}b", "e{}", "e{} b", "e\u0323{}"])
def test_every_combining_mark_at_the_edge_of_a_word_agrees(
    encoder: WordEncoder, judge: Any, around: str
) -> None:
    for character in _MARKS:
        _agree(encoder, judge, around.format(character))


def test_every_character_agrees(encoder: WordEncoder, judge: Any) -> None:
    everything = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]
    for start in range(0, 0x20000, 64):
        _agree(encoder, judge, " ".join(everything[start : start + 64]))
        _agree(encoder, judge, "".join(everything[start : start + 64]))


@pytest.mark.parametrize("size", [7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 100, 5000, 100_000])
@pytest.mark.parametrize("letter", ["a", "-", "é", "漢", "x1", "\x01", "ﷺ"])
def test_long_words_agree(encoder: WordEncoder, judge: Any, size: int, letter: str) -> None:
    word = (letter * size)[:size]
    _agree(encoder, judge, word)
    _agree(encoder, judge, f"so {word} it\n{word}{word} is")


def test_the_score_before_a_word_decides_a_tie(encoder: WordEncoder, judge: Any) -> None:
    # "-", "---", "---" in any order have the same sum, but for the rounding of 32-bit floats.
    texts = ["a " * n + "-------" for n in range(200)]
    ends = [tuple(judge.EncodeAsIds(text)[-3:]) for text in texts]
    assert len({*ends}) > 1, "otherwise this shows nothing"
    assert [tuple(encoder.encode(text)[-3:].tolist()) for text in texts] == ends  # type: ignore[index]


def test_a_full_table_gives_the_same_ids(
    monkeypatch: pytest.MonkeyPatch, model: Any, judge: Any
) -> None:
    monkeypatch.setattr(word_encoder, "_SLOTS", 8)
    small = make_word_encoder(model, judge.EncodeAsIds)
    assert small is not None
    for start in range(0, 3000, 10):
        text = " ".join(f"word{number % 97} {number}" for number in range(start, start + 10))
        _agree(small, judge, text)
        _agree(small, judge, text)


def test_sentinels_are_left_to_sentencepiece(encoder: WordEncoder) -> None:
    assert encoder.encode("a▁<extra_id_0>") is None
    assert encoder.encode("a <extra_id_0>") is not None


@settings(max_examples=100)
@given(texts=st.lists(_TEXT, max_size=20))
def test_several_texts_at_once_agree(encoder: WordEncoder, texts: list[str]) -> None:
    texts += ["", "a" * 23, "a" * 24, "- " * 3000, "a▁<extra_id_0>", "漢 " * 70_000, " "]
    found = encoder.encode_all(texts)
    assert len(found) == len(texts)
    for text, ids in zip(texts, found, strict=True):
        alone = encoder.encode(text)
        assert (ids is None) == (alone is None)
        assert ids is None or (ids.dtype == np.int32 and ids.tolist() == alone.tolist())


def test_a_vocabulary_gives_what_it_cannot_encode_itself_to_sentencepiece(
    model: Any, judge: Any
) -> None:
    vocabulary = SentencePieceVocabulary(model.SerializeToString(), 0, is_compiled=True)
    texts = ["a b", "a▁b", "", "漢 " * 70_000]
    assert [ids.tolist() for ids in vocabulary.encode_all(texts)] == [
        judge.EncodeAsIds(text) for text in texts
    ]
    assert vocabulary.encode_all([]) == []


def _changed(model: Any, **values: object) -> Any:
    proto = type(model).FromString(model.SerializeToString())
    for path, value in values.items():
        part, _, name = path.partition("__")
        setattr(getattr(proto, part), name, value)
    return proto


@pytest.mark.parametrize(
    "change",
    [
        {"normalizer_spec__add_dummy_prefix": False},
        {"normalizer_spec__remove_extra_whitespaces": False},
        {"normalizer_spec__escape_whitespaces": False},
        {"trainer_spec__treat_whitespace_as_suffix": True},
        {"trainer_spec__byte_fallback": True},
        {"trainer_spec__model_type": 2},
    ],
)
def test_another_kind_of_model_is_refused(model: Any, judge: Any, change: dict[str, Any]) -> None:
    assert make_word_encoder(_changed(model, **change), judge.EncodeAsIds) is None


@pytest.mark.parametrize(
    ("piece", "kind"),
    [("▁of▁the", 1), ("of the", 1), ("<mask>", 4), ("a▁", 1)],
)
def test_pieces_that_cross_a_space_are_refused(
    model: Any, judge: Any, piece: str, kind: int
) -> None:
    proto = _changed(model)
    proto.pieces.add(piece=piece, score=-1.0, type=kind)
    assert make_word_encoder(proto, judge.EncodeAsIds) is None


def test_ids_that_are_not_sentencepieces_are_refused(model: Any, judge: Any) -> None:
    """As if sentencepiece had changed how it adds scores up."""
    assert make_word_encoder(model, lambda text: [*judge.EncodeAsIds(text), 1]) is None


def test_the_vocabulary_takes_over_without_a_difference(
    monkeypatch: pytest.MonkeyPatch, t5_model: Path
) -> None:
    monkeypatch.setattr("tfrecords_schema.vocabulary._UNTIL_LOADED", 300)
    monkeypatch.setattr("tfrecords_schema.vocabulary._UNTIL_COMPILED", 300)
    vocabulary = SentencePieceVocabulary(t5_model.read_bytes(), 100)
    text = "Is the sky blue? ▁<extra_id_0>"
    ids = [vocabulary.encode(text).tolist() for _ in range(30)]
    assert vocabulary._encoder is not None
    assert all(each == ids[0] for each in ids)


@given(st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=20), min_size=1, max_size=3))
def test_varints_are_read_back(lists: list[list[int]]) -> None:
    numbers = np.array([number for some in lists for number in some], np.int32)
    packed, ends = word_kernels.pack_lists(numbers, np.array([len(some) for some in lists]))
    for some, start, end in zip(lists, [0, *ends], ends, strict=False):
        assert decode_varints(packed[start:end].tobytes()).tolist() == some


def test_a_vocabulary_alone_loads_no_numba(t5_model: Path) -> None:
    program = (
        "import sys; from tfrecords_schema.vocabulary import SentencePieceVocabulary as V; "
        f"V(open({str(t5_model)!r}, 'rb').read(), 100).encode('a b'); "
        "assert not [m for m in sys.modules if m.split('.')[0] == 'numba']"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
