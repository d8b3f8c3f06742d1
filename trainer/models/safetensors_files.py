"""Read and write the files of a Hugging Face model: JSON, and tensors in one or more files."""

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from trainer.errors import TrainerError

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
_LFS = b"version https://git-lfs"
_NAME_BYTES = 255
DTYPE_NAMES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        TrainerError: the file is not a JSON object.
    """
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise TrainerError(f"{path} is not JSON ({error}): fetch it again") from error
    if not isinstance(document, dict):
        raise TrainerError(f"{path} is not a JSON object: fetch it again")
    return document


def stored_dtypes(directory: Path) -> dict[str, str]:
    """Return the type of every tensor in `directory` by name: float32, bfloat16 or float16.

    Raises:
        TrainerError: a tensor has another type, or two files have a tensor of one name.
    """
    dtypes: dict[str, str] = {}
    for path in _files(directory):
        with _opened(path) as file:
            for name in file.keys():  # noqa: SIM118
                stored = file.get_slice(name).get_dtype()
                if stored not in DTYPE_NAMES:
                    raise TrainerError(
                        f"{path}: tensor {name} has type {stored}, not one of "
                        f"{', '.join(DTYPE_NAMES)}: save the model in float32, without quantization"
                    )
                if name in dtypes:
                    raise TrainerError(
                        f"{path}: tensor {name} is in another file of {directory} too: delete the "
                        "file that does not belong to the model"
                    )
                dtypes[name] = DTYPE_NAMES[stored]
    return dtypes


def most_frequent(dtypes: Mapping[str, str]) -> str:
    """Return the type of most tensors; float32 if there are none."""
    return Counter(dtypes.values()).most_common(1)[0][0] if dtypes else "float32"


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
                tensors[name] = _tensor(file, name, path)
    return tensors


def write_tensors(
    directory: Path, tensors: Mapping[str, NDArray[Any]], max_file_bytes: int
) -> list[Path]:
    """Write tensors to one file, or to several with an index if one would be too large."""
    groups = _groups(tensors, max_file_bytes)
    if len(groups) == 1:
        return [_write_file(directory / SINGLE, tensors)]
    places: dict[str, str] = {}
    for number, names in enumerate(groups, start=1):
        file = f"model-{number:05d}-of-{len(groups):05d}.safetensors"
        _write_file(directory / file, {name: tensors[name] for name in names})
        places |= dict.fromkeys(names, file)
    total = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": places}
    (directory / INDEX).write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")
    return [directory / file for file in sorted(set(places.values()))]


def _write_file(path: Path, tensors: Mapping[str, NDArray[Any]]) -> Path:
    save_file(dict(tensors), path, {"format": "pt"})  # transformers requires the format
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)  # safetensors makes files that only their owner can read
    return path


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
        if not isinstance(places, dict) or not all(map(_is_file_name, places.values())):
            raise TrainerError(
                f"{directory / INDEX}: weight_map does not map tensors to names of files: fetch it "
                "again"
            )
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


def _is_file_name(value: Any) -> bool:
    """Return whether a value names a file in the same directory."""
    if not isinstance(value, str) or len(value.encode(errors="replace")) > _NAME_BYTES:
        return False
    return value not in ("", ".", "..") and not any(sign in value for sign in "/\\\0")


def _tensor(file: Any, name: str, path: Path) -> NDArray[Any]:
    try:
        tensor: NDArray[Any] = file.get_tensor(name)
    except (SafetensorError, TypeError, ValueError) as error:
        raise TrainerError(
            f"{path}: tensor {name} cannot be read ({error}): fetch the file again"
        ) from error
    return tensor


def _opened(path: Path) -> Any:
    with path.open("rb") as stream:
        if stream.read(len(_LFS)) == _LFS:
            raise TrainerError(f"{path} is a Git LFS pointer, not the file: run git lfs pull")
    try:
        return safe_open(path, framework="numpy")
    except SafetensorError as error:
        raise TrainerError(
            f"{path} is not a complete safetensors file ({error}): fetch it again"
        ) from error
