"""Another use of a word: `word`, `sentence1`, `answer` → `sentence2`."""

from transforms.templates.families.word_sense import LABELS
from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="word_sense_ii",
    targets=("sentence2",),
    labels=LABELS,
    templates=(
        Template(
            (
                'Write another sentence with the word "{word}". In your sentence and the '
                "one below, the word should have {answer}.\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                '{sentence1}\n\nUse the word "{word}" in a new sentence. The two uses of '
                "the word should have {answer}."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                "Word: {word}\nSentence 1: {sentence1}\n\nWrite a sentence 2 with this "
                "word. In the two sentences the word should have {answer}."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            "Word: {word}\nFirst sentence: {sentence1}\nRequired: {answer}",
            "{sentence2}",
            instruction=(
                "Generate a second sentence for the word, so that it has the same meaning "
                "as in the first one or a different meaning, as required."
            ),
            inversion="word, sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                'I collect pairs of sentences with the word "{word}". Please write a '
                "partner for this one: {sentence1}\nThe word in the pair should have "
                "{answer}."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                "Word: {word}\nSentence 1: {sentence1}\n\nIn sentence 2, the word is used "
                "{answer}. Write it."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            ('{sentence1}\n\nWrite another sentence with "{word}", used {answer}.'),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            'First sentence: {sentence1}\nUse "{word}" {answer}.',
            "{sentence2}",
            instruction=("Write a second sentence with the given word."),
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            ('Sentence A: {sentence1}\n\nWrite a sentence B in which "{word}" is used {answer}.'),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            (
                'A sentence with "{word}": {sentence1}\n\nNow use the word {answer}, in '
                "another sentence."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            "Word: {word}\nLabel: {answer}\nSentence 1: {sentence1}\nSentence 2:",
            "{sentence2}",
            instruction=(
                "Write sentence 2. The label says whether the word means the same in both "
                "sentences."
            ),
            inversion="word, sentence1, answer → sentence2",
        ),
        Template(
            "Word: {word}\nSentence: {sentence1}\nLabel: {answer}\nOther sentence:",
            "{sentence2}",
            instruction=(
                "Write another sentence with the word. The label says how the two uses of "
                "the word should compare."
            ),
            inversion="word, sentence1, answer → sentence2",
        ),
        Template(
            (
                "word: {word}\nfirst sentence: {sentence1}\n\nwrite a second sentence that "
                "uses the word {answer}"
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            (
                '{sentence1}\n\nPlease give me one more sentence with the word "{word}". '
                "Use the word {answer}."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="sense",
        ),
        Template(
            (
                'A first sentence with the word "{word}": {sentence1}\n\nWrite a second '
                "one. How the meaning of the word should compare in the two: {answer}"
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                (
                    "Write another sentence with the word. The word should have the same "
                    "meaning there or a different one, as stated."
                ),
            ),
            layouts=(
                (
                    "Word: {word}\nSentence 1: {sentence1}\nSentence 2, so that the two "
                    "uses have {answer}:"
                ),
                ('{sentence1}\nNew sentence with "{word}", so that the two uses have {answer}:'),
            ),
            targets="{sentence2}",
            form="same_different",
            inversion="word, sentence1, answer → sentence2",
        ),
        *shots(
            instructions=(
                "",
                ("Write another sentence with the word, in the sense that is asked for."),
            ),
            layouts=(
                ("Word: {word}\nSentence 1: {sentence1}\nSentence 2, with the word used {answer}:"),
            ),
            targets="{sentence2}",
            form="sense",
            inversion="word, sentence1, answer → sentence2",
        ),
        *shots(
            instructions=(
                "",
                (
                    "Write a second sentence with the word. The label says whether the word "
                    "means the same in both."
                ),
            ),
            layouts=("Word: {word}\nLabel: {answer}\nSentence 1: {sentence1}\nSentence 2:",),
            targets="{sentence2}",
            inversion="word, sentence1, answer → sentence2",
        ),
    ),
)
