"""Whether a word is used in one sense: `word`, `sentence1`, `sentence2` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

_WORDINGS = {
    "same_different": ("the same meaning", "different meanings"),
    "yes_no": ("yes", "no"),
    "true_false": ("true", "false"),
    # For inverted prompts: "Use the word in a different sense".
    "sense": ("in the same sense", "in a different sense"),
}
LABELS = tuple(
    LabelSet(labels=labels, wordings=_WORDINGS)
    for labels in (
        ("yes", "no"),
        ("same", "different"),
        ("true", "false"),
        ("T", "F"),
        ("same sense", "different sense"),
        ("same meaning", "different meaning"),
        ("same meaning", "different meanings"),
    )
)

FAMILY = Family(
    name="word_sense",
    targets=("answer",),
    labels=LABELS,
    templates=(
        # Yes or no.
        Template(
            (
                'Does the word "{word}" have the same meaning in these two sentences?\n\n'
                "1. {sentence1}\n2. {sentence2}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            ('{sentence1}\n{sentence2}\n\nIs "{word}" used in the same sense in both sentences?'),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                'First: "{sentence1}"\nThen: "{sentence2}"\nHas the meaning of "{word}" '
                "stayed the same?"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}\nSame sense?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Word: {word}\n- {sentence1}\n- {sentence2}",
            "{answer}",
            instruction="The spelling is the same, but is the meaning the same too?",
            form="yes_no",
        ),
        Template(
            (
                'Sentence A: {sentence1}\nSentence B: {sentence2}\n\nDoes "{word}" mean '
                "the same thing in sentence A and sentence B? Answer yes or no."
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                'Would a dictionary list these two uses of "{word}" under one definition?'
                "\n\n- {sentence1}\n- {sentence2}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Read the sentences and answer the question.\n\n{sentence1}\n{sentence2}"
                '\n\nQuestion: Is the meaning of the word "{word}" the same in both?\n'
                "Answer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            'same meaning of "{word}" in both? {labels}\n\n{sentence1}\n{sentence2}',
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Word: {word}\nUse 1: {sentence1}\nUse 2: {sentence2}\nReply:",
            "{answer}",
            instruction=(
                "Decide whether the word is used with the same meaning. Reply with {labels}."
            ),
            form="yes_no",
        ),
        # The same meaning or different ones.
        Template(
            (
                '{sentence1}\n{sentence2}\n\nDoes "{word}" have the same meaning or '
                "different meanings in the two sentences?"
            ),
            "{answer}",
            form="same_different",
        ),
        Template(
            (
                "Word: {word}\n\n{sentence1}\n{sentence2}\n\nThe word is used with (the "
                "same meaning/different meanings):"
            ),
            "{answer}",
            form="same_different",
        ),
        Template(
            (
                'Compare how the word "{word}" is used in the two sentences. Write "the '
                'same meaning" or "different meanings".\n\n1. {sentence1}\n2. {sentence2}'
            ),
            "{answer}",
            form="same_different",
        ),
        Template(
            "Target word: {word}\nContext 1: {sentence1}\nContext 2: {sentence2}\nLabel:",
            "{answer}",
            instruction=(
                "Word sense disambiguation. Say whether the target word has the same "
                "meaning or different meanings."
            ),
            form="same_different",
        ),
        # True or false.
        Template(
            (
                '{sentence1}\n{sentence2}\n\nTrue or false: the word "{word}" has the same '
                "meaning in both sentences."
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                'True or false? In the following two sentences, "{word}" is used in one '
                "and the same sense.\n\n{sentence1}\n{sentence2}\nAnswer:"
            ),
            "{answer}",
            form="true_false",
        ),
        # Any label set.
        Template(
            "Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}",
            "{answer}",
            instruction="Judge whether the word has the same meaning in both sentences.",
        ),
        Template(
            (
                "Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}\n\nHow "
                "does the meaning of the word in the two sentences compare: {labels}?"
            ),
            "{answer}",
        ),
        Template(
            (
                'Compare the meaning of "{word}" in the sentences below. The answer is one '
                "of these: {labels}.\n\n{sentence1}\n{sentence2}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                '{sentence1}\n{sentence2}\n\nPlease compare the sense of the word "{word}" '
                "in these sentences. The label should be one of these: {labels}."
            ),
            "{answer}",
        ),
        Template(
            '"{sentence1}"\n"{sentence2}"\nMeaning of "{word}" in the two ({labels}):',
            "{answer}",
        ),
        Template(
            ('{sentence1}\n{sentence2}\n\nLook at the word "{word}" and label the pair: {labels}.'),
            "{answer}",
        ),
        # With options.
        Template(
            (
                '{sentence1}\n{sentence2}\n\nDoes the word "{word}" mean the same in both '
                "of these sentences?\n{options}\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                '{sentence1}\n{sentence2}\n\nIs the word "{word}" used in the same way in '
                "the two sentences above?\n{options}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Word: {word}\n1) {sentence1}\n2) {sentence2}\nDo the uses of the word "
                "match in meaning?\n\n{options}\n\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                'My two example sentences for "{word}" should illustrate a single sense. '
                "Do they?\n\nExample 1: {sentence1}\nExample 2: {sentence2}\n\n{options}\n"
                "Answer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{options}\n\nDo both sentences below use the word in the same sense? "
                "Choose one of the answers above.\n\nWord: {word}\n1. {sentence1}\n2. "
                "{sentence2}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\nWord: {word}\n\n{options}",
            "{answer}",
            instruction=("Is the word used in exactly the same sense in the two sentences below?"),
            form="yes_no",
        ),
        Template(
            (
                '{sentence1}\n{sentence2}\n\nThe word "{word}" has the same meaning in the '
                "two sentences. True or false?\n{options}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                'How is the word "{word}" used in these sentences, in one meaning or in '
                "two?\n\n{sentence1}\n{sentence2}\n\n{options}"
            ),
            "{answer}",
            form="same_different",
        ),
        Template(
            "Target word: {word}\n{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Decide whether both sentences use the word in the same sense, and "
                "answer with one of the options."
            ),
        ),
        Template(
            ("Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}\n{options}\nLabel:"),
            "{answer}",
            instruction="Word sense: choose the label that fits the pair.",
        ),
        Template(
            (
                '{sentence1}\n{sentence2}\n\nCompare the meaning of "{word}" in these two '
                "sentences and choose an answer.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nWord: {word}\n\nWhich "
                "answer is right for the meaning of the word in the two sentences?\n"
                "{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                'Pick the answer that says whether "{word}" keeps its meaning from the '
                "first sentence to the second.\n\n{sentence1}\n{sentence2}\n\n{options}\n"
                "Answer:"
            ),
            "{answer}",
        ),
        Template(
            'Use 1: {sentence1}\nUse 2: {sentence2}\n{options}\nSense of "{word}":',
            "{answer}",
        ),
        Template(
            (
                '{sentence1}\n\n{sentence2}\n\nPlease tell me how the two uses of "{word}" '
                "compare.\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "look at the word {word} in both sentences. which label fits?\n\n"
                "{sentence1}\n{sentence2}\n\n{options}\n\nlabel:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Word: {word}\nFirst sentence: {sentence1}\nSecond sentence: {sentence2}"
                "\n\nCompare the senses of the word and reply with one of the options.\n"
                "{options}"
            ),
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Decide whether the word has the same meaning in the two sentences.",
            ),
            layouts=(
                "Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}\nSame meaning?",
            ),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=('{sentence1}\n{sentence2}\nDoes "{word}" mean the same in both?\nAnswer:',),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("Is the word used in the same sense in both sentences?",),
            layouts=(
                "Word: {word}\n1. {sentence1}\n2. {sentence2}\nAnswer:",
                "Word: {word}\n{sentence1}\n{sentence2}\nYes or no:",
            ),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Compare the meaning of the word in the two sentences.",
            ),
            layouts=(
                (
                    "Word: {word}\n1. {sentence1}\n2. {sentence2}\nDoes the word have the "
                    "same meaning or different meanings?\nAnswer:"
                ),
            ),
            form="same_different",
            options=True,
        ),
        *shots(
            instructions=("True or false: the word has the same meaning in both sentences.",),
            layouts=("Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}\nAnswer:",),
            form="true_false",
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Compare how the word is used in the two sentences.",
            ),
            layouts=(
                "Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}\nAnswer:",
                "Sentence A: {sentence1}\nSentence B: {sentence2}\nWord: {word}\nLabel:",
            ),
            options=True,
        ),
    ),
)
