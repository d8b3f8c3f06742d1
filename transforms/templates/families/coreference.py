"""What a pronoun refers to: `text`, `pronoun` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="coreference",
    targets=("answer",),
    templates=(
        Template(
            '{text}\n\nWho or what is meant by "{pronoun}" here?',
            "{answer}",
        ),
        Template(
            'Tell me what "{pronoun}" refers to in the following text.\n\n{text}',
            "{answer}",
        ),
        Template(
            "Text: {text}\nPronoun: {pronoun}\n\nResolve the pronoun in this text.", "{answer}"
        ),
        Template(
            '{text}\n\nName the person or thing that the word "{pronoun}" stands for.',
            "{answer}",
        ),
        Template('{text}\n\nWhat does the word "{pronoun}" refer to in this sentence?', "{answer}"),
        Template(
            '{text}\n\nWhat does "{pronoun}" refer to?',
            "{answer}",
        ),
        Template(
            '{text}\n\nIn the sentence above, "{pronoun}" refers to:',
            "{answer}",
        ),
        Template(
            (
                "Read the text and answer the question.\n\nText: {text}\nQuestion: Who or "
                'what does "{pronoun}" refer to?\nAnswer:'
            ),
            "{answer}",
        ),
        Template(
            (
                '{text}\n\nWhich person or thing does the pronoun "{pronoun}" stand for? '
                "Answer with a name or a noun phrase."
            ),
            "{answer}",
        ),
        Template(
            "Text: {text}\nPronoun: {pronoun}\nReferent:",
            "{answer}",
        ),
        Template(
            "Sentence: {text}\nPronoun: {pronoun}\nAntecedent:",
            "{answer}",
            instruction="Find the antecedent of the pronoun in the sentence.",
        ),
        Template(
            (
                'Who or what does "{pronoun}" refer to in the following? Give only the '
                "name or noun phrase.\n{text}"
            ),
            "{answer}",
        ),
        Template(
            (
                '{text}\n\nPlease tell me who or what is meant by the pronoun "{pronoun}" '
                "in this text."
            ),
            "{answer}",
        ),
        Template(
            (
                'Replace "{pronoun}" with a name or noun so that nobody can misread this: '
                "{text}\nGive only the replacement."
            ),
            "{answer}",
        ),
        Template(
            "{text}\nPronoun: {pronoun}\n\nWrite the noun phrase that the pronoun refers to.",
            "{answer}",
        ),
        Template(
            'who or what is "{pronoun}" in this sentence\n\n{text}\n\nanswer:',
            "{answer}",
        ),
        Template(
            "Sentence: {text}\nPronoun: {pronoun}\nStands for:",
            "{answer}",
            instruction="Use the meaning of the sentence to work out what the pronoun stands for.",
        ),
        Template(
            'Sentence: {text}\nQuestion: What is the referent of "{pronoun}"?',
            "{answer}",
        ),
        Template(
            (
                '{text}\n\nThe pronoun "{pronoun}" is ambiguous here. Say which person or '
                "thing it must mean."
            ),
            "{answer}",
        ),
        Template(
            '{text}\n\nWho or what does "{pronoun}" refer to?\n\n{options}\n\nAnswer:',
            "{answer}",
        ),
        Template(
            '{text}\n\nWhat does "{pronoun}" stand for?\n\n{options}',
            "{answer}",
        ),
        Template(
            (
                'Which of these could take the place of "{pronoun}" without changing the '
                "sense?\n\n{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            ('{options}\n\nWhich of these does "{pronoun}" stand for in the text below?\n\n{text}'),
            "{answer}",
        ),
        Template(
            "{text}\nPronoun: {pronoun}\n\n{options}\n\nChoose what the pronoun refers to.",
            "{answer}",
        ),
        Template(
            (
                'What does the pronoun "{pronoun}" refer to in the following sentence?\n\n'
                "{text}\n\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "Text: {text}\nPronoun: {pronoun}\n{options}\n\n"
            "Choose the right referent for the pronoun.",
            "{answer}",
        ),
        Template(
            'Read the sentence and choose what "{pronoun}" refers to.\n\n{text}\n\n{options}',
            "{answer}",
        ),
        Template(
            ('{text}\n\nChoose the meaning of "{pronoun}" in the text above.\n{options}'),
            "{answer}",
        ),
        Template(
            (
                'Sentence: {text}\n\nWhich of the candidates does "{pronoun}" stand for?\n'
                "{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "Pronoun: {pronoun}\nText: {text}\n\n{options}\nReferent:",
            "{answer}",
            instruction=("Choose the candidate that the pronoun stands for."),
        ),
        Template(
            (
                "Sentence: {text}\nPronoun: {pronoun}\n\nGrammar alone does not decide "
                "this. Use the meaning of the sentence to find what the pronoun refers "
                "to.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                '{text}\n\nPlease pick the person or thing that the word "{pronoun}" '
                "refers to.\n\n{options}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            '{text}\nQuestion: Who or what is meant by "{pronoun}"?\n{options}\n\n'
            "Answer the question by picking one of the options.",
            "{answer}",
        ),
        Template(
            '{text}\n\npick who or what "{pronoun}" means\n{options}',
            "{answer}",
        ),
        Template(
            (
                '{options}\n\nThe pronoun "{pronoun}" in this text refers to one of the '
                "above. Choose it.\n\n{text}"
            ),
            "{answer}",
        ),
        Template(
            'Text: {text}\n{options}\nThe word "{pronoun}" refers to:',
            "{answer}",
            instruction=("Read the text carefully and answer with one of the options."),
        ),
        Template(
            "{text}\nPronoun: {pronoun}\n{options}\nThe pronoun refers to:",
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "What does the pronoun refer to?",
                "Resolve the pronoun in each sentence.",
                "Find the person or thing that the pronoun stands for.",
            ),
            layouts=(
                "Sentence: {text}\nPronoun: {pronoun}\nRefers to:",
                "Text: {text}\nPronoun: {pronoun}\nAnswer:",
                "Pronoun: {pronoun}\nPassage: {text}\nReferent:",
            ),
            options=True,
        ),
        *shots(
            instructions=("", "Resolve the pronoun in each sentence."),
            layouts=('{text}\nWho or what does "{pronoun}" refer to?\nAnswer:',),
            options=True,
        ),
    ),
)
