"""Whether a hypothesis follows: `premise`, `hypothesis` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

FAMILY = Family(
    name="nli",
    targets=("answer",),
    context="premise",
    labels=(
        LabelSet(
            labels=("entailment", "neutral", "contradiction"),
            wordings={
                "relation": ("entailment", "neutral", "contradiction"),
                "yes_no": ("yes", "it is not possible to tell", "no"),
                "true_false": ("true", "impossible to say", "false"),
            },
        ),
        LabelSet(
            labels=("entailment", "not_entailment"),
            wordings={
                "relation": ("entailment", "not entailment"),
                "yes_no": ("yes", "no"),
            },
        ),
        LabelSet(
            labels=("yes", "no"),
            wordings={
                "yes_no": ("yes", "no"),
                "relation": ("entailment", "not entailment"),
            },
        ),
        LabelSet(
            labels=("yes", "maybe", "no"),
            wordings={"yes_no": ("yes", "it is not possible to tell", "no")},
        ),
        LabelSet(
            labels=("true", "neither", "false"),
            wordings={"true_false": ("true", "impossible to say", "false")},
        ),
    ),
    templates=(
        # Plain wordings, yes or no.
        Template(
            "{premise}\n\nDoes this mean that the following is true? {hypothesis}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Read the text and answer the question.\n\nText: {premise}\nQuestion: Can we conclude "
            'that "{hypothesis}"?',
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\nDoes the premise entail the hypothesis?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            'Suppose that "{premise}" Is it then true that "{hypothesis}"? Answer {labels}.',
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Answer {labels}: does the second sentence follow from the first?\n\n"
            "1. {premise}\n2. {hypothesis}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            '{premise}\nBased on this alone, is the claim "{hypothesis}" correct?\nAnswer:',
            "{answer}",
            form="yes_no",
        ),
        # Plain wordings that name the relation.
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\n"
            "Is the relation between the two {labels}?",
            "{answer}",
            form="relation",
        ),
        Template(
            "Natural language inference. Classify the pair as {labels}.\n"
            "Premise: {premise}\nHypothesis: {hypothesis}\nLabel:",
            "{answer}",
            form="relation",
        ),
        Template(
            "{premise}\n\n{hypothesis}\n\nLabel the second text, given the first, with one of: "
            "{labels}.",
            "{answer}",
            form="relation",
        ),
        Template(
            'Take it as a fact that "{premise}" Is the statement "{hypothesis}" {labels}?',
            "{answer}",
            form="true_false",
        ),
        Template(
            "Statement: {hypothesis}\n\nRead the text below and say whether the statement is "
            "{labels}.\n\n{premise}",
            "{answer}",
            form="true_false",
        ),
        # Any label set.
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}",
            "{answer}",
            instruction="Does the hypothesis follow from the premise? Answer with {labels}.",
        ),
        # With options.
        Template(
            "Does the premise entail the hypothesis?\n\nPremise: {premise}\n"
            "Hypothesis: {hypothesis}\n\n{options}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{premise}\n\nBased on the text above, what is the relation of this sentence to it? "
            "{hypothesis}\n{options}",
            "{answer}",
            form="relation",
        ),
        Template(
            "{premise}\n{options}\nGiven the text, choose the best answer: is it true that "
            '"{hypothesis}"?',
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Decide whether the hypothesis follows from the premise.",
                "Does the first text entail the second? Answer {labels}.",
            ),
            layouts=(
                "Premise: {premise}\nHypothesis: {hypothesis}\nAnswer:",
                "Text: {premise}\nClaim: {hypothesis}\nDoes the claim follow?",
            ),
            form="yes_no",
            options=True,
        ),
    ),
)
