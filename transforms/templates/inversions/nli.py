"""One half of an inference: `answer` and `premise` or `hypothesis` → the other."""

from transforms.templates.families.nli import LABELS
from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="nli_ii",
    targets=("hypothesis", "premise"),
    labels=LABELS,
    templates=(
        Template(
            "Premise: {premise}\nLabel: {answer}",
            "{hypothesis}",
            instruction=(
                "Write a hypothesis for the premise, so that the pair gets the given label."
            ),
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Premise: {premise}\nLabel: {answer}\n\nWrite the hypothesis that makes "
                "this label right.\nHypothesis:"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            ('Premise: {premise}\n\nGenerate a hypothesis that would be labeled "{answer}".'),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Write a hypothesis for the premise, one that fits the label.\n\nPremise: "
                "{premise}\nLabel: {answer}\nHypothesis:"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Text: {premise}\n\nPlease write a claim about this text. The correct "
                "label for the claim is: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Label: {answer}\nPremise: {premise}\n\nWrite a hypothesis that goes with "
                "this label."
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Relation: {answer}\n\nWrite a sentence that has this relation to the "
                "following text.\n\n{premise}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="relation",
        ),
        Template(
            (
                "{premise}\n\nGive me one hypothesis. Its relation to the text above "
                "should be: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="relation",
        ),
        Template(
            ("{premise}\n\nWrite a statement that {answer} if this text is true."),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="truth",
        ),
        Template(
            ("{premise}\n\nWrite a claim that this text {answer}."),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="backing",
        ),
        Template(
            ("Evidence: {premise}\n\nWrite a claim that the evidence {answer}."),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="backing",
        ),
        Template(
            (
                "Write a claim to which a fact-checker would give the verdict "
                '"{answer}", based on this evidence.\n\nEvidence: {premise}\nClaim:'
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="supported",
        ),
        Template(
            "Evidence: {premise}\nVerdict: {answer}\nClaim:",
            "{hypothesis}",
            instruction=(
                "Write a claim that gets the given verdict when it is checked against the evidence."
            ),
            inversion="premise, answer → hypothesis",
            form="supported",
        ),
        Template(
            (
                "Text: {premise}\n\nWrite one sentence about this. Given the text, your "
                "sentence {answer}."
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="truth",
        ),
        Template(
            (
                'Write a statement that should be marked "{answer}" by someone who knows '
                "only this text.\n\n{premise}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="true_false",
        ),
        Template(
            (
                "{premise}\n\nFor a reading test I need one statement about this text. The "
                "correct answer for it is: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="true_false",
        ),
        Template(
            "Text: {premise}\nTrue or false: {answer}",
            "{hypothesis}",
            instruction="Write a statement about the text for which this answer is right.",
            inversion="premise, answer → hypothesis",
            form="true_false",
        ),
        Template(
            "premise: {premise}\nlabel: {answer}\n\nwrite a hypothesis that fits",
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            "Hypothesis: {hypothesis}\nLabel: {answer}",
            "{premise}",
            instruction=(
                "Write a premise for the hypothesis, so that the pair gets the given label."
            ),
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "Hypothesis: {hypothesis}\nLabel: {answer}\n\nWrite the premise that makes "
                "this label right.\nPremise:"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "Generate a premise for which this hypothesis would be labeled "
                '"{answer}".\n\nHypothesis: {hypothesis}'
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "{hypothesis}\n\nWrite a short text as the premise for this sentence. "
                "Given the premise, the sentence should be labeled: {answer}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "Claim: {hypothesis}\nLabel: {answer}\n\nPlease write a text for which this "
                "label of the claim is right."
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Hypothesis: {hypothesis}\nLabel: {answer}\nText:",
            "{premise}",
            instruction=("Write a premise. The label says how the hypothesis relates to it."),
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "Claim: {hypothesis}\n\nSomeone checked this claim against a text and "
                'labeled it "{answer}". What could the text have said?'
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "{hypothesis}\n\nWrite a premise for this hypothesis. The relation between "
                "the two should be: {answer}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="relation",
        ),
        Template(
            (
                "Relation: {answer}\nHypothesis: {hypothesis}\n\nCome up with a premise "
                "for this pair."
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="relation",
        ),
        Template(
            (
                "Write a short text. If it is true, the statement below "
                "{answer}.\n\nStatement: {hypothesis}\nText:"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="truth",
        ),
        Template(
            ("Claim: {hypothesis}\n\nWrite a piece of evidence that {answer} the claim."),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="backing",
        ),
        Template(
            ("{hypothesis}\n\nWrite a short text that {answer} this claim."),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="backing",
        ),
        Template(
            "Claim: {hypothesis}\nVerdict: {answer}\nEvidence:",
            "{premise}",
            instruction=("Write a piece of evidence that leads to the given verdict on the claim."),
            inversion="hypothesis, answer → premise",
            form="supported",
        ),
        Template(
            (
                "Generate a text that would lead a fact-checker to give this claim the "
                'verdict "{answer}".\n\nClaim: {hypothesis}\nText:'
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="supported",
        ),
        Template(
            ("Statement: {hypothesis}\n\nWrite a text according to which this statement {answer}."),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="truth",
        ),
        Template(
            (
                '{hypothesis}\n\nThis statement should be marked "{answer}" by someone '
                "who knows only your text. Write the text."
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="true_false",
        ),
        Template(
            (
                "Statement: {hypothesis}\n\nWrite a text. Someone who knows only the text "
                'should mark the statement "{answer}".'
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="true_false",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a hypothesis that has the given label.",
                "Complete each pair with a hypothesis.",
            ),
            layouts=(
                "Premise: {premise}\nLabel: {answer}\nHypothesis:",
                "Label: {answer}\nText: {premise}\nClaim:",
            ),
            targets="{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        *shots(
            instructions=("Write a statement about the text.",),
            layouts=("Text: {premise}\nA statement that {answer} if the text is true:",),
            targets="{hypothesis}",
            form="truth",
            inversion="premise, answer → hypothesis",
        ),
        *shots(
            instructions=(
                "",
                "Write a premise, so that the hypothesis has the given label.",
                "Complete each pair with a premise.",
            ),
            layouts=(
                "Hypothesis: {hypothesis}\nLabel: {answer}\nPremise:",
                "Label: {answer}\nClaim: {hypothesis}\nText:",
            ),
            targets="{premise}",
            inversion="hypothesis, answer → premise",
        ),
        *shots(
            instructions=("", "Write a claim for each text, as asked."),
            layouts=(
                "Evidence: {premise}\nA claim that the evidence {answer}:",
                "{premise}\nA claim that this text {answer}:",
                "Text: {premise}\nA claim to check, which the text {answer}:",
            ),
            targets="{hypothesis}",
            form="backing",
            inversion="premise, answer → hypothesis",
        ),
        *shots(
            instructions=("", "Write a text on each claim, as asked."),
            layouts=(
                "Claim: {hypothesis}\nEvidence that {answer} it:",
                "Claim: {hypothesis}\nText that {answer} the claim:",
                "{hypothesis}\nEvidence that {answer} this claim:",
            ),
            targets="{premise}",
            form="backing",
            inversion="hypothesis, answer → premise",
        ),
        *shots(
            instructions=("", "Write a statement about the text for which the answer is right."),
            layouts=(
                "Text: {premise}\nTrue or false: {answer}\nStatement:",
                "{premise}\nAnswer: {answer}\nStatement:",
                "True or false: {answer}\nText: {premise}\nStatement about the text:",
            ),
            targets="{hypothesis}",
            form="true_false",
            inversion="premise, answer → hypothesis",
        ),
        *shots(
            instructions=("", "Write a text for which the answer is right."),
            layouts=(
                "Statement: {hypothesis}\nTrue or false: {answer}\nText:",
                "Answer: {answer}\nStatement: {hypothesis}\nText:",
            ),
            targets="{premise}",
            form="true_false",
            inversion="hypothesis, answer → premise",
        ),
    ),
)
