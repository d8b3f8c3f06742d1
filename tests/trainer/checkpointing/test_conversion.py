"""Weights in and out: byte-equal tensors, both conventions, one file or several."""

import json
import shutil
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from trainer.checkpointing.checkpoints import find_checkpoint, read_card
from trainer.checkpointing.conversion import export_weights, import_weights
from trainer.errors import TrainerError
from trainer.models.safetensors_files import INDEX, SINGLE


@pytest.mark.parametrize("name", ["tied_v4", "tied_v5", "untied_v4"])
def test_exported_tensors_are_the_imported_bytes(
    t5_parity: Path, tmp_path: Path, name: str
) -> None:
    import_weights(str(t5_parity / name), str(tmp_path / "run"))
    export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
    ours, theirs = (load_file(d / SINGLE) for d in (tmp_path / "out", t5_parity / name))
    assert set(ours) == set(theirs)
    for tensor in theirs:
        assert ours[tensor].dtype == theirs[tensor].dtype
        assert ours[tensor].tobytes() == theirs[tensor].tobytes(), tensor
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    tied = name != "untied_v4"
    assert (config["tie_word_embeddings"], config["scale_decoder_outputs"]) == (tied, tied)
    held = json.loads((t5_parity / name / "config.json").read_text())
    assert {key: config[key] for key in held} == held


def test_several_files_in_and_out(t5_parity: Path, tmp_path: Path) -> None:
    import_weights(str(t5_parity / "untied_v4"), str(tmp_path / "a"))
    files = export_weights(str(tmp_path / "a"), str(tmp_path / "many"), max_file_bytes=200_000)
    assert len(files) > 2
    index = json.loads((tmp_path / "many" / INDEX).read_text())
    assert set(index["weight_map"].values()) == {file.name for file in files}
    import_weights(str(tmp_path / "many"), str(tmp_path / "b"))
    export_weights(str(tmp_path / "b"), str(tmp_path / "one"))
    ours, theirs = load_file(tmp_path / "one" / SINGLE), load_file(t5_parity / "untied_v4" / SINGLE)
    assert all(ours[name].tobytes() == theirs[name].tobytes() for name in theirs)
    files[0].unlink()
    with pytest.raises(TrainerError, match=r"names \['model-00001-of"):
        import_weights(str(tmp_path / "many"), str(tmp_path / "c"))


def test_bfloat16_copies_and_missing_shared_survive(t5_parity: Path, tmp_path: Path) -> None:
    """transformers 4 wrote the embedding under three names; some files leave `shared` out."""
    source = tmp_path / "hf"
    source.mkdir()
    shutil.copy(t5_parity / "tied_v4" / "config.json", source)
    tensors = {
        name: tensor.astype(ml_dtypes.bfloat16)
        for name, tensor in load_file(t5_parity / "tied_v4" / SINGLE).items()
    }
    embedding = tensors["shared.weight"]
    tensors["lm_head.weight"] = tensors["encoder.embed_tokens.weight"] = embedding.copy()
    save_file(tensors, source / SINGLE)
    import_weights(str(source), str(tmp_path / "run"))
    assert read_card(find_checkpoint(tmp_path / "run")).architecture["tied_head"]
    export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
    ours = load_file(tmp_path / "out" / SINGLE)
    assert set(ours) == set(tensors)
    for name, tensor in tensors.items():
        assert ours[name].dtype == tensor.dtype
        np.testing.assert_array_equal(ours[name].view(np.uint16), tensor.view(np.uint16))


def test_what_cannot_be_converted_is_named(t5_parity: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"config.json does not exist"):
        import_weights(str(tmp_path), str(tmp_path / "run"))
    with pytest.raises(TrainerError, match="has no checkpoint"):
        export_weights(str(tmp_path), str(tmp_path / "out"))
    import_weights(str(t5_parity / "tied_v4"), str(tmp_path / "run"))
    with pytest.raises(TrainerError, match="already has checkpoints"):
        import_weights(str(t5_parity / "tied_v4"), str(tmp_path / "run"))
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    shutil.copy(t5_parity / "tied_v4" / "config.json", damaged)
    (damaged / SINGLE).write_bytes(b"not tensors")
    with pytest.raises(TrainerError, match="not a complete safetensors file"):
        import_weights(str(damaged), str(tmp_path / "run2"))


def test_a_directory_holds_a_run_or_a_model(t5_parity: Path, tmp_path: Path) -> None:
    """A directory with both would be read as the model, whatever the run learns."""
    run, model = tmp_path / "run", str(t5_parity / "tied_v4")
    import_weights(model, str(run))
    with pytest.raises(TrainerError, match="run has the checkpoints of a run: choose a new"):
        export_weights(str(run), str(run))
    exported = tmp_path / "model"
    export_weights(str(run), str(exported))
    with pytest.raises(TrainerError, match="model has a Hugging Face model: choose a new"):
        import_weights(model, str(exported))
    assert sorted(path.name for path in run.iterdir() if path.name.startswith("config")) == []
