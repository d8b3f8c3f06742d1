"""Reasons, then the answer: `question` → `rationale` and `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="chain_of_thought",
    targets=("rationale", "answer"),
    templates=(
        Template(
            "{question}\n\nTell me how you get there before you tell me the answer.",
            "{rationale} So the answer is {answer}.",
        ),
        Template("Reason it through out loud: {question}", "{rationale} The answer is {answer}."),
        Template("{question}\nShow your working.", "{rationale}\nThe final answer: {answer}."),
        Template(
            "Explain first, conclude afterwards.\n\n{question}",
            "{rationale} Therefore, the answer is {answer}.",
        ),
        Template(
            "Question: {question}\nThoughts, in order, and then the outcome:",
            "{rationale}\nSo the answer is {answer}.",
        ),
        Template(
            "Take your time with this one and go from what is known to what is asked.\n{question}",
            "{rationale}\nThe answer is {answer}.",
        ),
        Template(
            "{question}\n\nI care about the why at least as much as about the what.",
            "{rationale}\nTherefore, the answer is {answer}.",
        ),
        Template(
            (
                "A friend does not see how to begin with this:\n\n{question}\n\n"
                "Lead them to the answer, one small move after the other."
            ),
            "{rationale} So the answer is {answer}.",
        ),
        Template(
            "{question}",
            "{rationale} The answer is {answer}.",
            instruction="An answer is worth little without its reasons, so write those first.",
        ),
        Template(
            "Q: {question}\nA:",
            "{rationale} The final answer: {answer}.",
            instruction=(
                "Break the question into parts, deal with them in turn and finish with the answer."
            ),
        ),
        Template(
            "To solve: {question}",
            "{rationale} So the answer is {answer}.",
            instruction="Write down each thought that brings you closer to the answer.",
        ),
        Template(
            "Question: {question}",
            "{rationale} Therefore, the answer is {answer}.",
            instruction=(
                "Leave out nothing: justify what you say and only then commit to an answer."
            ),
        ),
        Template(
            "Exam question: {question}",
            "{rationale}\nThe final answer: {answer}.",
            instruction="A marker gives most of the points for the argument. Argue, then answer.",
        ),
        Template(
            "The case: {question}",
            "{rationale}\nThe answer is {answer}.",
            instruction=(
                "Think like a detective: gather the clues, draw your inferences, name the answer."
            ),
        ),
        Template(
            "{question}\n\nFacts and answer:",
            "{rationale}\nTherefore, the answer is {answer}.",
            instruction=(
                "Before answering, "
                "recall the facts that bear on the question and put them together."
            ),
        ),
        Template(
            "{question}\n\n{options}\n\nSay what speaks for the right option, then name it.",
            "{rationale} So the answer is {answer}.",
        ),
        Template(
            "Which is it, and how do you know? {question}\n{options}",
            "{rationale} The answer is {answer}.",
        ),
        Template(
            "Talk us through your decision.\n\n{question}\n\n{options}",
            "{rationale} Therefore, the answer is {answer}.",
        ),
        Template(
            "{question}\n{options}\nReasons first, verdict last:",
            "{rationale}\nThe final answer: {answer}.",
        ),
        Template(
            (
                "Do not guess: derive the answer, writing out what you are thinking.\n\n"
                "Question: {question}\n\n{options}"
            ),
            "{rationale}\nSo the answer is {answer}.",
        ),
        Template(
            '{options}\n\nConsider the question "{question}" and argue your way to one of these.',
            "{rationale}\nThe answer is {answer}.",
        ),
        Template(
            "{question}\n\n{options}",
            "{rationale}\nTherefore, the answer is {answer}.",
            instruction="Explain your choice before you make it.",
        ),
        Template(
            "Problem: {question}\n\n{options}",
            "{rationale} The final answer: {answer}.",
            instruction=(
                "Work towards the answer in clear steps and end with the option that they lead to."
            ),
        ),
        Template(
            "Before the jury: {question}\n{options}",
            "{rationale} So the answer is {answer}.",
            instruction="A jury wants grounds, not just a ruling. Set out the grounds, then rule.",
        ),
        Template(
            "Q. {question}\n\n{options}\n\nRecord:",
            "{rationale} Therefore, the answer is {answer}.",
            instruction=(
                "Test the options against what you know and keep a record of how you reason."
            ),
        ),
        Template(
            "The beginner asks: {question}\n\n{options}",
            "{rationale} The answer is {answer}.",
            instruction=(
                "Teach while you answer: "
                "a beginner should be able to follow every turn of the argument."
            ),
        ),
    ),
)
