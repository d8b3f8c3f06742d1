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
            instruction="Write a second sentence for the pair, so that the label is right.",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentences 1 and 2, compared in meaning: "
                "{answer}\n\nWrite sentence 2."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
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
                "Sentence 1: {sentence1}\nIs sentence 2 a paraphrase of sentence 1? "
                "{answer}\n\nWrite sentence 2."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="yes_no",
        ),
        Template(
            (
                "Write a sentence that has much the same words as the one below. Asked "
                "whether the two mean the same thing, a reader should answer: "
                "{answer}\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="yes_no",
        ),
        Template(
            (
                "{sentence1}\n\nWrite a second sentence with similar words. The answer to "
                '"Does it say the same thing?" should be: {answer}'
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="yes_no",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\n\nWrite a sentence 2 with similar words. The "
                "pair should be labeled: {answer}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="paraphrase",
        ),
        Template(
            (
                'Question 1: {sentence1}\n\nQuestion 2 is marked as "{answer}". Write '
                "question 2, in similar words."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="duplicate",
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
            "Sentence: {sentence1}\nLabel: {answer}\nOutput:",
            "{sentence2}",
            instruction=(
                "You will be given a sentence and a label for a pair. Output the other "
                "sentence of the pair."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Paraphrase data: complete the pair.\n\nSentence A: {sentence1}\nLabel: "
                "{answer}\nSentence B:"
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
            (
                "Question 1: {sentence1}\nDoes question 2 ask the same thing? "
                "{answer}\n\nWrite question 2."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="yes_no",
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
            (
                "Report 1: {sentence1}\nDo both reports say the same thing? {answer}\n\n"
                "Write report 2."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
            form="yes_no",
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
                ("Write a similar sentence for each. The answer says whether it is a paraphrase."),
            ),
            layouts=("Sentence 1: {sentence1}\nIs sentence 2 a paraphrase? {answer}\nSentence 2:",),
            targets="{sentence2}",
            form="yes_no",
            inversion="sentence1, answer → sentence2",
        ),
        *shots(
            instructions=(
                "",
                "Write a similar sentence with the same meaning or a different one, as stated.",
            ),
            layouts=("Sentence: {sentence1}\nThe pair has: {answer}\nSimilar sentence:",),
            targets="{sentence2}",
            form="same_different",
            inversion="sentence1, answer → sentence2",
        ),
    ),
)
