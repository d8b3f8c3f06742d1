"""A question about a text that has a given short answer: `context`, `answer` → `question`.

Without a text there is no such template: "no" answers countless questions.
"""

from transforms.templates.families.yes_no_qa import LABELS
from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="yes_no_qa_ii",
    targets=("question",),
    context="context",
    labels=LABELS,
    templates=(
        Template(
            ("{context}\n\nAsk a question that a reader of this should answer with: {answer}"),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                'According to the text below, the answer is "{answer}". What is the '
                "question?\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            ("Background: {context}\nReply: {answer}\n\nWrite the question that got this reply."),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Text: {context}\nAnswer: {answer}",
            "{question}",
            instruction="Write a question to which the text gives this answer.",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Read the text and write a question about it. The answer to the question "
                "must be: {answer}\n\n{context}\n\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            '{context}\n\nWrite a question about this text whose answer is "{answer}".',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Answer: {answer}\nText: {context}\nQuestion:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Generate a question that can be answered from the passage with one word.\n\n"
                "Passage: {context}\nAnswer: {answer}\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "{context}\n\nA reader was asked a question about this and correctly said "
                '"{answer}". What was the question?'
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Please make up a question for me. The text below should answer it, and the "
                "answer should be: {answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "I want to ask my students a question about this text.\n\n{context}\n\nThe "
                "correct answer should be: {answer}\nWhat could I ask?"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            'passage: {context}\n\nwrite a question that gets "{answer}" as its answer',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Passage:\n{context}\n\nAnswer: {answer}",
            "{question}",
            instruction=(
                "You write test items. Write one question about the passage that has the "
                "given answer."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "{context}\n\nThe answer is: {answer}\nThe question is:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            'What question about the following text has the answer "{answer}"?\n\n{context}',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "{context}\n\nAnswer to a question about the text: {answer}\nState the question.",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Write a question about this Wikipedia text that has the answer given below."
                "\n\n{context}\n\nAnswer: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            (
                "{context}\n\nSomeone looked this up on Wikipedia to answer a question. The "
                "answer was: {answer}\nWhat was the question?"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            "Wikipedia: {context}\nAnswer: {answer}\nQuestion that the article answers:",
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            "{context}\n\nWrite a statement about this text that is {answer}.",
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            (
                "Write a statement that is {answer} according to the text "
                "below.\n\n{context}\n\nStatement:"
            ),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            "Text: {context}\nTrue or false: {answer}",
            "{question}",
            instruction="Write a statement about the text that is true or false, as stated.",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            (
                "{context}\n\nI need a statement about this text for a true-or-false test. "
                "The right answer should be: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            (
                "Generate a statement about the passage. Judged by the passage, it should "
                'be marked "{answer}".\n\nPassage: {context}'
            ),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            ('passage: {context}\n\nwrite a statement about it that should be marked "{answer}"'),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            (
                "Please make up a statement that a reader of this text would mark as "
                '"{answer}".\n\n{context}\n\nStatement:'
            ),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            ("{context}\n\nWrite a statement that is {answer} if this text is right."),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            "Text: {context}\nAnswer: {answer}\nStatement:",
            "{question}",
            instruction=(
                "You write true-or-false tests. Write one statement about the text that "
                "has the given answer."
            ),
            inversion="context, answer → question",
            form="true_false",
        ),
        Template(
            ("What statement about the following text would be {answer}?\n\n{context}"),
            "{question}",
            inversion="context, answer → question",
            form="true_false",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question about each text that has the given answer.",
                "Each text answers a question. Write the question.",
            ),
            layouts=(
                "Text: {context}\nAnswer: {answer}\nQuestion:",
                "{context}\nAnswer: {answer}\nQuestion:",
                "Passage: {context}\nReply: {answer}\nWhat was asked:",
                "Answer: {answer}\nPassage: {context}\nQuestion:",
            ),
            targets="{question}",
            inversion="context, answer → question",
        ),
        *shots(
            instructions=(
                "",
                "Write a statement about each text that is true or false, as stated.",
            ),
            layouts=(
                "Text: {context}\nA {answer} statement about it:",
                "{context}\nStatement that is {answer}:",
                ("Passage: {context}\nA statement about the passage that is {answer}:"),
            ),
            targets="{question}",
            form="true_false",
            inversion="context, answer → question",
        ),
    ),
)
