"""Sentences in two languages, in the direction that the configuration's name says."""

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Constant
from transforms.sources.mapping import RowMapping

_LANGUAGES = {
    "cs": "Czech",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "ro": "Romanian",
    "ru": "Russian",
    "tr": "Turkish",
}
# TFDS shuffles what it writes, so the first rows are a sample; the largest set has 40 million.
_SAMPLE = "train[:200000]"


def _direction(
    name: str,
    builder: str,
    source: str,
    target: str,
    evaluation: str = "validation",
    license_name: str = "Unknown",
) -> TfdsTask:
    mapping = RowMapping(
        family="translation",
        fields={
            "text": source,
            "source_language": Constant(constant=_LANGUAGES[source]),
            "target_language": Constant(constant=_LANGUAGES[target]),
            "answer": target,
        },
    )
    return TfdsTask(
        name=name,
        builder=builder,
        mapping=mapping,
        train=_SAMPLE,
        evaluation=evaluation,
        license=license_name,
        languages=(source, target),
    )


TASKS = (
    _direction(
        "para_crawl_enes",
        "para_crawl/enes:1.2.0",
        "en",
        "es",
        evaluation="train[200000:202000]",
        license_name="CC0-1.0",
    ),
    _direction("wmt14_enfr", "wmt14_translate/fr-en:1.0.0", "en", "fr"),
    _direction("wmt16_translate_csen", "wmt16_translate/cs-en:1.0.0", "cs", "en"),
    _direction("wmt16_translate_deen", "wmt16_translate/de-en:1.0.0", "de", "en"),
    _direction("wmt16_translate_fien", "wmt16_translate/fi-en:1.0.0", "fi", "en"),
    _direction("wmt16_translate_roen", "wmt16_translate/ro-en:1.0.0", "ro", "en"),
    _direction("wmt16_translate_ruen", "wmt16_translate/ru-en:1.0.0", "ru", "en"),
    _direction("wmt16_translate_tren", "wmt16_translate/tr-en:1.0.0", "tr", "en"),
)
