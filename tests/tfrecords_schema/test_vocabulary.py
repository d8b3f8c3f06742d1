"""Token ids are seqio's, id by id."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.vocabulary import (
    EOS_ID,
    ByteVocabulary,
    SentencePieceVocabulary,
    count_losses,
    load_vocabulary,
)

EXTRA_IDS = 100
TEXTS = [
    "",
    " ",
    "a",
    "Hello, world!",
    "  leading and trailing  ",
    "tabs\tand\nnewlines\r\n",
    "{braces} [brackets] <tags>",
    "Zürich, naïve, ﬁne, ½, ①",
    "e\u0301 combining and \u200b zero width",
    "漢字かな交じり文 한국어 العربية עברית हिन्दी",
    "🙂👩‍👩‍👧 🏳️‍🌈",
    "\x00\x01\x7f control",
    "\U0010ffff\ufffd\ufeff",
    "x² + y² = z², 3.5 × 10⁻⁹",
    "a" * 500,
]
UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
IDS = st.lists(st.integers(0, 500), max_size=30)


@pytest.fixture(scope="module")
def seqio() -> Any:
    """Import seqio once."""
    import seqio

    return seqio


@pytest.fixture(scope="module")
def byte_pair(seqio: Any) -> tuple[ByteVocabulary, Any]:
    """Return our vocabulary and seqio's."""
    return ByteVocabulary(EXTRA_IDS), seqio.ByteVocabulary(extra_ids=EXTRA_IDS)


@pytest.fixture(scope="module")
def piece_pair(seqio: Any, t5_model: Path) -> Iterator[tuple[SentencePieceVocabulary, Any]]:
    """Yield our vocabulary and seqio's, of T5's model."""
    ours = SentencePieceVocabulary(t5_model.read_bytes(), EXTRA_IDS)
    return ours, seqio.SentencePieceVocabulary(str(t5_model), extra_ids=EXTRA_IDS)


@pytest.mark.parametrize("pair", ["byte_pair", "piece_pair"])
def test_sizes_agree(request: pytest.FixtureRequest, pair: str) -> None:
    ours, theirs = request.getfixturevalue(pair)
    assert ours.size == theirs.vocab_size


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pair", ["byte_pair", "piece_pair"])
def test_ids_agree(request: pytest.FixtureRequest, pair: str, text: str) -> None:
    ours, theirs = request.getfixturevalue(pair)
    ids = ours.encode(text).tolist()
    assert ids == list(theirs.encode(text))
    assert EOS_ID not in ids
    assert ours.decode(ids) == theirs.decode(ids)


@given(text=UNICODE)
def test_ids_of_bytes_agree(byte_pair: tuple[ByteVocabulary, Any], text: str) -> None:
    ours, theirs = byte_pair
    assert ours.encode(text).tolist() == list(theirs.encode(text))
    assert ours.decode(ours.encode(text)) == text


@given(text=UNICODE)
def test_ids_of_pieces_agree(piece_pair: tuple[SentencePieceVocabulary, Any], text: str) -> None:
    ours, theirs = piece_pair
    assert ours.encode(text).tolist() == list(theirs.encode(text))


@given(ids=IDS)
def test_decoding_of_bytes_agrees(byte_pair: tuple[ByteVocabulary, Any], ids: list[int]) -> None:
    ours, theirs = byte_pair
    assert ours.decode(ids) == theirs.decode(ids)


@given(ids=st.lists(st.integers(0, 31_999), max_size=20))
def test_decoding_of_pieces_agrees(
    piece_pair: tuple[SentencePieceVocabulary, Any], ids: list[int]
) -> None:
    ours, theirs = piece_pair
    assert ours.decode(ids) == theirs.decode(ids)


@pytest.mark.parametrize(("extra_ids", "size"), [(0, 259), (100, 359)])
def test_the_byte_vocabulary_is_loaded(extra_ids: int, size: int) -> None:
    info = VocabularyInfo(kind="bytes", size=0, extra_ids=extra_ids)
    vocabulary = load_vocabulary(info, None)
    assert vocabulary.size == size
    assert vocabulary.encode("a").tolist() == [100]


def test_a_sentencepiece_vocabulary_needs_a_model() -> None:
    info = VocabularyInfo(kind="sentencepiece", size=0, extra_ids=0)
    with pytest.raises(ConfigurationError, match="needs a model file"):
        load_vocabulary(info, None)


@pytest.mark.parametrize("data", [b"", b"garbage", b"\x00\x01"])
def test_what_is_no_model_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "some.model"
    path.write_bytes(data)
    info = VocabularyInfo(kind="sentencepiece", size=0, extra_ids=0)
    with pytest.raises(ConfigurationError, match=f"{path}: not a SentencePiece model"):
        load_vocabulary(info, str(path))


def test_the_t5_model_is_loaded(t5_model: Path) -> None:
    info = VocabularyInfo(kind="sentencepiece", size=0, extra_ids=EXTRA_IDS)
    assert load_vocabulary(info, str(t5_model)).size == 32_100


@pytest.mark.parametrize("text", ["I like <extra_id_0> and", "fill <extra_id_99>"])
def test_sentinels_in_a_text_are_encoded_as_seqio_does(t5_model: Path, text: str) -> None:
    import seqio

    ours = SentencePieceVocabulary(t5_model.read_bytes(), EXTRA_IDS)
    theirs = seqio.SentencePieceVocabulary(str(t5_model), extra_ids=EXTRA_IDS)
    assert ours.encode(text).tolist() == list(theirs.encode(text))


@pytest.mark.parametrize("ids", [[32_099, 5, 6], [27, 32_000]])
def test_ids_of_sentinels_are_decoded_as_seqio_does(t5_model: Path, ids: list[int]) -> None:
    import seqio

    ours = SentencePieceVocabulary(t5_model.read_bytes(), EXTRA_IDS)
    theirs = seqio.SentencePieceVocabulary(str(t5_model), extra_ids=EXTRA_IDS)
    assert ours.decode(ids) == theirs.decode(ids)


def test_what_t5_cannot_express(t5_model: Path) -> None:
    vocabulary = SentencePieceVocabulary(t5_model.read_bytes(), 100)
    program = "def f():\n    return {1: 2}"
    # By transformers' T5Tokenizer: braces are <unk>, and a line end is a space.
    assert not vocabulary.keeps_newlines
    lost = count_losses(vocabulary, [program], [vocabulary.encode(program)])
    assert (lost["unknown_tokens"], lost["newlines"], lost["lost_newlines"]) == (2, 1, 1)
    assert count_losses(vocabulary, ["a b"], [vocabulary.encode("a b")])["unknown_tokens"] == 0


def test_bytes_lose_nothing() -> None:
    vocabulary = ByteVocabulary()
    text = "{\n}é"
    assert count_losses(vocabulary, [text], [vocabulary.encode(text)]) == {
        "tokens": 5,
        "unknown_tokens": 0,
        "newlines": 1,
        "lost_newlines": 0,
    }


def test_bytes_of_many_texts_are_those_of_each() -> None:
    vocabulary = ByteVocabulary()
    ids = vocabulary.encode_all(["a", "", "é1"])
    assert [one.tolist() for one in ids] == [[100], [], [0xC3 + 3, 0xA9 + 3, 52]]
    assert vocabulary.encode_all([]) == []
