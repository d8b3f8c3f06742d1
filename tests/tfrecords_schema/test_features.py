"""The schema is complete, and its seqio form is seqio's."""

import pytest

from tfrecords_schema.features import (
    FEATURES,
    FEATURES_1,
    Feature,
    seqio_features,
    tfds_features,
)


def test_names_are_unique() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)


def test_the_features_of_format_version_1_never_change() -> None:
    """As the manifests of that version do not state them, and its snapshots have them."""
    assert [(feature.name, feature.kind, feature.repeated) for feature in FEATURES_1] == [
        ("id", "string", False),
        ("record_id", "string", False),
        ("inputs_pretokenized", "string", False),
        ("targets_pretokenized", "string", False),
        ("inputs", "int64", True),
        ("targets", "int64", True),
        ("options", "string", True),
        ("answer_index", "int64", False),
        ("template_id", "string", False),
        ("num_shots", "int64", False),
        ("inversion", "string", False),
        ("collection", "string", False),
        ("source", "string", False),
        ("split", "string", False),
        ("license", "string", False),
        ("_template_idx", "int64", False),
        ("_template_type", "string", False),
        ("_task_name", "string", False),
        ("_task_source", "string", False),
    ]
    assert FEATURES[: len(FEATURES_1)] == FEATURES_1


@pytest.mark.parametrize(
    ("feature", "info"),
    [
        (Feature("a", "string"), {"dtype": "string", "shape": []}),
        (Feature("a", "string", repeated=True), {"dtype": "string", "shape": [None]}),
        (Feature("a", "int64"), {"dtype": "int32", "shape": []}),
        (Feature("a", "int64", repeated=True), {"dtype": "int32", "shape": [None]}),
    ],
)
def test_seqio_info(feature: Feature, info: dict[str, object]) -> None:
    assert feature.seqio_info == info


def test_seqio_features_hold_what_a_seqio_task_needs() -> None:
    features = seqio_features()
    assert list(features) == [feature.name for feature in FEATURES]
    for name in ("inputs", "targets"):
        assert features[name] == {"dtype": "int32", "shape": [None]}
    for name in ("inputs_pretokenized", "targets_pretokenized"):
        assert features[name] == {"dtype": "string", "shape": []}


def test_tfds_reads_the_features_back() -> None:
    import tensorflow_datasets as tfds

    features = tfds.features.FeatureConnector.from_json(tfds_features())
    assert set(features) == {feature.name for feature in FEATURES}
    for feature in FEATURES:
        one = features[feature.name].feature if feature.repeated else features[feature.name]
        assert one.np_dtype == ("int32" if feature.kind == "int64" else object)
        assert isinstance(features[feature.name], tfds.features.Sequence) == feature.repeated
