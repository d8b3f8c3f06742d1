"""A math problem, solved: `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="math_word_problem",
    targets=("answer",),
    templates=(
        Template("{question}", "{answer}"),
        Template("Work this out: {question}", "{answer}"),
        Template("{question}\n\nWrite down the result.", "{answer}"),
        Template("Problem: {question}\nResult:", "{answer}"),
        Template("{question}\nGive the final value; no explanation is needed.", "{answer}"),
        Template("Problem: {question}", "{answer}", instruction="Solve the problem."),
        Template("Solve the following math problem.\n\n{question}", "{answer}"),
        Template("Answer this math question: {question}\nAnswer:", "{answer}"),
        Template("{question}\n\nSolve this and give only the final answer.", "{answer}"),
        Template("{question}\nJust tell me the answer.", "{answer}"),
        Template("Math problem: {question}\n\nFinal answer:", "{answer}"),
        Template("Find the solution to this problem.\n\n{question}", "{answer}"),
        Template(
            "{question}\n\nPlease calculate the answer. You do not have to show your work.",
            "{answer}",
        ),
        Template("can you solve this? {question}", "{answer}"),
        Template(
            "{question}\nReply with a number or a short expression, and nothing else.", "{answer}"
        ),
        Template(
            "Q: {question}\nA:",
            "{answer}",
            instruction="Solve each problem and write down the result alone.",
        ),
        Template(
            "I need the answer to this problem, without the steps.\n\n{question}\n\nAnswer:",
            "{answer}",
        ),
        Template(
            ("You solve math problems. Give the result only.\n\nProblem: {question}\nResult:"),
            "{answer}",
        ),
        Template("{question}\n\nThe answer is:", "{answer}"),
        Template(
            "Here is an exercise from a math test. Find the answer.\n\n{question}", "{answer}"
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Solve each problem.",
                "Solve these math problems. Give the final answer only.",
                "Find the answer to each question.",
            ),
            layouts=(
                "Problem: {question}\nAnswer:",
                "Question: {question}\nAnswer:",
                "Q: {question}\nA:",
                "{question}\nResult:",
            ),
        ),
    ),
)
