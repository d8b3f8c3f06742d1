"""Input inversion, each forward family turned round in a module of its own."""

from transforms.templates.inversions import (
    acceptability,
    chain_of_thought,
    closed_book_qa,
    data_to_text,
    dialog_response,
    extractive_qa,
    fill_blank,
    math_word_problem,
    multiple_choice_qa,
    nli,
    paraphrase,
    program_repair,
    program_synthesis,
    question_generation,
    sentiment,
    summarization,
    topic,
    translation,
    yes_no_qa,
)
from transforms.templates.template import Family

# From the name of the forward family.
INVERSIONS: dict[str, Family] = {
    "chain_of_thought": chain_of_thought.FAMILY,
    "dialog_response": dialog_response.FAMILY,
    "program_synthesis": program_synthesis.FAMILY,
    "program_for_tests": program_synthesis.FAMILY,
    "sentiment": sentiment.FAMILY,
    "topic": topic.FAMILY,
    "nli": nli.FAMILY,
    "paraphrase": paraphrase.FAMILY,
    "acceptability": acceptability.FAMILY,
    "extractive_qa": extractive_qa.FAMILY,
    "multiple_choice_qa": multiple_choice_qa.FAMILY,
    "yes_no_qa": yes_no_qa.FAMILY,
    "closed_book_qa": closed_book_qa.FAMILY,
    "math_word_problem": math_word_problem.FAMILY,
    "summarization": summarization.FAMILY,
    "translation": translation.FAMILY,
    "data_to_text": data_to_text.FAMILY,
    "question_generation": question_generation.FAMILY,
    "program_repair": program_repair.FAMILY,
    "fill_blank": fill_blank.FAMILY,
}
