"""The question or situation for a sensible answer: `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="commonsense_ii",
    targets=("question",),
    # Goals, such as "Keep bread fresh", are no questions.
    apart=frozenset(("how_to",)),
    templates=(
        Template(
            "Write an everyday question to which this is the sensible answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\nQuestion:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("{answer}\n\nThis is the common-sense answer to a question. Write the question."),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Generate a common-sense question with the following answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}",
            "{question}",
            instruction="Write the question that the answer belongs to.",
            inversion="answer → question",
        ),
        Template(
            (
                "Answer: {answer}\n\nPlease write a question about everyday life that "
                "leads to this answer."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\nQuestion to ask:",
            "{question}",
            instruction=("Write a common-sense question that has this answer."),
            inversion="answer → question",
        ),
        Template(
            (
                "Below is the answer to a question about everyday life. What could the "
                "question be?\n\n{answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Natural answer: {answer}\nQuestion:",
            "{question}",
            instruction="Write a common-sense question for the answer.",
            inversion="answer → question",
        ),
        Template(
            (
                "{answer}\n\nThink of an everyday question that most people would answer "
                "like this. Write the question."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "write a question that has this answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Sensible answer: {answer}\n\nWrite a question that it answers.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "I need a question for a common-sense test. The correct answer is "
                "given.\n\nCorrect answer: {answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Reply that anyone would give: {answer}\nQuestion:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("Here is a piece of practical advice. What is it for?\n\n{answer}"),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Solution: {answer}\nGoal:",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "{answer}\n\nWhat is someone who follows this advice trying to do?",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            ("Write down what someone who does the following wants to achieve.\n\n{answer}"),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Advice: {answer}",
            "{question}",
            instruction="Name the goal that the advice is for.",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "{answer}\n\nWhat is this a solution for? Write the goal.",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            ("Generate a goal for the following solution.\n\nSolution: {answer}\nGoal:"),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "what does doing this help with?\n\n{answer}\n\ngoal:",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Someone does the following. What are they trying to achieve?\n\n{answer}",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            ("Instructions: {answer}\n\nPlease write what these instructions help to do."),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "{answer}\n\nState the purpose of doing this in a few words.\nPurpose:",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Solution: {answer}\nOutput:",
            "{question}",
            instruction="Write down the goal that this solution serves.",
            inversion="answer → question",
            domain="how_to",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question for each answer.",
                "What was asked?",
            ),
            layouts=(
                "Answer: {answer}\nQuestion:",
                "Natural answer: {answer}\nQuestion:",
                "Sensible answer: {answer}\nQuestion:",
                "{answer}\nThe question:",
            ),
            targets="{question}",
            inversion="answer → question",
        ),
        *shots(
            instructions=(
                "",
                "Name the goal that the solution serves.",
                "For each piece of advice, write what it helps to do.",
            ),
            layouts=(
                "Solution: {answer}\nGoal:",
                "Advice: {answer}\nGoal:",
                "How to do it: {answer}\nGoal:",
            ),
            targets="{question}",
            inversion="answer → question",
            domain="how_to",
        ),
    ),
)
