"""A text in which a pronoun stands for somebody or something: `answer`, `pronoun` → `text`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="coreference_ii",
    targets=("text",),
    templates=(
        Template(
            'Write a sentence in which the pronoun "{pronoun}" refers to "{answer}".',
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            "Pronoun: {pronoun}\nReferent: {answer}\nSentence:",
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                'Generate a sentence that contains the word "{pronoun}". The word should '
                "stand for: {answer}"
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            "Pronoun: {pronoun}\nReferent: {answer}",
            "{text}",
            instruction="Write a text in which the pronoun has the given referent.",
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                "Referent: {answer}\nPronoun: {pronoun}\n\nWrite a sentence that mentions "
                "the referent and then uses the pronoun for it."
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                "Pronoun: {pronoun}\nMeaning: {answer}\n\nPlease write a sentence that uses "
                "the pronoun with this meaning."
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            '"{pronoun}" refers to: {answer}\nSentence:',
            "{text}",
            instruction=(
                "Write a sentence that uses the pronoun for the person or thing that is named."
            ),
            inversion="answer, pronoun → text",
        ),
        Template(
            'Write a sentence in which "{pronoun}" stands for the following: {answer}',
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            "Pronoun: {pronoun}\nStands for: {answer}\nSentence:",
            "{text}",
            instruction=("Write a sentence that uses the pronoun for the given person or thing."),
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                "Write a sentence that mentions two people or things, one of them the "
                "referent below. Then use the pronoun for the referent.\n\nReferent: "
                "{answer}\nPronoun: {pronoun}"
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                'I need an example for a lesson on pronouns. In the example, "{pronoun}" '
                "should refer to this: {answer}\nExample:"
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                "Write a sentence for this question and answer.\n\nQuestion: Who or what "
                'does "{pronoun}" refer to in the sentence?\nAnswer: {answer}'
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            'write a sentence with "{pronoun}" in it. the pronoun should mean: {answer}',
            "{text}",
            inversion="answer, pronoun → text",
        ),
        Template(
            (
                "Antecedent: {answer}\nPronoun: {pronoun}\n\nMake up a short text that uses "
                "both.\nText:"
            ),
            "{text}",
            inversion="answer, pronoun → text",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a sentence in which the pronoun refers to the given person or thing.",
                ("Write a sentence in which the pronoun stands for this person or thing."),
                (
                    "Write a sentence with the pronoun, so that a reader can tell what it "
                    "stands for."
                ),
            ),
            layouts=(
                "Pronoun: {pronoun}\nRefers to: {answer}\nSentence:",
                "Referent: {answer}\nPronoun: {pronoun}\nText:",
                '"{pronoun}" stands for: {answer}\nSentence:',
                "Meaning: {answer}\nPronoun: {pronoun}\nExample:",
            ),
            targets="{text}",
            inversion="answer, pronoun → text",
        ),
    ),
)
