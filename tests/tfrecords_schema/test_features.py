"""The schema is complete, and its seqio form is seqio's."""

import pytest

from tfrecords_schema.features import FEATURES, Feature, seqio_features, tfds_features


def test_names_are_unique() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)


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
