"""Every layout in which a T5 is saved: imported whole, exported byte by byte, or refused.

layouts.tar.xz holds tiny models that transformers 5.24 saved, with torch's logits
(make_layouts.py). Other layouts are made here from these tensors.
"""

import json
import os
import shutil
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from flax import nnx
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from trainer.checkpointing.checkpoints import ModelCard, save_weights
from trainer.checkpointing.conversion import export_weights, import_weights
from trainer.checkpointing.initial_state import resolve_model
from trainer.checkpointing.stored_weights import open_weights
from trainer.checkpointing.weights import load_hugging_face
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.evaluation.predictor import open_predictor
from trainer.models.model import abstract_network
from trainer.models.safetensors_files import INDEX, SINGLE
from trainer.models.t5.rows import EncoderDecoderRows
from trainer.train import train

ARCHIVE = Path(__file__).with_name("layouts.tar.xz")
SAVED = (
    *("tied", "untied", "bfloat16", "float16", "sharded"),
    *("mt5", "umt5", "umt5_tied", "resized_37", "resized_43", "madlad"),
)
OLD_TABLE = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"

Tensors = dict[str, NDArray[Any]]
Config = dict[str, Any]
Make = Callable[[Tensors, Config], None]


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("layouts")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(root, filter="data")
    return root


def _tensors(directory: Path) -> Tensors:
    """All tensors of a directory, however many files it has."""
    found: Tensors = {}
    for file in sorted(directory.glob("*.safetensors")):
        found |= load_file(file)
    return found


def _variant(layouts: Path, out: Path, change: Make, base: str = "untied") -> Path:
    """Copy a layout with other tensors or another config.json."""
    tensors = _tensors(layouts / base)
    config = json.loads((layouts / base / "config.json").read_text())
    change(tensors, config)
    out.mkdir(parents=True)
    save_file(tensors, out / SINGLE, {"format": "pt"})
    (out / "config.json").write_text(json.dumps(config))
    return out


def _assert_same_bytes(ours: Tensors, theirs: Tensors) -> None:
    assert set(ours) == set(theirs)
    for name, tensor in theirs.items():
        assert ours[name].dtype == tensor.dtype, name
        assert ours[name].tobytes() == tensor.tobytes(), name


def _copies(tensors: Tensors, config: Config) -> None:
    """Make what transformers 4 made of a tied pytorch_model.bin."""
    del config["scale_decoder_outputs"]
    for name in ("encoder.embed_tokens", "decoder.embed_tokens", "lm_head"):
        tensors[f"{name}.weight"] = tensors["shared.weight"].copy()


def _without_shared(tensors: Tensors, config: Config) -> None:
    tensors["encoder.embed_tokens.weight"] = tensors.pop("shared.weight")


def _head_alone(tensors: Tensors, config: Config) -> None:
    tensors["lm_head.weight"] = tensors.pop("shared.weight")


def _null_decoder_layers(tensors: Tensors, config: Config) -> None:
    """Legal in transformers: as many as the encoder has, here one less."""
    config["num_decoder_layers"] = None
    config["num_layers"] = 1
    for name in list(tensors):
        if name.startswith("encoder.block.1."):
            del tensors[name]


def _version_4(tensors: Tensors, config: Config) -> None:
    del config["scale_decoder_outputs"]
    config["tie_word_embeddings"] = False


def _mixed(tensors: Tensors, config: Config) -> None:
    for number, name in enumerate(sorted(tensors)):
        dtype = (np.float32, np.float16, ml_dtypes.bfloat16)[number % 3]
        tensors[name] = tensors[name].astype(dtype)


MADE: dict[str, tuple[str, Make]] = {
    "copies": ("tied", _copies),
    "without_shared": ("tied", _without_shared),
    "head_alone": ("tied", _head_alone),
    "null_decoder_layers": ("untied", _null_decoder_layers),
    "version_4": ("untied", _version_4),
    "three_types": ("untied", _mixed),
}


