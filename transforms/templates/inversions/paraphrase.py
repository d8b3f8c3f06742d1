"""The other half of a pair: `sentence1`, `answer` → `sentence2`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="paraphrase_ii",
    targets=("sentence2",),
    templates=(
        Template(
            (
                "{sentence1}\n\nWrite a second sentence, so that someone who compares the two in "
                "meaning decides: {answer}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Sentence 1: {sentence1}\nComparison of meaning: {answer}\nSentence 2:",
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                'What could stand next to "{sentence1}" if the verdict on the pair, paraphrase '
                'or not, was "{answer}"?'
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "I have half of a pair and its label. Please give me the other half.\n\n"
                "Mine: {sentence1}\nLabel (same meaning or not): {answer}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "First comes this: {sentence1}\nNext comes your line. A judge who looks for "
                "duplicates must rule on the two as follows: {answer}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                'An editor compared two drafts of a sentence and noted "{answer}" when asked if '
                "they are equivalent. One draft was:\n{sentence1}\n\n"
                "What was the other?"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Keep the sense or change it, as the label demands.\n"
                "Label: {answer}\nSentence: {sentence1}\nYours:"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Sentence: {sentence1}\nLabel: {answer}",
            "{sentence2}",
            instruction=(
                "Write the partner of the sentence. The label says what a check for equal "
                "meaning found."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "A: {sentence1}\nKey: {answer}\nB:",
            "{sentence2}",
            instruction=(
                "A test for paraphrase detectors needs more pairs. Complete the pair so that its "
                "key is right."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "{sentence1}\nVerdict on paraphrase: {answer}",
            "{sentence2}",
            instruction=(
                "Reword faithfully, or write something that is only similar: the verdict tells "
                "you which."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Text left: {sentence1}\nJudgement: {answer}\nText lost:",
            "{sentence2}",
            instruction=(
                "Somebody judged whether two texts say the same. One text and the judgement are "
                "left. Restore the other."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "First: {sentence1}\nThird: {answer}\nSecond:",
            "{sentence2}",
            instruction=(
                "Two people speak, a third says if they mean the same. Speak for the second."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Left: {sentence1}\nMark: {answer}\nRight:",
            "{sentence2}",
            instruction=(
                "Pairs of lines, with a mark for sameness. Fill in what is missing on the right."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Original: {sentence1}\nNote on sameness of meaning: {answer}",
            "{sentence2}",
            instruction="Forge a twin or a mere lookalike, whichever the note calls for.",
            inversion="sentence1, answer → sentence2",
        ),
    ),
)
