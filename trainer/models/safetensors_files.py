"""Read and write the files of a Hugging Face model: JSON, and tensors in one or more files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from trainer.errors import TrainerError

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
DTYPE_NAMES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        TrainerError: the file is not a JSON object.
    """
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        raise TrainerError(f"{path} is not JSON ({error}): fetch it again") from error
    if not isinstance(document, dict):
        raise TrainerError(f"{path} is not a JSON object: fetch it again")
    return document


def tensor_names(directory: Path) -> set[str]:
    """Return the names of all tensors in `directory`."""
    return {name for file in _files(directory) for name in _names(file)}


def stored_dtype(directory: Path) -> str:
    """Return the type of most tensors in the first file: float32, bfloat16 or float16."""
    with _opened(_files(directory)[0]) as file:
        slices = [file.get_slice(name).get_dtype() for name in file.keys()]  # noqa: SIM118
    return DTYPE_NAMES.get(max(set(slices), key=slices.count), "float32")


def read_tensors(directory: Path, only: set[str] | None = None) -> dict[str, NDArray[Any]]:
    """Read all tensors in `directory`, or those named in `only`.

    Raises:
        TrainerError: there are no tensors, or a file is missing or corrupt.
    """
    tensors: dict[str, NDArray[Any]] = {}
    for path in _files(directory):
        with _opened(path) as file:
            names = set(file.keys())
            for name in names if only is None else names & only:
                tensors[name] = file.get_tensor(name)
    return tensors


def write_tensors(
    directory: Path, tensors: Mapping[str, NDArray[Any]], max_file_bytes: int
) -> list[Path]:
    """Write tensors to one file, or to several with an index if one would be too large."""
    groups = _groups(tensors, max_file_bytes)
    metadata = {"format": "pt"}  # transformers requires it
    if len(groups) == 1:
        save_file(dict(tensors), directory / SINGLE, metadata)
        return [directory / SINGLE]
    places: dict[str, str] = {}
    for number, names in enumerate(groups, start=1):
        file = f"model-{number:05d}-of-{len(groups):05d}.safetensors"
        save_file({name: tensors[name] for name in names}, directory / file, metadata)
        places |= dict.fromkeys(names, file)
    total = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": places}
    (directory / INDEX).write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")
    return [directory / file for file in sorted(set(places.values()))]


def _groups(tensors: Mapping[str, NDArray[Any]], max_file_bytes: int) -> list[list[str]]:
    """Group the names in order, cut where a file would pass its size."""
    groups: list[list[str]] = [[]]
    size = 0
    for name in sorted(tensors):
        if groups[-1] and size + tensors[name].nbytes > max_file_bytes:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += tensors[name].nbytes
    return groups


def _files(directory: Path) -> list[Path]:
    """Return the paths of the weights, in transformers' order of preference."""
    if (directory / SINGLE).is_file():
        return [directory / SINGLE]
    if (directory / INDEX).is_file():
        places = read_json(directory / INDEX).get("weight_map", {})
        files = [directory / name for name in sorted(set(places.values()))]
        missing = [path.name for path in files if not path.is_file()]
        if missing or not files:
            raise TrainerError(
                f"{directory / INDEX} names {missing or 'no file'}: fetch the model again"
            )
        return files
    raise TrainerError(
        f"{directory} has no {SINGLE} and no {INDEX}: save the model with "
        "save_pretrained(..., safe_serialization=True)"
    )


def _names(path: Path) -> list[str]:
    with _opened(path) as file:
        return list(file.keys())


def _opened(path: Path) -> Any:
    try:
        return safe_open(path, framework="numpy")
    except SafetensorError as error:
        raise TrainerError(
            f"{path} is not a complete safetensors file ({error}): fetch it again"
        ) from error
