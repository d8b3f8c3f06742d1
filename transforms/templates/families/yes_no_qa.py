"""A question to affirm or deny: `question`, optional `context` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="yes_no_qa",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{question}", "{answer}"),
        Template("Straight answer, please: {question}", "{answer}"),
        Template("Quick check before I embarrass myself: {question}", "{answer}"),
        Template("I have wondered about this for a while. {question}", "{answer}"),
        Template("Confirm or deny.\n{question}\nReply:", "{answer}"),
        Template("Question: {question}", "{answer}", instruction="Answer with a single word."),
        Template(
            "{question}",
            "{answer}",
            instruction="Settle the matter in one word, without an explanation.",
        ),
        Template(
            "Lawyer: {question}\nWitness:",
            "{answer}",
            instruction="You are on the witness stand. The lawyer wants short replies.",
        ),
        Template(
            "Asked: {question}",
            "{answer}",
            instruction="Go by what is generally known and commit yourself.",
        ),
        Template("{context}\n\nJudging by this: {question}", "{answer}"),
        Template(
            "My notes say the following.\n\n{context}\n\nCan you tell me from them: {question}",
            "{answer}",
        ),
        Template(
            "Text: {context}\nQuestion: {question}",
            "{answer}",
            instruction="Let the text decide. A one-word answer is all that is needed.",
        ),
        Template(
            "Extract:\n{context}\n\n{question}",
            "{answer}",
            instruction="Read the extract, then confirm or deny what is asked.",
        ),
        Template("{question}\n\n{options}", "{answer}"),
        Template("What do you say to this? {question}\n{options}", "{answer}"),
        Template("Take a position: {question}\n\n{options}\n\nPosition:", "{answer}"),
        Template(
            "{options}\n\nWhich of these is the right reply when someone asks: {question}",
            "{answer}",
        ),
        Template(
            (
                "Here is something that people get wrong quite often. {question}\n"
                "Choose the true answer.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Q: {question}\n\n{options}", "{answer}", instruction="Reply with one of the options."
        ),
        Template(
            "{question}\n{options}", "{answer}", instruction="Fact or fallacy? Pick your answer."
        ),
        Template(
            "Item: {question}\n\n{options}",
            "{answer}",
            instruction="Fill in the questionnaire. Tick a single box for the item.",
        ),
        Template(
            "To decide: {question}\n{options}\nA:",
            "{answer}",
            instruction="Consider what would have to be true, then choose.",
        ),
        Template("{context}\n\nKnowing this much, decide.\n{question}\n\n{options}", "{answer}"),
        Template(
            "Question: {question}\nAnswer from this passage only:\n{context}\n\n{options}",
            "{answer}",
        ),
        Template(
            (
                "Suppose you had just read this: {context}\n\n"
                "How would you answer? {question}\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Source: {context}\nQuestion: {question}\n\n{options}",
            "{answer}",
            instruction="Consult the source and select the answer it supports.",
        ),
        Template(
            "Record: {context}\n\nQuery: {question}\n{options}\nResult:",
            "{answer}",
            instruction=(
                "Somebody has to check these queries against the records. Today it is you."
            ),
        ),
    ),
)
