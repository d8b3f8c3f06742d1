"""Vocabularies beside weights: from spiece.model, from tokenizer.json, checked against snapshots.

The expected ids are those of sentencepiece with T5's own file in $FLANBEAM_DATA/t5_vocab.
"""

import hashlib
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.vocabulary import SentencePieceVocabulary
from trainer.checkpointing.tokenizer_json import sentencepiece_of
from trainer.checkpointing.vocabulary import (
    StoredVocabulary,
    check_vocabulary,
    hugging_face_vocabulary,
    keep_vocabulary,
    run_vocabulary,
    write_tokenizer,
)
from trainer.errors import TrainerError
from trainer.models.t5.hugging_face import hugging_face_format
from trainer.models.t5.sizes import SIZES

NAMES = hugging_face_format(SIZES["tiny"])
TEXTS = [
    "Hello, world!  Two  spaces\tand a tab.\nA line",
    "Ünïcödé ﬁne ① ﷺ 東京 l'été — “quotes” …",
    "def f(x): { return [x ** 2] }",
    "",
    "   ",
    "<extra_id_0> and <extra_id_99>",
    "1234567890 $5.00 50% a_b-c e.g. i.e. Größe 𝔘𝔫𝔦",
]


@pytest.fixture
def t5_vocab(flanbeam_data: Path) -> Path:
    directory = flanbeam_data / "t5_vocab"
    if not directory.is_dir():
        pytest.skip(f"needs {directory}, which is not there")
    return directory


def _snapshot(info: VocabularyInfo, path: Path | None) -> Any:
    """Make what `check_vocabulary` reads of a snapshot."""
    return SimpleNamespace(
        manifest=SimpleNamespace(vocabulary=info),
        vocabulary_path=None if path is None else str(path),
        path="snapshot",
    )


def _t5_snapshot(t5_vocab: Path, extra_ids: int = 100) -> Any:
    file = t5_vocab / "spiece.model"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    info = VocabularyInfo(
        kind="sentencepiece",
        size=32000 + extra_ids,
        extra_ids=extra_ids,
        file="vocabulary.model",
        sha256=sha256,
    )
    return _snapshot(info, file)


def _version_5(tokenizer: dict[str, Any]) -> None:
    """Make what transformers 5.24 writes where 4 wrote a sequence of normalizers."""
    tokenizer["normalizer"] = tokenizer["normalizer"]["normalizers"][0]
    tokenizer["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [{"type": "WhitespaceSplit"}, tokenizer["pre_tokenizer"]],
    }


@pytest.mark.parametrize("version", [4, 5])
def test_tokenizer_json_alone_gives_the_ids_of_the_sentencepiece_file(
    t5_vocab: Path, tmp_path: Path, version: int
) -> None:
    tokenizer = json.loads((t5_vocab / "tokenizer.json").read_text())
    if version == 5:
        _version_5(tokenizer)
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer))
    found = hugging_face_vocabulary(tmp_path, NAMES)
    assert found is not None
    assert (found.info.size, found.info.extra_ids) == (32100, 100)
    ours = found.open()
    theirs = SentencePieceVocabulary((t5_vocab / "spiece.model").read_bytes(), 100)
    for text in [*TEXTS, (t5_vocab / "PROVENANCE.txt").read_text()]:
        ids = theirs.encode(text).tolist()
        assert ours.encode(text).tolist() == ids
        assert ours.decode(ids) == theirs.decode(ids)
    check_vocabulary(found, _t5_snapshot(t5_vocab), "weights")


def test_another_vocabulary_than_the_snapshots_is_refused(t5_vocab: Path, tmp_path: Path) -> None:
    tokenizer = json.loads((t5_vocab / "tokenizer.json").read_text())
    pieces = tokenizer["model"]["vocab"]
    pieces[500][0], pieces[501][0] = pieces[501][0], pieces[500][0]
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer))
    swapped = hugging_face_vocabulary(tmp_path, NAMES)
    with pytest.raises(TrainerError, match=r"W has another vocabulary .*tokenizer\.json"):
        check_vocabulary(swapped, _t5_snapshot(t5_vocab), "W")
    shutil.copy(t5_vocab / "spiece.model", tmp_path)
    whole = hugging_face_vocabulary(tmp_path, NAMES)
    check_vocabulary(whole, _t5_snapshot(t5_vocab), "W")
    with pytest.raises(TrainerError, match="32000 ids"):
        check_vocabulary(whole, _t5_snapshot(t5_vocab, extra_ids=0), "W")
    with pytest.raises(TrainerError, match="bytes, 259 ids"):
        check_vocabulary(
            whole, _snapshot(VocabularyInfo(kind="bytes", size=259, extra_ids=0), None), "W"
        )
    check_vocabulary(None, _t5_snapshot(t5_vocab), "W")  # weights without a tokenizer


