"""What a pronoun refers to: `text`, `pronoun` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="coreference",
    targets=("answer",),
    templates=(
        Template('{text}\n\nWho or what is meant by "{pronoun}" here?', "{answer}"),
        Template(
            'In the following, "{pronoun}" points back to something. To what?\n{text}', "{answer}"
        ),
        Template(
            (
                'Replace "{pronoun}" with a name or noun so that nobody can misread this: '
                "{text}\nGive only the replacement."
            ),
            "{answer}",
        ),
        Template(
            (
                'I stumbled over the word "{pronoun}" when I read this:\n\n'
                "{text}\n\nCan you clear it up?"
            ),
            "{answer}",
        ),
        Template("Sentence: {text}\nPronoun: {pronoun}\nStands for:", "{answer}"),
        Template('Tell me what "{pronoun}" refers to. {text}', "{answer}"),
        Template(
            "Text: {text}\nPronoun: {pronoun}", "{answer}", instruction="Resolve the pronoun."
        ),
        Template(
            '{text}\n"{pronoun}"',
            "{answer}",
            instruction="Name the person or thing that the quoted word stands for.",
        ),
        Template(
            "Passage: {text}\nWord: {pronoun}\nAntecedent:",
            "{answer}",
            instruction="A word in the passage needs an antecedent. Find it and write it down.",
        ),
        Template(
            "Vague word: {pronoun}\nAs it appears in: {text}",
            "{answer}",
            instruction="Help an editor remove vague pronouns: say what the author meant.",
        ),
        Template(
            'Story: {text}\nWho or what is "{pronoun}"?',
            "{answer}",
            instruction="Who is who? Work it out from what makes sense in the story.",
        ),
        Template('{text}\n\nWhat does "{pronoun}" stand for?\n\n{options}', "{answer}"),
        Template(
            (
                'Which of these could take the place of "{pronoun}" without changing the '
                "sense?\n\n{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            '{options}\n\nOne of these is meant by "{pronoun}" in the sentence. Which?\n{text}',
            "{answer}",
        ),
        Template(
            (
                'A reader asks about "{pronoun}" in the sentence "{text}"\n'
                "Point them to the right answer.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Text: {text}\nPronoun in question: {pronoun}\n"
                "Select its referent.\n{options}\nReferent:"
            ),
            "{answer}",
        ),
        Template(
            (
                'Read closely and decide whom or what the writer had in mind with "{pronoun}":\n'
                "{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "{text}\nPronoun: {pronoun}\n\n{options}",
            "{answer}",
            instruction="Choose what the pronoun refers to.",
        ),
        Template(
            'Sentence: {text}\nLook at: "{pronoun}"\n\n{options}',
            "{answer}",
            instruction=(
                "Grammar alone will not tell you; "
                "use the sense of the sentence to find the referent."
            ),
        ),
        Template(
            "Expression: {pronoun}\nContext: {text}\n\n{options}",
            "{answer}",
            instruction="Link the expression to the candidate that it stands for.",
        ),
        Template(
            "{text}\nWho or what is this: {pronoun}\n{options}",
            "{answer}",
            instruction="Pronoun quiz. One candidate is right.",
        ),
        Template(
            'Mentioned as "{pronoun}" in: {text}\n\n{options}\n\nAnswer:',
            "{answer}",
            instruction=(
                "Keep the people and things mentioned apart, then answer with one of the options."
            ),
        ),
    ),
)
