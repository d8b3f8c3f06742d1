"""A question to affirm or deny: `question`, optional `context` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

LABELS = (
    LabelSet(labels=("yes", "no"), wordings={"yes_no": ("yes", "no")}),
    # What is true or false is a statement; the general templates call it a question.
    LabelSet(
        labels=("true", "false"),
        wordings={"true_false": ("true", "false")},
        strict=True,
    ),
    LabelSet(labels=("yes", "no", "maybe"), wordings={"yes_no": ("yes", "no", "maybe")}),
    LabelSet(labels=("yes", "no", "unknown"), wordings={"yes_no": ("yes", "no", "unknown")}),
    LabelSet(
        labels=("true", "false", "maybe"),
        wordings={"true_false": ("true", "false", "maybe")},
        strict=True,
    ),
    LabelSet(
        labels=("true", "false", "unknown"),
        wordings={"true_false": ("true", "false", "unknown")},
        strict=True,
    ),
)

FAMILY = Family(
    name="yes_no_qa",
    targets=("answer",),
    context="context",
    optional=frozenset({"context"}),
    labels=LABELS,
    roles={"context": "passage"},
    templates=(
        # The question alone.
        Template("{question}", "{answer}", form="yes_no"),
        Template("Straight answer, please: {question}", "{answer}", form="yes_no"),
        Template("Yes/no question: {question}\nAnswer:", "{answer}", form="yes_no"),
        Template("Q: {question}\nA:", "{answer}", form="yes_no"),
        Template("Answer the following yes/no question.\n\n{question}", "{answer}", form="yes_no"),
        Template("Question: {question}\n\nAnswer with a single word.", "{answer}", form="yes_no"),
        Template("{question}\nAnswer with {labels}.", "{answer}"),
        Template("{question}\n\nPlease reply with {labels} and nothing else.\nReply:", "{answer}"),
        Template("Answer {labels}: {question}", "{answer}"),
        Template(
            "Question: {question}\nAnswer:",
            "{answer}",
            instruction="Reply with {labels}, without an explanation.",
        ),
        Template(
            "I only need a short answer to this one: {labels}.\n\n{question}",
            "{answer}",
            form="yes_no",
        ),
        Template("{question}\nyour answer ({labels}):", "{answer}"),
        Template("Question: {question}\n\nOutput {labels}, and nothing else.", "{answer}"),
        Template(
            "Statement: {question}\n\nIs that {labels}?\nAnswer:",
            "{answer}",
            form="true_false",
        ),
        Template(
            "{question}\n\nSay whether the statement above is {labels}.",
            "{answer}",
            form="true_false",
        ),
        Template(
            "Statement: {question}\n\nDecide whether the statement is {labels}.",
            "{answer}",
            form="true_false",
        ),
        Template(
            "tell me if this statement is {labels}: {question}",
            "{answer}",
            form="true_false",
        ),
        Template(
            "Statement: {question}\nTrue or false?",
            "{answer}",
            form="true_false",
        ),
        Template(
            "{question}\n\nJudge the statement above. Answer with {labels}.",
            "{answer}",
            form="true_false",
        ),
        Template(
            "Statement: {question}",
            "{answer}",
            instruction="Judge the statement. Output {labels}, and nothing else.",
            form="true_false",
        ),
        Template(
            ("Please say whether this claim is {labels}.\n\nClaim: {question}\nAnswer:"),
            "{answer}",
            form="true_false",
        ),
        # The question and a text that answers it.
        Template("{context}\n\nJudging by this: {question}", "{answer}", form="yes_no"),
        Template(
            "Text: {context}\nQuestion: {question}\n\n"
            "Let the text decide. A one-word answer is all that is needed.",
            "{answer}",
            form="yes_no",
        ),
        Template("Passage: {context}\n\nQuestion: {question}\nAnswer:", "{answer}", form="yes_no"),
        Template(
            "{context}\n\n{question}\n\nAnswer this yes/no question using the information in "
            "the text.",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{context}\n\nNow answer this yes/no question about the text: {question}\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Passage: {context}\nQuestion: {question}\n\n"
            "Answer the question about the passage with {labels}.",
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nBased on the text above, answer the question with {labels}.\n"
                "Question: {question}\nAnswer:"
            ),
            "{answer}",
        ),
        Template("{question}\nAnswer {labels}, based on this text:\n\n{context}", "{answer}"),
        Template(
            ("Text: {context}\n\nQuestion: {question}\n\nGoing by the text, answer {labels}."),
            "{answer}",
        ),
        Template(
            (
                "use the text to answer, just {labels}\n\ntext: {context}\nquestion: "
                "{question}\nanswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "I have a question about this text: {question}\n\n{context}\n\nPlease answer "
                "with {labels}."
            ),
            "{answer}",
        ),
        Template("Context: {context}\nQuestion: {question}\nAnswer ({labels}):", "{answer}"),
        Template(
            "Text: {context}\nStatement: {question}\n\nGiven the text, is the statement {labels}?",
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "{context}\n\nAccording to this text, is the following statement {labels}? "
                "{question}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "{context}\n\nClaim: {question}\n\nGoing by the text, would you call the "
                "claim {labels}?"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            ("Text: {context}\nStatement: {question}\nTrue or false, according to the text?"),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Read the passage and decide whether the statement is "
                "{labels}.\n\nPassage: {context}\n\nStatement: {question}\nVerdict:"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Statement: {question}\n\nIs the statement {labels}, according to this "
                "text?\n\n{context}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            "{context}\n\nStatement: {question}\n\n"
            "Judge the statement by the text alone, with {labels}.",
            "{answer}",
            form="true_false",
        ),
        Template(
            ("statement: {question}\ntext: {context}\n\nsay if the statement is {labels}"),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Use the Wikipedia paragraph to answer the yes/no question.\n\n{context}\n\n"
                "{question}"
            ),
            "{answer}",
            form="yes_no",
            domain="wikipedia",
        ),
        Template(
            (
                "Question: {question}\n\nAnswer {labels}, based on this text from Wikipedia:"
                "\n{context}"
            ),
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            (
                "{context}\n\nUse this text from Wikipedia to answer the question with "
                "{labels}.\n{question}\nAnswer:"
            ),
            "{answer}",
            domain="wikipedia",
        ),
        # The question alone, with options.
        Template("{question}\n\n{options}", "{answer}"),
        Template("Q: {question}\n\n{options}\n\nReply with one of the options.", "{answer}"),
        Template(
            "Choose the correct answer.\n\nQuestion: {question}\n{options}\nAnswer:", "{answer}"
        ),
        Template(
            "{question}\n\nChoose the right answer from those below.\n{options}",
            "{answer}",
        ),
        Template(
            (
                "Answer the question by picking one of the options.\n\n{question}\n\n"
                "{options}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{options}\n\nPick one of the above as the answer to this question:\n{question}",
            "{answer}",
        ),
        Template(
            "Here is a yes/no question for you: {question}\n{options}\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template("{question}\n\n{options}\n\nChoose yes or no.", "{answer}", form="yes_no"),
        Template("{question}\n{options}\nMy answer:", "{answer}"),
        Template(
            ("{question}\n\nRespond with exactly one of the options.\n{options}\nResponse:"),
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}\n\nGive the option that answers the question correctly, "
            "and nothing else.",
            "{answer}",
        ),
        Template(
            ("This came up in a quiz: {question}\nChoose the correct answer.\n{options}"),
            "{answer}",
        ),
        Template("select the right answer\n\nquestion: {question}\n{options}\nanswer:", "{answer}"),
        Template(
            "{question}\n\n{options}\n\nIs the statement above true?", "{answer}", form="true_false"
        ),
        Template(
            "Statement: {question}\n{options}\nHow would you judge the statement?",
            "{answer}",
            form="true_false",
        ),
        Template(
            ("Judge the following statement.\n\nStatement: {question}\n{options}\nVerdict:"),
            "{answer}",
            form="true_false",
        ),
        Template(
            "Statement: {question}\n\n{options}\n\n"
            "Judge the statement. Reply with one of the options.",
            "{answer}",
            form="true_false",
        ),
        Template(
            ("{options}\n\nWhich of these is right for the statement below?\n\n{question}"),
            "{answer}",
            form="true_false",
        ),
        Template(
            "statement: {question}\n\npick one\n{options}",
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "{question}\n\nWould you call this statement true? Please pick an "
                "answer.\n\n{options}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            ("Statement: {question}\n\nTrue or false?\n{options}\nAnswer:"),
            "{answer}",
            form="true_false",
        ),
        # The question, a text that answers it, and options.
        Template(
            (
                "{context}\n\nAnswer the question about this text with one of the options.\n"
                "{question}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Question: {question}\nAnswer from this passage only:\n{context}\n\n{options}",
            "{answer}",
        ),
        Template(
            "Source: {context}\nQuestion: {question}\n\n{options}\n\n"
            "Select the answer that the source supports.",
            "{answer}",
        ),
        Template(
            (
                "Read the passage and choose the right answer to the question.\n\nPassage: "
                "{context}\nQuestion: {question}\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nUse the text above to answer the question.\nQuestion: "
                "{question}\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template("Text: {context}\n\n{question}\n\n{options}", "{answer}"),
        Template(
            "{context}\n\n{question}\n{options}\n\nAnswer this yes/no question about the text.",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{question}\n{options}\n\nPick the answer that agrees with this text:\n{context}",
            "{answer}",
        ),
        Template(
            (
                "Context: {context}\nQuestion: {question}\n\nPick the option that is "
                "correct.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{context}\n\n{question}\nPlease select the answer that the text "
                "supports.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Text: {context}\nStatement: {question}\n\n{options}\n\n"
            "Based on the text, is the statement true?",
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "{context}\n\nStatement: {question}\nGiven the text, how would you judge "
                "the statement?\n{options}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            "Text: {context}\n\nStatement: {question}\n\n{options}\nVerdict:",
            "{answer}",
            instruction="Read the text and choose the verdict on the statement.",
            form="true_false",
        ),
        Template(
            (
                "Going by the text, is the statement true?\n\nStatement: "
                "{question}\n{options}\n\nText: {context}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "{context}\n\nWhich of these is right for the statement below, according "
                "to the text?\n{options}\n\nStatement: {question}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Passage: {context}\nClaim: {question}\n\nPlease judge the claim by the "
                "passage.\n{options}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            ("text: {context}\nstatement: {question}\n\ntrue or not? pick one\n{options}"),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "{context}\n\nTrue or false? Judge this statement by the text above: "
                "{question}\n{options}\nAnswer:"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            "read this, then pick an answer\n\n{context}\n\n{question}\n{options}", "{answer}"
        ),
        Template(
            "Text:\n{context}\n\nQuestion: {question}\n{options}\nOutput:",
            "{answer}",
            instruction=(
                "You are given a text and a question about it. Output one of the options."
            ),
        ),
        Template(
            "{context}\n\nQuestion: {question}\n{options}\nBased on the text, the answer is:",
            "{answer}",
        ),
        Template(
            "Article: {context}\n\nQuestion: {question}\n{options}\n\n"
            "Choose the answer that the Wikipedia article supports.",
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            (
                "{context}\n\nThis is what Wikipedia says. Now pick the right answer.\n"
                "{question}\n{options}\nAnswer:"
            ),
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            "Wikipedia: {context}\nQuestion: {question}\n{options}\nRight answer:",
            "{answer}",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Answer each question.",
            ),
            layouts=(
                "Question: {question}\nAnswer:",
                "Q: {question}\nA:",
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Read each text and answer the question about it.",
            ),
            layouts=(
                "Text: {context}\nQuestion: {question}\nAnswer:",
                "{context}\nQ: {question}\nA:",
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "Answer each question with {labels}.",
                "The answer to each question is one of these: {labels}.",
            ),
            layouts=(
                "Question: {question}\nAnswer:",
                "{question}\nReply:",
            ),
        ),
        *shots(
            instructions=(
                "Use the passage to answer the question with {labels}.",
                "Answer the question about the passage. Write {labels}.",
            ),
            layouts=(
                "Passage: {context}\nQuestion: {question}\nAnswer:",
                "{context}\n\n{question}\nAnswer:",
            ),
        ),
        *shots(
            instructions=("Decide whether each statement is {labels}.",),
            layouts=(
                "Statement: {question}\nVerdict:",
                "Text: {context}\nStatement: {question}\nVerdict:",
            ),
            form="true_false",
        ),
        *shots(
            instructions=("", "Judge each statement.", "True or false? Judge the statements."),
            layouts=(
                "Statement: {question}\nAnswer:",
                "{question}\nThis statement is:",
                "Claim: {question}\nVerdict:",
            ),
            form="true_false",
            options=True,
        ),
        *shots(
            instructions=("", "Judge each statement by its text."),
            layouts=(
                "Text: {context}\nStatement: {question}\nAnswer:",
                "{context}\nStatement: {question}\nThe statement is:",
                "Passage: {context}\nClaim: {question}\nVerdict:",
            ),
            form="true_false",
            options=True,
        ),
    ),
)