def test_sentinels_are_as_many_as_the_tokenizer_says(t5_vocab: Path, tmp_path: Path) -> None:
    shutil.copy(t5_vocab / "seqio_test" / "sentencepiece.model", tmp_path / "spiece.model")
    for content, expected in ({}, 100), ({"extra_ids": 0}, 0), ({"extra_ids": 7}, 7):
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(content))
        found = hugging_face_vocabulary(tmp_path, NAMES)
        assert found is not None
        assert (found.info.extra_ids, found.open().size) == (expected, 26 + expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "model: Field required"),
        (
            {"model": {"type": "Unigram", "unk_id": 2, "vocab": 7}, "normalizer": {}},
            r"model\.vocab",
        ),
        (
            {"model": {"type": "BPE", "unk_id": 2, "vocab": [["a", 0.0]] * 4}, "normalizer": {}},
            r"model\.type is 'BPE'",
        ),
        (
            {
                "model": {"type": "Unigram", "unk_id": 2, "vocab": [["a", 0.0]] * 4},
                "normalizer": {},
            },
            "precompiled_charsmap",
        ),
    ],
)
def test_a_tokenizer_of_another_kind_is_refused(tmp_path: Path, content: Any, message: str) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    with pytest.raises(TrainerError, match=rf"tokenizer\.json: {message}|{message}"):
        sentencepiece_of(tmp_path / "tokenizer.json")


def test_a_run_keeps_its_vocabulary_and_notices_a_change(t5_vocab: Path, tmp_path: Path) -> None:
    found = hugging_face_vocabulary(t5_vocab, NAMES)
    assert found is not None
    keep_vocabulary(found, tmp_path, t5_vocab)
    described = found.info.model_dump()
    again = run_vocabulary(described, tmp_path)
    assert again is not None
    assert again.model == (t5_vocab / "spiece.model").read_bytes()
    write_tokenizer(again, tmp_path / "tokenizer", NAMES, tmp_path)
    for name in ("spiece.model", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (t5_vocab / name).read_bytes()
    file = tmp_path / "vocabulary.model"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(TrainerError, match=r"vocabulary\.model is not the file"):
        run_vocabulary(described, tmp_path)
    file.unlink()
    with pytest.raises(TrainerError, match=r"vocabulary\.model is missing"):
        run_vocabulary(described, tmp_path)
    with pytest.raises(TrainerError, match="no valid vocabulary"):
        run_vocabulary({"kind": "letters"}, tmp_path)
    assert run_vocabulary(None, tmp_path) is None


def test_a_run_from_random_weights_exports_a_tokenizer_too(tmp_path: Path) -> None:
    info = VocabularyInfo(kind="bytes", size=259, extra_ids=0)
    write_tokenizer(StoredVocabulary(info, None, "run"), tmp_path / "none", NAMES, tmp_path)
    config = json.loads((tmp_path / "tokenizer_config.json").read_text())
    assert (config["tokenizer_class"], config["extra_ids"]) == ("ByT5Tokenizer", 0)
    again = hugging_face_vocabulary(tmp_path, NAMES)
    assert again is not None
    assert again.info == info
    check_vocabulary(again, _snapshot(info, None), "W")


def test_byt5_has_its_bytes_and_sentinels(tmp_path: Path) -> None:
    """ByT5's ids are bytes plus 3; its 125 sentinels are in no text of a snapshot."""
    config = tmp_path / "tokenizer_config.json"
    config.write_text('{"tokenizer_class": "ByT5Tokenizer"}')
    found = hugging_face_vocabulary(tmp_path, NAMES)
    assert found is not None
    assert (found.info.size, found.open().encode("é").tolist()) == (384, [0xC3 + 3, 0xA9 + 3])
    check_vocabulary(
        found, _snapshot(VocabularyInfo(kind="bytes", size=259, extra_ids=0), None), "W"
    )
    config.write_text('{"tokenizer_class": "ByT5Tokenizer", "extra_ids": "x"}')
    with pytest.raises(TrainerError, match=r"tokenizer_config\.json: extra_ids is 'x'"):
        hugging_face_vocabulary(tmp_path, NAMES)


def test_what_is_not_a_sentencepiece_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "spiece.model").write_bytes(b"\xff" * 40)
    with pytest.raises(TrainerError, match=r"spiece\.model is not a SentencePiece model"):
        hugging_face_vocabulary(tmp_path, NAMES)
