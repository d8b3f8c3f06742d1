"""An exam question for its answer: `answer`, optional `context` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="multiple_choice_qa_ii",
    targets=("question",),
    context="context",
    optional=frozenset({"context"}),
    templates=(
        Template(
            'Think of an exam question to which "{answer}" is the correct response.',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Correct answer: {answer}\nExam question:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                'In tomorrow\'s test one of the right answers is "{answer}". What do you '
                "suppose is asked?"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Please write a question for my quiz. The players who know their stuff should "
                "reply: {answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}",
            "{question}",
            instruction="Write an exam question for the answer.",
            inversion="answer → question",
        ),
        Template(
            "From the key: {answer}",
            "{question}",
            instruction=(
                "The key of an old test has turned up without its questions. Think up the "
                "question anew."
            ),
            inversion="answer → question",
        ),
        Template(
            "Reply that counts: {answer}\nQuestion:",
            "{question}",
            instruction=(
                "You are the examiner. One reply, and only one, may count as right; ask "
                "accordingly."
            ),
            inversion="answer → question",
        ),
        Template(
            "Contestant: {answer}\nHost:",
            "{question}",
            instruction=(
                "Round of reversals: the contestant's answer comes first, the host's question "
                "second."
            ),
            inversion="answer → question",
        ),
        Template(
            "{context}\n\nAsk something about this. The right reply should be: {answer}",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                'Test the reader of the passage below with a question that only "{answer}" gets '
                "right.\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Right answer: {answer}\nText to be examined on: {context}\nQuestion for the paper:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "My class has read the following.\n\n"
                '{context}\n\nWhat could I ask them so that "{answer}" is correct?'
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Passage: {context}\nCorrect answer: {answer}",
            "{question}",
            instruction=(
                "Write a comprehension question on the passage. Its correct answer is given."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "{context}\n\n(question missing)\nKey: {answer}",
            "{question}",
            instruction="A reading paper has a hole in it where the question stood. Mend it.",
            inversion="context, answer → question",
        ),
        Template(
            "Text: {context}\n\nA good reader says: {answer}\nQuestion:",
            "{question}",
            instruction=(
                "Set the question that a good reader of the text would meet with this answer."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "Set text: {context}\nExpected reply: {answer}\nTo ask:",
            "{question}",
            instruction=(
                "Teacher's notebook: text, expected reply, question. Add the last of the three."
            ),
            inversion="context, answer → question",
        ),
    ),
)
