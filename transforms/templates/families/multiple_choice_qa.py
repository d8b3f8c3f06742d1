"""A question with answers to choose from: `question`, optional `context` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="multiple_choice_qa",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{question}", "{answer}"),
        Template("Asked: {question}\nAnswered:", "{answer}"),
        Template("Here is a quiz question for you: {question}", "{answer}"),
        Template("Please give the correct answer to this.\n\n{question}", "{answer}"),
        Template("Think it over, then reply with just the answer.\n{question}", "{answer}"),
        Template(
            "{question}",
            "{answer}",
            instruction="Answer the exam question in as few words as you can.",
        ),
        Template(
            "Stuck on: {question}",
            "{answer}",
            instruction="A student got stuck here. Supply the answer they were looking for.",
        ),
        Template(
            "Question: {question}\nYour answer:",
            "{answer}",
            instruction="Test paper. Write the answer only.",
        ),
        Template(
            "Problem: {question}", "{answer}", instruction="Give the right answer, brief and exact."
        ),
        Template("{context}\n\nWith that in mind: {question}", "{answer}"),
        Template(
            'Somebody who has read "{context}" is asked: {question}\nWhat should they reply?',
            "{answer}",
        ),
        Template(
            "Passage: {context}\nQuestion: {question}",
            "{answer}",
            instruction="Read the passage, then answer what is asked about it.",
        ),
        Template(
            "{context}\n\n{question}\nResponse:",
            "{answer}",
            instruction=(
                "Reading test. The text comes first, the question after it; respond briefly."
            ),
        ),
        Template("{question}\n\n{options}", "{answer}"),
        Template("{question}\nWhich one is correct?\n{options}", "{answer}"),
        Template(
            "Pick the best answer to the question.\n\nQuestion: {question}\n\n{options}", "{answer}"
        ),
        Template("Pub quiz, next round! {question}\n{options}\nOur team says:", "{answer}"),
        Template(
            (
                "Only one of the answers listed here is right.\n\n{options}\n\n"
                "Find it for this question: {question}"
            ),
            "{answer}",
        ),
        Template("Q. {question}\n{options}", "{answer}", instruction="Choose the right answer."),
        Template(
            "{question}\n\n{options}",
            "{answer}",
            instruction="Multiple-choice test: exactly one option is correct. Give that option.",
        ),
        Template(
            "Exam question: {question}\n\n{options}\n\nSolution:",
            "{answer}",
            instruction=(
                "I am revising for an exam and need the solutions. "
                "Go through the options and tell me which one holds."
            ),
        ),
        Template(
            "To be settled: {question}\n{options}",
            "{answer}",
            instruction="Rule out what cannot be true and answer with what remains.",
        ),
        Template(
            "{context}\n\nAfter that introduction, the question: {question}\n\n{options}",
            "{answer}",
        ),
        Template("Read this first.\n{context}\nNow decide: {question}\n{options}", "{answer}"),
        Template(
            "Question: {question}\n\n{options}\n\nYou may consult this text:\n{context}", "{answer}"
        ),
        Template(
            "Material: {context}\n\nQuestion: {question}\n\n{options}",
            "{answer}",
            instruction="Use the material to find the answer among the options.",
        ),
        Template(
            "Text:\n{context}\n\nAsked: {question}\n{options}\nAnswer:",
            "{answer}",
            instruction="Comprehension: one of the proposed answers agrees with the text. Which?",
        ),
    ),
)
