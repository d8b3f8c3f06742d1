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
            (
                "{premise}\n\nGenerate a sentence for which the inference label, given "
                'this premise, is "{answer}".'
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Natural language inference, the other way around: you see the premise and "
                "the label, and write the hypothesis.\n\nPremise: {premise}\nLabel: "
                "{answer}\nHypothesis:"
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
            ("Write a sentence whose relation to the following sentence is {answer}.\n\n{premise}"),
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
            (
                "{premise}\n\nWrite a statement about this text. When someone asks whether "
                "the statement follows from the text, the answer should be: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="yes_no",
        ),
        Template(
            (
                "{premise}\n\nWrite a claim about this text. When the claim is checked "
                "against the text, the verdict should be: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="supported",
        ),
        Template(
            ("Evidence: {premise}\nVerdict: {answer}\n\nWrite a claim that gets this verdict."),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="supported",
        ),
        Template(
            (
                "Write a claim on which a fact-checker with this evidence gives the "
                'verdict "{answer}".\n\nEvidence: {premise}\nClaim:'
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
                "Text: {premise}\nDoes the statement follow from the text? "
                "{answer}\n\nWrite such a statement."
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
            form="yes_no",
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
            "Text: {premise}\nMark: {answer}",
            "{hypothesis}",
            instruction="Write a statement about the text that gets the given mark.",
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
                "Generate a premise for which the inference label of this hypothesis is "
                '"{answer}".\n\nHypothesis: {hypothesis}'
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "{hypothesis}\n\nWrite a short text that serves as the premise. With that "
                "premise, the correct label for the sentence above is: {answer}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "Claim: {hypothesis}\nLabel of the claim, given the text: {answer}\n\n"
                "Please write the text."
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Hypothesis: {hypothesis}\nLabel: {answer}\nOutput:",
            "{premise}",
            instruction=(
                "You will be given a hypothesis and an inference label. Output a premise "
                "that fits both."
            ),
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                'Somebody judged this claim by a text and gave it the label "{answer}": '
                "{hypothesis}\n\nWhat could the text have said?"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "{hypothesis}\n\nWrite a premise whose relation to this hypothesis is {answer}.",
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
                "Write a short text. When someone asks whether the statement below follows "
                "from it, the answer should be: {answer}\n\nStatement: {hypothesis}\nText:"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="yes_no",
        ),
        Template(
            (
                "Claim: {hypothesis}\nVerdict: {answer}\n\nWrite the evidence that leads "
                "to this verdict."
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="supported",
        ),
        Template(
            (
                "{hypothesis}\n\nWrite a short text. When the claim above is checked "
                "against it, the verdict should be: {answer}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="supported",
        ),
        Template(
            "Claim: {hypothesis}\nVerdict: {answer}\nEvidence:",
            "{premise}",
            instruction="Write a piece of evidence for which the claim gets the given verdict.",
            inversion="hypothesis, answer → premise",
            form="supported",
        ),
        Template(
            (
                "Generate a text with which a fact-checker gives this claim the verdict "
                '"{answer}".\n\nClaim: {hypothesis}\nText:'
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="supported",
        ),
        Template(
            (
                "Statement: {hypothesis}\nDoes it follow from the text? {answer}\n\nWrite "
                "the text that this answer is about."
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
            form="yes_no",
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
                "Statement: {hypothesis}\n\nWrite a text according to which the right mark "
                "for this statement is: {answer}"
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
            layouts=("Text: {premise}\nDoes the statement follow? {answer}\nStatement:",),
            targets="{hypothesis}",
            form="yes_no",
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
            instructions=("", "Write a claim that gets the given verdict."),
            layouts=(
                "Evidence: {premise}\nVerdict: {answer}\nClaim:",
                "{premise}\nVerdict on the claim: {answer}\nClaim:",
                "Verdict: {answer}\nText: {premise}\nClaim to check:",
            ),
            targets="{hypothesis}",
            form="supported",
            inversion="premise, answer → hypothesis",
        ),
        *shots(
            instructions=("", "Write evidence that leads to the given verdict on the claim."),
            layouts=(
                "Claim: {hypothesis}\nVerdict: {answer}\nEvidence:",
                "Verdict: {answer}\nClaim: {hypothesis}\nText:",
                "{hypothesis}\nVerdict on this claim: {answer}\nEvidence:",
            ),
            targets="{premise}",
            form="supported",
            inversion="hypothesis, answer → premise",
        ),
        *shots(
            instructions=("", "Write a statement about the text that makes the mark right."),
            layouts=(
                "Text: {premise}\nTrue or false: {answer}\nStatement:",
                '{premise}\nA statement that is marked "{answer}":',
                "Mark: {answer}\nText: {premise}\nStatement about the text:",
            ),
            targets="{hypothesis}",
            form="true_false",
            inversion="premise, answer → hypothesis",
        ),
        *shots(
            instructions=("", "Write a text that makes the mark of the statement right."),
            layouts=(
                "Statement: {hypothesis}\nTrue or false: {answer}\nText:",
                "Mark: {answer}\nStatement: {hypothesis}\nText that decides it:",
            ),
            targets="{premise}",
            form="true_false",
            inversion="hypothesis, answer → premise",
        ),
    ),
)
