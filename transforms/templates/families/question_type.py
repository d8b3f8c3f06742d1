"""What kind of thing a question asks for: `text` (a question) → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

_TYPE = {"type": ("description", "entity", "abbreviation", "person", "number", "location")}
# TREC, coarse.
LABELS = tuple(
    LabelSet(labels=labels, wordings=_TYPE)
    for labels in (
        ("description", "entity", "abbreviation", "human", "number", "location"),
        ("description", "entity", "abbreviation", "person", "number", "location"),
        ("description", "entity", "abbreviation", "human", "numeric", "location"),
        ("DESC", "ENTY", "ABBR", "HUM", "NUM", "LOC"),
    )
)

FAMILY = Family(
    name="question_type",
    targets=("answer",),
    needs_options=True,
    labels=LABELS,
    templates=(
        Template(
            "{text}\n\nWhat sort of answer does this call for?",
            "{answer}",
        ),
        Template(
            ("Do not give the answer itself. What kind of answer does this need?\n\n{text}"),
            "{answer}",
        ),
        Template(
            "Question: {text}",
            "{answer}",
            instruction="Name the type of answer expected.",
        ),
        Template(
            "{text}",
            "{answer}",
            instruction="Do not answer. Classify the question by what it asks for.",
        ),
        Template(
            "What kind of answer does this question ask for?\n\n{text}\n\nType:",
            "{answer}",
        ),
        Template(
            "Question: {text}\nAnswer type:",
            "{answer}",
        ),
        Template(
            "Question: {text}\nType:",
            "{answer}",
            instruction="Classify the question by the type of its answer.",
        ),
        Template(
            (
                "{text}\n\nWhat type of answer does this question need? Reply with one "
                "word and do not answer the question itself."
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nName the category of the answer that this question expects.",
            "{answer}",
        ),
        Template(
            (
                'When someone asks "{text}", what kind of thing do they want to know? '
                "Answer in one word."
            ),
            "{answer}",
        ),
        Template(
            (
                "What type of answer does this question ask for? Name the type and nothing "
                "else.\n\n{text}\nOutput:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nDon't answer it. Just say what type of answer would be right.",
            "{answer}",
        ),
        Template(
            "what type of question is this, going by what it asks for\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\nAnswer type:",
            "{answer}",
            instruction=(
                "Which type of answer should a search engine look for, given this question?"
            ),
        ),
        Template(
            (
                "Question: {text}\n\nPlease classify this question by what it wants to "
                "know: give the general type of the answer."
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nThis question asks for something of the following type:",
            "{answer}",
        ),
        Template(
            (
                "Label the question with the type of information it asks for, in a single "
                "word.\n\nQuestion: {text}\nLabel:"
            ),
            "{answer}",
        ),
        Template(
            (
                "I am sorting trivia questions by the kind of answer they have. How should "
                "I label this one?\n\n{text}"
            ),
            "{answer}",
        ),
        Template(
            "Question: {text}\n\nName the general type of the thing that is asked for.",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhat is asked for here?\n\n{options}",
            "{answer}",
        ),
        Template(
            "Sort this question into one of these kinds.\n{options}\n\n{text}",
            "{answer}",
        ),
        Template(
            "Question: {text}\n\n{options}\n\nIt asks for:",
            "{answer}",
        ),
        Template(
            "Which kind of answer fits?\n{text}\n{options}",
            "{answer}",
        ),
        Template(
            "Question: {text}\n\n{options}",
            "{answer}",
            instruction="Choose the type of answer that the question calls for.",
        ),
        Template(
            (
                "What type of answer does this question ask for?\n\n{text}\n\n{options}\n\n"
                "Answer type:"
            ),
            "{answer}",
        ),
        Template(
            "Question: {text}\n{options}\nAnswer type:",
            "{answer}",
        ),
        Template(
            "{text}\n\nClassify the question above by the type of its answer.\n{options}",
            "{answer}",
        ),
        Template(
            (
                "{text}\n\nDo not answer the question. Only choose the type of answer that "
                "it expects.\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Question: {text}\n\nLook at the question word and the noun after it, then "
                "pick a label.\n{options}\nLabel:"
            ),
            "{answer}",
        ),
        Template(
            ("Select the right label for this question.\n\n{text}\n\n{options}\nLabel:"),
            "{answer}",
        ),
        Template(
            (
                "Question: {text}\n\nPlease pick the category that describes what the "
                "question asks for.\n{options}\nCategory:"
            ),
            "{answer}",
        ),
        Template(
            'If you had to answer "{text}", what type of answer would you give?\n{options}',
            "{answer}",
        ),
        Template(
            "{options}\n\nWhich of the above does the following question ask for?\n{text}",
            "{answer}",
        ),
        Template(
            "question: {text}\n\npick the type of this question\n{options}",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\nLabel:",
            "{answer}",
            instruction=(
                "Label trivia questions by the kind of answer they have, without answering them."
            ),
        ),
        Template(
            "{text}\n\nWhich of these would a correct answer be?\n{options}",
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "What type of answer does the question ask for?",
                "Classify each question by what it asks for.",
                "Do not answer the question. Name the type of the answer.",
            ),
            layouts=(
                "Question: {text}\nType:",
                "{text}\nAnswer type:",
                "Q: {text}\nThis question asks for:",
                "Question: {text}\nLabel:",
            ),
            options=True,
        ),
    ),
)
