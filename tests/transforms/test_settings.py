"""Settings refuse what no stage could follow."""

import pytest
from pydantic import BaseModel, ValidationError

from transforms.settings import (
    CollectionMix,
    Decontaminate,
    FewShot,
    Limits,
    Mixture,
    Options,
    Output,
    VocabularySettings,
)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (CollectionMix, {"wait": 1}),
        (CollectionMix, {"weight": -1}),
        (CollectionMix, {"cap": 0}),
        (CollectionMix, {"template_types": {"zs_opts": 1}}),
        (CollectionMix, {"template_types": {"zs_opt": 0}}),
        (CollectionMix, {"template_types": {}}),
        (Mixture, {"examples": 0}),
        (Mixture, {"examples": "all"}),
        (Mixture, {"max_epochs": 0}),
        (Mixture, {"temperature": 0}),
        (FewShot, {"variants": [{"shots": 0}]}),
        (FewShot, {"variants": [{"shots": 2, "share": 0}]}),
        (FewShot, {"variants": []}),
        (FewShot, {"pool": 0}),
        (Options, {"random_share": 1.5}),
        (Decontaminate, {"ngram": 2}),
        (Limits, {"max_input_tokens": 0}),
        (Output, {"shard_bytes": 0}),
        (VocabularySettings, {"kind": "sentencepiece"}),
        (VocabularySettings, {"kind": "bytes", "path": "a.model"}),
    ],
)
def test_what_is_refused(model: type[BaseModel], values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(values)


@pytest.mark.parametrize(
    "values",
    [{"kind": "bytes"}, {"kind": "sentencepiece", "path": "a.model"}],
)
def test_vocabularies(values: dict[str, object]) -> None:
    assert VocabularySettings.model_validate(values).kind == values["kind"]


def test_a_collection_that_is_not_named_has_the_defaults() -> None:
    mixture = Mixture.model_validate({"collections": {"cot": {"weight": 0.5}}})
    assert mixture.of("cot").weight == 0.5
    assert mixture.of("flan") == CollectionMix()
    assert CollectionMix().template_types == {
        "zs_opt": 1,
        "zs_noopt": 1,
        "fs_opt": 1,
        "fs_noopt": 1,
    }


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Limits().max_input_tokens = 1
