"""Names of suites: what is misspelled is told the nearest, whichever list it is from."""

from pathlib import Path

import pytest

from tfrecords_schema.errors import ConfigurationError
from trainer.config import TrainConfig
from trainer.evaluation.evaluate import EvalRequest, load_questions


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("mmlu_cott", "mmlu_cot"), ("gsm8k_cott", "gsm8k_cot"), ("arc_chalenge", "arc_challenge")],
)
def test_an_unknown_suite_is_told_the_nearest(tmp_path: Path, name: str, nearest: str) -> None:
    request = EvalRequest(checkpoint="run", suites=(name,), out="", data=str(tmp_path))
    with pytest.raises(ConfigurationError, match=rf"'{name}' is unknown.*{nearest}\b"):
        load_questions(name, TrainConfig.model_construct(), request)