@pytest.mark.parametrize("name", [*SAVED, *MADE])
def test_a_layout_is_exported_as_it_was_imported(layouts: Path, tmp_path: Path, name: str) -> None:
    source = layouts / name
    if name in MADE:
        base, change = MADE[name]
        source = _variant(layouts, tmp_path / "source", change, base)
    theirs = _tensors(source)
    import_weights(str(source), str(tmp_path / "run"))
    export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
    _assert_same_bytes(_tensors(tmp_path / "out"), theirs)
    export_weights(str(source), str(tmp_path / "again"))  # without a checkpoint between
    _assert_same_bytes(_tensors(tmp_path / "again"), theirs)


def test_wo_in_float32_keeps_values_that_float16_has_not(layouts: Path, tmp_path: Path) -> None:
    name = "encoder.block.0.layer.1.DenseReluDense.wo.weight"
    import_weights(str(layouts / "float16"), str(tmp_path / "run"))
    export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
    assert _tensors(tmp_path / "out")[name][0, 0] == 70000.0


def test_several_files_of_different_types(layouts: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(layouts / "sharded", source)
    first = source / "model-00001-of-00006.safetensors"
    halved = {name: t.astype(ml_dtypes.bfloat16) for name, t in load_file(first).items()}
    save_file(halved, first, {"format": "pt"})
    import_weights(str(source), str(tmp_path / "run"))
    export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
    _assert_same_bytes(_tensors(tmp_path / "out"), _tensors(source))


def test_a_table_that_no_model_uses_is_left_out(layouts: Path, tmp_path: Path) -> None:
    def add(tensors: Tensors, config: Config) -> None:
        tensors[OLD_TABLE] = np.ones((32, 2), np.float32)

    export_weights(str(_variant(layouts, tmp_path / "old", add)), str(tmp_path / "out"))
    _assert_same_bytes(_tensors(tmp_path / "out"), _tensors(layouts / "untied"))


@pytest.mark.parametrize("name", ["tied", "untied", "mt5", "umt5", "umt5_tied", "resized_43"])
def test_logits_are_those_of_torch(layouts: Path, name: str) -> None:
    _check_logits(layouts / name, layouts / name / "logits.npy", 2e-5)


def test_a_umt5_that_was_trained_is_exported_as_one(layouts: Path, tmp_path: Path) -> None:
    """Nothing of the Hugging Face files is left in a trained run but the architecture."""
    model = open_weights(layouts / "umt5").model()
    params = nnx.state(model.build(nnx.Rngs(params=0)), nnx.Param)
    save_weights(tmp_path / "run", params, ModelCard(model.architecture))
    export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
    assert set(_tensors(tmp_path / "out")) == set(_tensors(layouts / "umt5"))
    assert json.loads((tmp_path / "out" / "config.json").read_text())["model_type"] == "umt5"
    assert open_weights(tmp_path / "out").model() == model


def test_logits_of_madlad_use_its_own_head(layouts: Path) -> None:
    _check_logits(layouts / "madlad", layouts / "untied" / "logits.npy", 2e-5)


def _check_logits(directory: Path, logits: Path, tolerance: float) -> None:
    """Compare logits; inputs and targets are those of make_layouts.py."""
    stored = open_weights(directory)
    model = stored.model()
    network: Any = abstract_network(model)
    load_hugging_face(network, model.hugging_face, directory)
    inputs = [[5, 9, 31, 7, 12, 3, 1], [28, 1]]
    targets = [[4, 17, 6, 1], [21, 22, 8, 1]]  # torch was given them shifted by one
    rows = [
        [(np.array(i, np.int32), np.array(t, np.int32))]
        for i, t in zip(inputs, targets, strict=True)
    ]
    batch = EncoderDecoderRows(7, 4).fill(rows, 2)
    arrays = {key: jnp.asarray(value) for key, value in batch.items()}
    found = nnx.jit(lambda network, arrays: network(arrays))(network, arrays)
    np.testing.assert_allclose(found, np.load(logits), rtol=0, atol=tolerance)


def _set(**changes: Any) -> Make:
    return lambda tensors, config: config.update(changes)


def _drop(key: str) -> Make:
    return lambda tensors, config: config.pop(key)


def _decoder_table(tensors: Tensors, config: Config) -> None:
    tensors["decoder.embed_tokens.weight"] = tensors["shared.weight"] + 1


def _no_head(tensors: Tensors, config: Config) -> None:
    _version_4(tensors, config)
    del tensors["lm_head.weight"]


def _int8(tensors: Tensors, config: Config) -> None:
    name = "encoder.block.0.layer.0.SelfAttention.q.weight"
    tensors[name] = tensors[name].astype(np.int8)


def _adapters(tensors: Tensors, config: Config) -> None:
    tensors["encoder.block.0.layer.0.SelfAttention.q.lora_A.weight"] = np.ones((2, 2), np.float32)


REFUSED: list[tuple[str, Make, str]] = [
    ("decoder_table", _decoder_table, r"decoder\.embed_tokens\.weight differs from shared\.weight"),
    ("no_head", _no_head, r"config\.json has tie_word_embeddings false.*no tensor lm_head"),
    ("int8", _int8, r"model\.safetensors: tensor encoder\.\S+q\.weight has type I8"),
    ("adapters", _adapters, r"lora_A"),
    ("eos", _set(eos_token_id=2), r"config\.json: eos_token_id is 2"),
    ("pad", _set(pad_token_id=3), r"config\.json: pad_token_id is 3"),
    ("start", _set(decoder_start_token_id=5), r"config\.json: decoder_start_token_id is 5"),
    ("no_d_kv", _drop("d_kv"), r"config\.json: d_kv is missing"),
    ("no_num_heads", _drop("num_heads"), r"config\.json: num_heads is missing"),
    ("no_vocab_size", _drop("vocab_size"), r"config\.json: vocab_size is missing"),
    ("text", _set(d_model="16"), r"config\.json: d_model is '16'"),
    ("zero", _set(num_heads=0), r"config\.json: num_heads is 0"),
    ("list", _set(num_layers=[2]), r"config\.json: num_layers is \[2\]"),
    ("relu", _set(feed_forward_proj="relu"), r"config\.json: feed_forward_proj is 'relu'"),
    ("longt5", _set(model_type="longt5"), r"config\.json: model_type is 'longt5'"),
    ("umt5", _set(model_type="umt5"), r"no tensor encoder\.block\.1\..*relative_attention_bias"),
    (
        "no_buckets",
        _drop("relative_attention_num_buckets"),
        r"relative_attention_num_buckets is missing",
    ),
    ("wrong_vocab", _set(vocab_size=41), r"shared\.weight in \S+ has shape \(40, 16\)"),
]


@pytest.mark.parametrize(
    ("change", "message"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_what_cannot_be_kept_is_refused_with_file_and_key(
    layouts: Path, tmp_path: Path, change: Make, message: str
) -> None:
    source = _variant(layouts, tmp_path / "source", change)
    with pytest.raises(TrainerError, match=message):
        import_weights(str(source), str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("config.json", b"[]", r"config\.json is not a JSON object"),
        ("config.json", b"\xff\xfe\x00", r"config\.json is not JSON"),
        ("config.json", b"[" * 100_000, r"config\.json is not JSON"),
        (SINGLE, b"version https://git-lfs.github.com/spec/v1\n", r"Git LFS pointer"),
        (SINGLE, b"", r"not a complete safetensors file"),
        (INDEX, b'{"weight_map": ["a"]}', r"index\.json: weight_map does not map"),
        (INDEX, b'{"weight_map": {"a": 7}}', r"index\.json: weight_map does not map"),
        (INDEX, b'{"weight_map": {"a": "../b"}}', r"index\.json: weight_map does not map"),
        (INDEX, b'{"weight_map": {"a": "b\\u0000"}}', r"index\.json: weight_map does not map"),
        (INDEX, json.dumps({"weight_map": {"a": "x" * 9999}}).encode(), r"weight_map does not"),
        (INDEX, b"{}", r"names no file"),
    ],
)
def test_damaged_files_are_named(
    layouts: Path, tmp_path: Path, file: str, content: bytes, message: str
) -> None:
    source = tmp_path / "source"
    shutil.copytree(layouts / "untied", source)
    if file == INDEX:
        (source / SINGLE).unlink()
    (source / file).write_bytes(content)
    with pytest.raises(TrainerError, match=message):
        import_weights(str(source), str(tmp_path / "run"))


def test_exported_files_have_the_permissions_of_the_umask(layouts: Path, tmp_path: Path) -> None:
    for umask, expected in ((0o022, 0o644), (0o027, 0o640)):
        before = os.umask(umask)
        try:
            export_weights(str(layouts / "sharded"), str(tmp_path / str(umask)), 6000)
        finally:
            os.umask(before)
        modes = {stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / str(umask)).iterdir()}
        assert modes == {expected}


DIMS = {
    "model_dim": 16,
    "head_dim": 4,
    "num_heads": 2,
    "mlp_dim": 24,
    "encoder_layers": 2,
    "decoder_layers": 1,
}


@pytest.mark.slow
def test_an_embedding_of_any_size_that_holds_the_vocabulary_is_trained(
    config: TrainConfig, layouts: Path, make_snapshot: Any, tmp_path: Path
) -> None:
    """The rows of a resized embedding are no multiple of 128."""

    def enlarge(tensors: Tensors, config: Config) -> None:
        config["vocab_size"] = 261  # two more than the bytes of the snapshot
        random = np.random.default_rng(0)
        for name in ("shared.weight", "lm_head.weight"):
            tensors[name] = random.normal(size=(261, 16)).astype(np.float32)

    weights = _variant(layouts, tmp_path / "weights", enlarge)
    changes = {"model": DIMS, "initial_weights": str(weights), "steps": 2, "devices": 1}
    changed = TrainConfig.model_validate(config.model_dump() | changes)
    run = tmp_path / "run"
    train(changed, make_snapshot(), str(run))
    export_weights(str(run), str(tmp_path / "out"))
    assert _tensors(tmp_path / "out")["shared.weight"].shape == (261, 16)


@pytest.mark.parametrize(("name", "rows"), [("resized_37", 37), ("untied", 40), ("resized_43", 43)])
def test_rows_of_the_embedding_are_those_of_the_weights(
    config: TrainConfig, layouts: Path, name: str, rows: int
) -> None:
    config = TrainConfig.model_validate(config.model_dump() | {"model": DIMS})
    start = open_weights(layouts / name)
    assert resolve_model(config, rows, start).vocabulary_size == rows
    with pytest.raises(TrainerError, match=f"embedding of {rows} ids, but .* has {rows + 1}"):
        resolve_model(config, rows + 1, start)


def test_a_hugging_face_model_is_evaluated_without_importing_it(
    config: TrainConfig, layouts: Path, flanbeam_data: Path, tmp_path: Path
) -> None:
    config = config.model_copy(update={"devices": 1})
    with pytest.raises(TrainerError, match=r"untied has no vocabulary: put .*spiece\.model"):
        open_predictor(config, str(layouts / "untied"))
    source = tmp_path / "source"
    shutil.copytree(layouts / "untied", source)
    model = flanbeam_data / "t5_vocab" / "seqio_test" / "sentencepiece.model"
    shutil.copy(model, source / "spiece.model")
    (source / "tokenizer_config.json").write_text('{"extra_ids": 7}')
    import_weights(str(source), str(tmp_path / "run"))
    direct, imported = (open_predictor(config, str(p)) for p in (source, tmp_path / "run"))
    ids = direct.vocabulary.encode("this is a test").tolist()
    assert ids == imported.vocabulary.encode("this is a test").tolist()
    # Imported or not, the same logits of the same question.
    assert direct.score([ids], [[ids[:2]]]) == imported.score([ids], [[ids[:2]]])
