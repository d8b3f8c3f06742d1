"""The lint finds each kind of mistake, and none in what ships."""

import pytest

from transforms.templates.catalog import CATALOG
from transforms.templates.lint import family_problems, lint, template_problems
from transforms.templates.template import Family, Template

FAMILY = Family(name="made_up", targets=("answer",), templates=())


def test_shipped_templates_are_clean() -> None:
    assert lint(CATALOG.values()) == []


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        (Template("{question", "{answer}"), "broken_placeholder"),
        (Template("{question!r}", "{answer}"), "broken_placeholder"),
        (Template("{qestion}", "{answer}"), "unknown_field"),
        (Template("{question} {answer}", "{answer}"), "answer_in_input"),
        (Template("{question} {rationale}", "{answer} {rationale}"), "answer_in_input"),
        (Template("{question}", "So."), "no_target_field"),
        (Template("{question}", "{answer}\n{options}"), "options_in_target"),
        (
            Template("{question} Choose from the options.", "{answer}"),
            "option_words_without_options",
        ),
        (Template(" {question}", "{answer}"), "white_space_at_end"),
        (Template("Why?  {question}", "{answer}"), "white_space_inside"),
        (Template("Q{question}", "{answer}"), "letter_at_placeholder"),
        (Template("{question}", "{answer}s"), "letter_at_placeholder"),
    ],
)
def test_each_mistake_is_found(template: Template, rule: str) -> None:
    assert rule in [found for found, _ in template_problems(template, FAMILY)]


def test_a_good_template_has_no_problem() -> None:
    good = Template("{question}\n\n{options}", "{answer}", instruction="Pick one of the options.")
    assert list(template_problems(good, FAMILY)) == []


def test_characters_that_the_vocabulary_lacks_are_named() -> None:
    found = template_problems(Template("~ {question}", "{answer}"), FAMILY, lambda c: c != "~")
    assert list(found) == [("not_in_vocabulary", "inputs: '~'")]


def test_families_are_checked_as_a_whole() -> None:
    one = Template("Answer this question for me, please: {question}", "{answer}")
    near = Template("Answer this question for me, please! {question}", "{answer}")
    family = Family(name="made_up", targets=("answer",), templates=(one, one, near))
    rules = [problem.rule for problem in family_problems(family)]
    assert rules.count("duplicate") == 1
    assert rules.count("near_duplicate") == 2
    assert "too_few_templates" in rules


def test_templates_of_domains_that_stand_apart_may_be_alike() -> None:
    one = Template("Answer this question for me, please: {question}", "{answer}")
    of_domain = Template("Answer this question for me, please! {question}", "{answer}", domain="a")
    for apart, count in ((frozenset[str](), 1), (frozenset(("a",)), 0)):
        family = Family(
            name="made_up", targets=("answer",), templates=(one, of_domain), apart=apart
        )
        rules = [problem.rule for problem in family_problems(family)]
        assert rules.count("near_duplicate") == count
