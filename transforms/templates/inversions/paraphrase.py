"""The other half of a pair: `sentence1`, `answer` → `sentence2`."""

from transforms.templates.families.paraphrase import LABELS
from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="paraphrase_ii",
    targets=("sentence2",),
    labels=LABELS,
    templates=(
        Template(
            "Sentence 1: {sentence1}\nLabel: {answer}",
            "{sentence2}",
            instruction=(
                "Write a second sentence. The label says how the two should compare in meaning."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            ("Write a sentence in similar words that {answer} this one.\n\n{sentence1}"),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="relates",
        ),
        Template(
            "{sentence1}\n\nWrite a similar sentence. The two should have {answer}.",
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\n\nWrite sentence 2, in similar words. Compared "
                "with sentence 1 it should have {answer}."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                "Here is a sentence: {sentence1}\n\nWrite another one, in similar words, "
                "that {answer} it."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="relates",
        ),
        Template(
            (
                "Use much the same words as the sentence below to write one that {answer} "
                "it.\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="relates",
        ),
        Template(
            (
                "{sentence1}\n\nPlease write a second sentence with similar words, so that "
                "the two have {answer}."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="same_different",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\n\nSentence 2 {answer} sentence 1, and its words "
                "are similar. Write sentence 2."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="relates",
        ),
        Template(
            ("Question 1: {sentence1}\n\nWrite a question 2 that {answer} in similar words."),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="asks",
            domain="forum_question",
        ),
        Template(
            (
                "Generate a sentence that resembles the following one and is {answer} to "
                "it in meaning.\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="equivalent",
        ),
        Template(
            (
                "{sentence1}\n\nGive me another sentence with much the same words. In "
                "meaning the two should be {answer}."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="equivalent",
        ),
        Template(
            (
                "Sentence: {sentence1}\nLabel: {answer}\n\nWrite a similar sentence. The "
                "label says whether the two mean the same thing."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "I have one half of a pair of sentences and the label for how they compare "
                "in meaning. Please write the other half.\n\nSentence: {sentence1}\nLabel: "
                "{answer}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Sentence: {sentence1}\nLabel: {answer}\nOther sentence:",
            "{sentence2}",
            instruction=(
                "Write the other sentence of the pair. The label says how the two compare "
                "in meaning."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Complete the pair of sentences. The label says how they compare in "
                "meaning.\n\nSentence A: {sentence1}\nLabel: {answer}\nSentence B:"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "sentence: {sentence1}\nlabel: {answer}\n\nwrite the second sentence of the pair",
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            ("{sentence1}\n\nWrite a similar question that {answer}."),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="asks",
            domain="forum_question",
        ),
        Template(
            (
                "Write a question similar to this one. The two questions should have "
                "{answer}.\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="same_different",
            domain="forum_question",
        ),
        Template(
            (
                "A user of a forum asked this: {sentence1}\n\nWrite another question, "
                'which the forum would mark as "{answer}".'
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="duplicate",
            domain="forum_question",
        ),
        Template(
            (
                "Here is a sentence from a news report. Write a similar sentence from "
                "another report; the two should have {answer}.\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="same_different",
            domain="news",
        ),
        Template(
            ("Report 1: {sentence1}\n\nWrite a similar report that {answer} report 1."),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="relates",
            domain="news",
        ),
        Template(
            (
                "Rearrange or reword this sentence from Wikipedia. The result and the "
                "original should have {answer}.\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="same_different",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the second sentence of the pair, so that the label is right.",
                (
                    "Write a similar sentence for each one. The label says whether the two "
                    "mean the same thing."
                ),
            ),
            layouts=(
                "Sentence 1: {sentence1}\nLabel: {answer}\nSentence 2:",
                "Label: {answer}\nSentence: {sentence1}\nOther sentence:",
            ),
            targets="{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        *shots(
            instructions=(
                "",
                (
                    "Write a similar sentence for each one, with the same meaning or a "
                    "different one."
                ),
            ),
            layouts=("Sentence: {sentence1}\nA similar sentence that {answer} it:",),
            targets="{sentence2}",
            form="relates",
            inversion="sentence1, answer → sentence2",
        ),
        *shots(
            instructions=(
                "",
                "Write a similar sentence with the same meaning or a different one, as stated.",
            ),
            layouts=(
                ("Sentence: {sentence1}\nA similar sentence, so that the two have {answer}:"),
            ),
            targets="{sentence2}",
            form="same_different",
            inversion="sentence1, answer → sentence2",
        ),
    ),
)
