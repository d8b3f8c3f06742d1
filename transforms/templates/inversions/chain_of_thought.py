"""Reasoning inverted: any of `question`, `rationale`, `answer` from the others."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="chain_of_thought_ii",
    targets=(
        "question",
        "rationale",
        "answer",
    ),
    templates=(
        Template(
            "{rationale} So the answer is: {answer}.\n\nWhat was the question?",
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "Someone solved a problem like this:\n\n{rationale}\n\nTheir answer was: "
                "{answer}\nWhat was the problem?"
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "Write the question that goes above this model answer.\n\n{rationale}\nFinal "
                "answer: {answer}"
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            "Explanation: {rationale}\nAnswer: {answer}\n\nWhat is the question?",
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "Given the reasoning and the answer, write the question.\n\nReasoning: "
                "{rationale}\nAnswer: {answer}\nQuestion:"
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            "Reasoning: {rationale}\nAnswer: {answer}",
            "{question}",
            instruction="Write the question that this reasoning and this answer belong to.",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "{rationale}\nThe answer is: {answer}.\n\nGenerate the question that was "
                "answered here."
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "Here is how someone answered a question. Please write the question.\n\n"
                "{rationale} Therefore, the answer is: {answer}.\n\nQuestion:"
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            "{question}\n\nThe answer is: {answer}.\nExplain how to get there.",
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            "Question: {question}\nAnswer: {answer}\nWhy?",
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            "Q: {question}\nA: {answer}",
            "{rationale}",
            instruction=(
                "Justify the answer: set out the thoughts that lead from the question to it."
            ),
            inversion="question, answer → rationale",
        ),
        Template(
            "Problem: {question}\nSolution: {answer}\nSteps:",
            "{rationale}",
            instruction=(
                "You know how it ends. Fill in the steps between the problem and its solution."
            ),
            inversion="question, answer → rationale",
        ),
        Template(
            (
                "Explain the answer to the question.\n\nQuestion: {question}\nAnswer: "
                "{answer}\nExplanation:"
            ),
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            "{question}\n\nThe answer to this is {answer}. Let's think step by step to see why.",
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            (
                "Write down the reasoning that leads to the answer.\n\n{question}\n\nAnswer: "
                "{answer}\nReasoning:"
            ),
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            (
                "{question}\nI know that the answer is this: {answer}\n\nBut I do not see why. Can "
                "you explain it to me?\nExplanation:"
            ),
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            (
                "{rationale}\n\nThat was the reasoning. Now write down the question it deals "
                "with and the answer it leads to."
            ),
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            "What is being asked here, and what is the answer?\n\n{rationale}",
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            (
                "Reasoning: {rationale}\n\nThe question and the answer are missing. Write "
                "both, in this order."
            ),
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            "Reasoning: {rationale}",
            "Question: {question}\nAnswer: {answer}",
            instruction=(
                "Write the question that the reasoning is about, and below it the answer."
            ),
            inversion="rationale → question, answer",
        ),
        Template(
            (
                "Given the reasoning below, write the question and the answer.\n\nReasoning: "
                "{rationale}\nQuestion and answer:"
            ),
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            (
                "{rationale}\n\nWhich question does this explain, and what is its answer? "
                'Write one line that starts with "Question:" and one that starts with '
                '"Answer:".'
            ),
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            (
                "Here is an explanation without its question: {rationale}\n\nPlease write "
                "the question first and then the answer."
            ),
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            (
                "{rationale}\n\nGenerate a question and its answer from this explanation.\n"
                "Question and answer:"
            ),
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            (
                'Make up a question that has to be answered with "{answer}", and show the '
                "reasoning behind the answer."
            ),
            "Question: {question}\nReasoning: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            (
                "Answer: {answer}\n\nWrite a question for this answer, followed by the "
                "reasons why the answer is right."
            ),
            "Question: {question}\nReasons: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            (
                "I am writing a textbook and would like a worked example that ends with: "
                "{answer}\nPlease draft the question and, under it, the steps of the "
                "solution."
            ),
            "{question}\n\n{rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            "Answer: {answer}",
            "Question: {question}\nExplanation: {rationale}",
            instruction=(
                "Start from the answer. Think of a question that has it, and explain "
                "how the question leads to the answer."
            ),
            inversion="answer → question, rationale",
        ),
        Template(
            (
                "Write a question with this answer: {answer}\n\nThen explain step by step how to "
                "find the answer.\nQuestion and reasoning:"
            ),
            "Question: {question}\nReasoning: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            (
                "The answer is: {answer}.\n\nWrite a question for it, and below the question "
                "the reasoning that leads to the answer."
            ),
            "Question: {question}\nReasoning: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            "Generate a question and an explanation for this answer: {answer}",
            "Question: {question}\nExplanation: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            (
                "Answer: {answer}\n\nInvent a question that has this answer, and explain "
                'why. Start with "Question:", then "Explanation:".'
            ),
            "Question: {question}\nExplanation: {rationale}",
            inversion="answer → question, rationale",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the question that each explanation answers.",
                "Given the reasoning and the answer, write the question.",
            ),
            layouts=(
                "Reasoning: {rationale}\nAnswer: {answer}\nQuestion:",
                "{rationale} So the answer is: {answer}.\nWhat was the question?",
            ),
            targets="{question}",
            inversion="rationale, answer → question",
        ),
        *shots(
            instructions=(
                "",
                "Explain each answer.",
                "For each question, write the reasoning that leads to the answer.",
            ),
            layouts=(
                "Question: {question}\nAnswer: {answer}\nExplanation:",
                "Q: {question}\nA: {answer}\nWhy?",
            ),
            targets="{rationale}",
            inversion="question, answer → rationale",
        ),
        *shots(
            instructions=(
                "",
                "For each explanation, write the question and the answer.",
            ),
            layouts=(
                "Reasoning: {rationale}\nQuestion and answer:\n",
                "Explanation: {rationale}\nThe question and its answer:\n",
            ),
            targets="Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        *shots(
            instructions=(
                "Write a question for each answer and explain how to find the answer.",
                "For each answer, make up a question and show the reasoning.",
            ),
            layouts=(
                "Answer: {answer}\nQuestion and reasoning:\n",
                "The answer: {answer}\nA question with this answer, and the reasoning:\n",
            ),
            targets="Question: {question}\nReasoning: {rationale}",
            inversion="answer → question, rationale",
        ),
    ),
)
