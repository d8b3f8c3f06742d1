"""The question that a span of the text answers: `context`, `answer` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="extractive_qa_ii",
    targets=("question",),
    context="context",
    templates=(
        Template(
            (
                "{context}\n\nHere is something that can be lifted from this text: {answer}\n"
                "What does it answer?"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                'Someone underlined "{answer}" in the passage below. Which question did they '
                "have in mind?\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Search result: {answer}\nPage it came from: {context}\nSearch:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Please read the paragraph and word a question that these words from it settle: "
                "{answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            '{context}\n\nIf I am content with "{answer}", what am I asking?',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "I cut a phrase out of this document as the answer to a question and lost the "
                "question.\n\nDocument: {context}\nPhrase: {answer}\n\n"
                "Can you find it again?"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Set a reading question to which exactly this is the solution: {answer}\n"
                "Use only the text.\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Passage: {context}\nHighlighted: {answer}",
            "{question}",
            instruction="Ask what the highlighted words answer.",
            inversion="context, answer → question",
        ),
        Template(
            "Text:\n{context}\n\nSolution: {answer}\nQuestion:",
            "{question}",
            instruction=(
                "You prepare reading sheets. The text and the solution are there; write the "
                "question."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "Looked up in: {context}\n\nExtract: {answer}",
            "{question}",
            instruction=(
                "A reader looked something up and was satisfied with the extract. Say what they "
                "wanted to find out."
            ),
            inversion="context, answer → question",
        ),
        Template(
            "Source: {context}\nQuoted: {answer}\nQuery:",
            "{question}",
            instruction="A fact was quoted from a source to settle a query. Recover the query.",
            inversion="context, answer → question",
        ),
        Template(
            "Article:\n{context}\n\nAnswer: {answer}",
            "{question}",
            instruction=(
                "Do not give the answer away in your question, but leave no doubt that it is meant."
            ),
            inversion="context, answer → question",
        ),
        Template(
            'Candidate reads: {context}\nCandidate must say: "{answer}"\nExaminer asks:',
            "{question}",
            instruction=(
                "Oral exam, examiner's part. The candidate has the text and must end up saying "
                "the words in quotation marks."
            ),
            inversion="context, answer → question",
        ),
        Template(
            (
                "Column 1 (question): ?\nColumn 2 (answer): {answer}\n"
                "Column 3 (where it is found): {context}"
            ),
            "{question}",
            instruction="Fill in the first column of the sheet.",
            inversion="context, answer → question",
        ),
    ),
)
