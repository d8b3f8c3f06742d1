"""A question to affirm or deny: `answer`, optional `context` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="yes_no_qa_ii",
    targets=("question",),
    context="context",
    optional=frozenset({"context"}),
    templates=(
        Template(
            "Ask me something that I would have to answer with: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            'The reply was "{answer}" and nothing more. What was the question?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            'Make up a question about the world. To be truthful, one has to say "{answer}" to it.',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Short answer: {answer}\nQuestion it settles:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "The word: {answer}",
            "{question}",
            instruction="Ask a question that a single word settles, and let this be the word.",
            inversion="answer → question",
        ),
        Template(
            "Witness: {answer}\nLawyer:",
            "{question}",
            instruction=(
                "In court, nothing was heard but the reply. Write what the lawyer had asked."
            ),
            inversion="answer → question",
        ),
        Template(
            "Drawn: {answer}",
            "{question}",
            instruction=(
                "A quick-fire quiz in which the reply is drawn by lot before the question is "
                "written. Write the question."
            ),
            inversion="answer → question",
        ),
        Template(
            "Whoever knows replies: {answer}",
            "{question}",
            instruction="Find something that people might doubt and ask about it.",
            inversion="answer → question",
        ),
        Template(
            "{context}\n\nPose a question that a reader of this must answer with: {answer}",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            'According to the text below, the answer is "{answer}". But to what?\n\n{context}',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Background: {context}\nReply: {answer}\nWhat was asked:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "I want to check if a friend has understood this:\n\n"
                "{context}\n\nGive me a question to put to them. If they did, they will say: "
                "{answer}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Text: {context}\nAnswer: {answer}",
            "{question}",
            instruction="Write a question that the text answers in just this way.",
            inversion="context, answer → question",
        ),
        Template(
            "Source: {context}\nRuling: {answer}",
            "{question}",
            instruction=(
                "Fact-checkers look at a source and rule in a word. From the source and the "
                "ruling, work out what they were asked."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "Extract:\n{context}\n\nSingle word: {answer}\nQuestion:",
            "{question}",
            instruction=(
                "Reading sheet: the question must be one that a single word answers, with the "
                "extract as proof."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "They read: {context}\n\nThey replied: {answer}",
            "{question}",
            instruction=(
                "Somebody read a passage, was asked about it and replied. Say what they were asked."
            ),
            inversion="context, answer → question",
        ),
    ),
)
