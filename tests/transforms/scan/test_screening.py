"""Licenses and languages: what a recipe allows, and that nothing slips through."""

from dataclasses import replace

import pytest

from tests.transforms.stage_runs import MakeRecord
from transforms.scan.screening import license_allowed, screen
from transforms.settings import CorpusSettings, Licenses
from transforms.types import Task


@pytest.mark.parametrize(
    ("name", "allow", "deny", "allowed"),
    [
        ("MIT", [], [], True),
        ("Unknown", [], [], True),
        ("CC-BY-NC-4.0", [], ["NC"], False),
        ("cc by-nc 4.0", [], ["NC"], False),
        ("CC-BY-NC-4.0", [], ["by-nc"], False),
        ("CC-BY-4.0", [], ["NC"], True),
        ("CC-BY-NC-4.0", [], ["CC-NC"], True),
        ("NCSA", [], ["NC"], True),
        ("Unknown", [], ["unknown"], False),
        ("MIT, CC-BY-NC-4.0", [], ["NC"], False),
        ("MIT", ["MIT"], [], True),
        ("mit", ["MIT"], [], True),
        ("MIT-0", ["MIT"], [], False),
        ("MIT, Apache-2.0", ["MIT", "apache-2.0"], [], True),
        ("MIT, GPL-3.0", ["MIT", "Apache-2.0"], [], False),
        ("MIT", ["MIT"], ["MIT"], False),
        ("", ["MIT"], [], False),
    ],
)
def test_licenses(name: str, allow: list[str], deny: list[str], allowed: bool) -> None:
    assert license_allowed(name, allow, deny) is allowed


@pytest.mark.parametrize(
    ("of_task", "wanted", "reason"),
    [
        (("English",), [], None),
        (("English",), ["english"], None),
        (("English", "German"), ["English"], "language_denied"),
        (("English", "German"), ["German", "English"], None),
        ((), ["English"], None),
    ],
)
def test_languages(
    make_record: MakeRecord,
    of_task: tuple[str, ...],
    wanted: list[str],
    reason: str | None,
) -> None:
    task = Task(name="t", source="s", collection="c", family="nli", languages=of_task)
    assert screen(make_record(), task, CorpusSettings(languages=wanted)) == reason


def test_the_license_is_looked_at_first(make_record: MakeRecord) -> None:
    task = Task(name="t", source="s", collection="c", family="nli", languages=("German",))
    settings = CorpusSettings(licenses=Licenses(deny=["GPL"]), languages=["English"])
    record = replace(make_record(), license="GPL-3.0")
    assert screen(record, task, settings) == "license_denied"
    assert screen(make_record(), task, settings) == "language_denied"
