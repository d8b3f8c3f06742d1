"""Whether a sentence is well formed: `text` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

_WORDINGS = {
    "acceptable": ("acceptable", "unacceptable"),
    "yes_no": ("yes", "no"),
    "grammatical": ("grammatical", "ungrammatical"),
    "correct": ("correct", "incorrect"),
}
LABELS = tuple(
    LabelSet(labels=labels, wordings=_WORDINGS)
    for labels in (
        ("acceptable", "unacceptable"),
        ("yes", "no"),
        ("grammatical", "ungrammatical"),
        ("correct", "incorrect"),
        ("correct", "wrong"),
        ("right", "wrong"),
        ("true", "false"),
        ("valid", "invalid"),
        ("well-formed", "ill-formed"),
    )
)

FAMILY = Family(
    name="acceptability",
    targets=("answer",),
    labels=LABELS,
    templates=(
        # Yes or no.
        Template(
            "{text}\n\nIs this a well-formed sentence?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "I am not sure about this sentence: {text}\nIs it acceptable?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Is this sentence grammatically correct?\n\n{text}\n\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Sentence: {text}\nIs the sentence grammatical?\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\n\nWould a native speaker of English say this? Answer yes or no.",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Answer {labels}: is the following sentence good English?\n\n{text}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Sentence: {text}\n\nThe meaning may be odd; only the grammar counts. Is the "
            "sentence well formed?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\n\ncan you say it like this in english? yes or no", "{answer}", form="yes_no"
        ),
        Template(
            (
                "Read the sentence and answer the question.\n\nSentence: {text}\nQuestion: "
                "Is it free of grammatical errors?\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "I wrote this sentence: {text}\nDid I get the grammar right?",
            "{answer}",
            form="yes_no",
        ),
        # Grammatical or not.
        Template(
            "Sentence: {text}\nGrammatical or ungrammatical?",
            "{answer}",
            form="grammatical",
        ),
        Template(
            "Classify the following sentence as {labels}.\n\n{text}\n\nLabel:",
            "{answer}",
            form="grammatical",
        ),
        Template(
            "{text}\n\nIs this sentence {labels}? Reply with one word.",
            "{answer}",
            form="grammatical",
        ),
        Template(
            "Sentence: {text}\nLabel:",
            "{answer}",
            instruction="Look at the grammar of the sentence and call it {labels}.",
            form="grammatical",
        ),
        # Correct or not.
        Template(
            (
                "Check the grammar of this sentence and say whether it is correct or "
                "incorrect.\n\n{text}"
            ),
            "{answer}",
            form="correct",
        ),
        Template(
            "{text}\n\nThe grammar of the sentence above is (correct/incorrect):",
            "{answer}",
            form="correct",
        ),
        Template(
            '"{text}"\n\nCheck the grammar. Reply with "correct" or "incorrect".',
            "{answer}",
            form="correct",
        ),
        # Acceptable or not.
        Template(
            "Is the following sentence linguistically {labels}?\n\n{text}",
            "{answer}",
            form="acceptable",
        ),
        Template(
            "{text}\n\nDecide whether the sentence is acceptable or unacceptable English.",
            "{answer}",
            form="acceptable",
        ),
        Template(
            (
                "Give an acceptability judgment for the sentence below. Style and truth do "
                "not matter, only structure.\n\n{text}\n\nJudgment ({labels}):"
            ),
            "{answer}",
            form="acceptable",
        ),
        Template(
            (
                "In linguistics, a sentence is acceptable if native speakers find it well "
                "formed. Say whether this one is {labels}: {text}"
            ),
            "{answer}",
            form="acceptable",
        ),
        # Any label set.
        Template(
            "Sentence: {text}\nAnswer:",
            "{answer}",
            instruction="Judge the grammar of the sentence. Answer with {labels}.",
        ),
        Template(
            "{text}\n\nHow would you judge the grammar of this sentence: {labels}?",
            "{answer}",
        ),
        Template(
            "Sentence: {text}\nGrammar ({labels}):",
            "{answer}",
        ),
        Template(
            (
                "Sentence: {text}\n\nPlease judge the sentence by its grammar. I need just "
                "one label: {labels}."
            ),
            "{answer}",
        ),
        Template(
            (
                "{text}\n\nGive a one-word judgment of the grammatical acceptability of "
                "this sentence."
            ),
            "{answer}",
        ),
        Template(
            "Sentence: {text}\nAcceptability:",
            "{answer}",
            instruction="Rate the grammar of the sentence.",
        ),
        # With options.
        Template(
            "{text}\n\nWould you call the grammar of this sentence sound?\n\n{options}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\n\n{options}\n\nDoes this read like something a fluent speaker would "
            "say? Select an answer.",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Is the following sentence grammatically correct?\n\n{text}\n\n{options}\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            ("Sentence: {text}\nIs the sentence free of grammatical errors?\n{options}\nAnswer:"),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                '"{text}"\n\n{options}\n\nSay it aloud. Does it sound right? Answer with one '
                "of the options."
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{options}\n\nWould a native speaker accept this sentence? Choose one of "
                "the answers above.\n{text}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Sentence: {text}\n\n{options}\n\n"
            "Choose the label that says whether the sentence is well formed.",
            "{answer}",
        ),
        Template(
            (
                "Choose the label that fits the grammar of the sentence.\n\n{options}\n\n"
                "Sentence: {text}"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nHow would you judge the grammar of this sentence?\n{options}",
            "{answer}",
        ),
        Template(
            "Sentence: {text}\n{options}\nGrammar:",
            "{answer}",
        ),
        Template(
            (
                "Check the grammar of the following sentence and select an answer.\n\n"
                "{text}\n\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{text}\n\nJudge the grammar of this sentence, not its meaning. Which "
                "label fits?\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Sentence: {text}\n{options}\nLabel:",
            "{answer}",
            instruction="Classify the sentence by its grammar.",
        ),
        Template(
            (
                '"{text}"\n\nWhich of these describes the grammar of the sentence in '
                "quotes?\n\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n\nJudge whether this English sentence is well formed, and "
            "answer with one of the options.",
            "{answer}",
        ),
        Template(
            (
                "{text}\n\nPlease proofread the sentence above and tell me which label "
                "fits.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich label describes the grammar of this sentence?\n{options}\nLabel:",
            "{answer}",
        ),
        Template(
            "sentence: {text}\n\npick the right label. only the grammar counts\n{options}",
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Decide whether a native speaker would find each sentence acceptable.",
            ),
            layouts=("Sentence: {text}\nAcceptable?",),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=("Sentence: {text}\nIs this sentence well formed?\nAnswer:",),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("Is the sentence grammatically correct?",),
            layouts=("Sentence: {text}\nAnswer:", "{text}\nYes or no:"),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=(
                "Sentence: {text}\nGrammaticality:",
                "{text}\nLabel:",
            ),
            form="grammatical",
            options=True,
        ),
        *shots(
            instructions=("Label each sentence as {labels}.",),
            layouts=(
                "Sentence: {text}\nGrammaticality:",
                "{text}\nLabel:",
            ),
            form="grammatical",
        ),
        *shots(
            instructions=(
                "",
                "Check the grammar.",
            ),
            layouts=("{text}\nGrammar:",),
            form="correct",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=("Sentence: {text}\nJudgment:",),
            form="acceptable",
            options=True,
        ),
        *shots(
            instructions=("Judge the acceptability of the sentence: {labels}.",),
            layouts=("Sentence: {text}\nJudgment:",),
            form="acceptable",
        ),
        *shots(
            instructions=(
                "",
                "Judge the grammar of each sentence.",
            ),
            layouts=(
                "Sentence: {text}\nAnswer:",
                '"{text}"\nGrammar of the sentence:',
            ),
            options=True,
        ),
    ),
)
