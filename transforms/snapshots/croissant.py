"""Croissant metadata, `croissant.json`: the data files with their digests, and their records.

The format is http://mlcommons.org/croissant/1.1. It cannot describe how to read TFRecord: record
sets, one per split, exist only if the recipe enables Parquet.
"""

from collections.abc import Iterator
from typing import Any

from tfrecords_schema.features import FEATURES, Feature
from tfrecords_schema.manifest import Manifest, ShardInfo
from tfrecords_schema.parquet import MESSAGES, column_name
from tfrecords_schema.snapshot import PARQUET
from transforms.snapshots.provenance import Provenance
from transforms.sources.licenses import spdx_url

_PARQUET_FORMAT = "application/x-parquet"
_TFRECORD_FORMAT = "application/x-tfrecord"
_TERMS = (
    "annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field "
    "fileObject fileProperty fileSet format includes isArray isLiveDataset jsonPath key md5 "
    "parentField path readLines recordSet references regex repeated replace samplingRate "
    "sdVersion separator source subField transform unArchive value"
)
# Appendix 1 of the specification, as in mlcroissant, and the terms of provenance.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}


def _file_object(path: str, size: int, sha256: str, encoding: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": encoding,
        "sha256": sha256,
    }


def _shard_files(shard: ShardInfo) -> Iterator[dict[str, Any]]:
    yield _file_object(shard.path, shard.bytes, shard.sha256, _TFRECORD_FORMAT)
    if file := shard.parquet:
        yield _file_object(file.path, file.bytes, file.sha256, _PARQUET_FORMAT)


def _file_set(name: str, split: str) -> dict[str, Any]:
    """Describe the Parquet files of a split, relative to `croissant.json`."""
    return {
        "@type": "cr:FileSet",
        "@id": f"{split}-files",
        "name": f"{split}-files",
        "encodingFormat": _PARQUET_FORMAT,
        "includes": f"{PARQUET}/{name}/{split}-*.parquet",
    }


def _source(split: str, column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": f"{split}-files"}, "extract": {"column": column}}


def _field(split: str, feature: Feature) -> dict[str, Any]:
    column = column_name(feature)
    return {
        "@type": "cr:Field",
        "@id": f"{split}/{column}",
        "name": column,
        "description": feature.description or column,
        "dataType": "sc:Text" if feature.kind == "string" else "cr:Int32",
        "source": _source(split, column),
        **({"isArray": True, "arrayShape": "-1"} if feature.repeated else {}),
    }


def _messages_field(split: str) -> dict[str, Any]:
    parts = [
        {
            "@type": "cr:Field",
            "@id": f"{split}/{MESSAGES}/{part}",
            "name": part,
            "dataType": kind,
            "source": {**_source(split, MESSAGES), "transform": {"jsonPath": part}},
        }
        for part, kind in (("role", "sc:Text"), ("content", "sc:Text"), ("weight", "cr:Int8"))
    ]
    return {
        "@type": "cr:Field",
        "@id": f"{split}/{MESSAGES}",
        "name": MESSAGES,
        "description": "prompt and answer as a conversation",
        "isArray": True,
        "arrayShape": "-1",
        "subField": parts,
    }


def _record_set(split: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "key": {"@id": f"{split}/id"},
        "field": [*(_field(split, feature) for feature in FEATURES), _messages_field(split)],
    }


def _sources(provenance: Provenance) -> list[dict[str, Any]]:
    return [
        {
            "@type": "prov:Entity",
            "@id": f"urn:sha256:{origin.source.fingerprint}",
            "prov:label": origin.source.name,
            "license": [spdx_url(name) or name for name in origin.licenses],
        }
        for origin in provenance.origins
    ]


def croissant(manifest: Manifest, provenance: Provenance) -> dict[str, Any]:
    """Return the content of `croissant.json`; all of it comes from the manifest."""
    readable = [
        name
        for name, split in manifest.splits.items()
        if all(shard.parquet for shard in split.shards)
    ]
    shards = [shard for split in manifest.splits.values() for shard in split.shards]
    files = [file for shard in shards for file in _shard_files(shard)]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": manifest.name,
        "version": manifest.version,
        "description": manifest.recipe.get("description") or manifest.name,
        "license": [spdx_url(name) or name for name in provenance.licenses],
        "prov:wasDerivedFrom": _sources(provenance),
        "distribution": [*files, *(_file_set(manifest.name, split) for split in readable)],
        "recordSet": [_record_set(split) for split in readable],
    }
