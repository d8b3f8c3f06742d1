"""Names of class labels, as the Hugging Face libraries write them into the schema of a file."""

from collections.abc import Mapping
from typing import Any

import orjson

_FEATURES = b"huggingface"


def label_names_in(path: str, form: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the labels of each column of a Parquet or Arrow file that has any.

    Raises:
      UnreadableFileError: the file is damaged.
    """
    # Arrow, for the files that need it; readers import this module for every recipe.
    from transforms.sources.files.arrow import arrow_metadata
    from transforms.sources.files.parquet import schema_metadata

    metadata = arrow_metadata(path) if form == "arrow" else schema_metadata(path)
    stated = metadata.get(_FEATURES)
    if not stated:
        return {}
    features = _mapping(_mapping(orjson.loads(stated), "info"), "features")
    by_column = {name: class_names(feature) for name, feature in features.items()}
    return {name: tuple(names) for name, names in by_column.items() if names}


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def class_names(feature: Any) -> list[str]:
    """Return the names of a ClassLabel, or of a list of them."""
    if not isinstance(feature, Mapping):
        return []
    names = feature.get("names")
    if feature.get("_type") == "ClassLabel" and isinstance(names, list):
        return [str(name) for name in names]
    return class_names(feature.get("feature"))
