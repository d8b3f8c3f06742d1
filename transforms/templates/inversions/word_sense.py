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
                "Word: {word}\nSentence 1: {sentence1}\nIs the word used in the same sense "
                "in sentence 2? {answer}\n\nWrite sentence 2."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="yes_no",
        ),
        Template(
            (
                '{sentence1}\n\nWrite another sentence with "{word}". Asked whether the '
                "word has the same meaning in both, a reader should answer: {answer}"
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="yes_no",
        ),
        Template(
            "Word: {word}\nOther sentence: {sentence1}\nSame sense: {answer}",
            "{sentence2}",
            instruction=(
                "Write a sentence that uses the given word. Whether the word has the same "
                "sense as in the other sentence is stated below."
            ),
            inversion="word, sentence1, answer → sentence2",
            form="yes_no",
        ),
        Template(
            (
                'Sentence A: {sentence1}\nTrue or false: "{word}" means the same in '
                "sentence B as in sentence A. {answer}\n\nWrite sentence B."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
            form="true_false",
        ),
        Template(
            (
                "Word: {word}\nSentence: {sentence1}\nComparison of the meanings: {answer}"
                "\n\nWrite the second sentence of the pair."
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
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
            "Word: {word}\nSentence: {sentence1}\nLabel: {answer}\nOutput:",
            "{sentence2}",
            instruction=(
                "You will be given a word, a sentence that contains it, and a label for a "
                "pair of uses. Output a sentence that makes the label right."
            ),
            inversion="word, sentence1, answer → sentence2",
        ),
        Template(
            (
                "word: {word}\nfirst sentence: {sentence1}\nmeaning in the two sentences: "
                "{answer}\n\nwrite the second sentence"
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
        ),
        Template(
            (
                '{sentence1}\n\nWrite another sentence with the word "{word}". When the '
                "meaning of the word in the two sentences is compared, the result should "
                "be: {answer}"
            ),
            "{sentence2}",
            inversion="word, sentence1, answer → sentence2",
        ),
        Template(
            (
                "Word: {word}\nMeaning in the two sentences: {answer}\n\nWrite a second "
                "sentence with the word. The first one is: {sentence1}"
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
                    "Word: {word}\nSentence 1: {sentence1}\nIn the two sentences the word has: "
                    "{answer}\nSentence 2:"
                ),
                (
                    '{sentence1}\nUse the word "{word}" in a new sentence. In the two '
                    "sentences it should have {answer}.\nNew sentence:"
                ),
            ),
            targets="{sentence2}",
            form="same_different",
            inversion="word, sentence1, answer → sentence2",
        ),
        *shots(
            instructions=(
                "",
                (
                    "Write another sentence with the word. The answer says whether its sense "
                    "stays the same."
                ),
            ),
            layouts=(
                (
                    "Word: {word}\nSentence 1: {sentence1}\nIs the word used in the same sense "
                    "in sentence 2? {answer}\nSentence 2:"
                ),
            ),
            targets="{sentence2}",
            form="yes_no",
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
