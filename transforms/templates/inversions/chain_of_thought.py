"""Reasoning turned round: any of `question`, `rationale`, `answer` from the others."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="chain_of_thought_ii",
    targets=("question", "rationale", "answer"),
    templates=(
        Template(
            "{rationale} So the answer is {answer}.\n\nWhat had been asked?",
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                'Somebody arrives at "{answer}" like this:\n\n'
                "{rationale}\n\nWhich problem were they working on?"
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "Worked solution: {rationale}\nResult: {answer}\n\n"
                "The exercise itself got lost. Please restore it."
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            (
                "Write the question that goes above this model answer.\n\n"
                "{rationale}\nFinal answer: {answer}"
            ),
            "{question}",
            inversion="rationale, answer → question",
        ),
        Template(
            "Argument: {rationale}\nConclusion: {answer}",
            "{question}",
            instruction=(
                "A page of solutions has come loose from its exercises. Write the exercise that "
                "belongs to the solution."
            ),
            inversion="rationale, answer → question",
        ),
        Template(
            "Explanation: {rationale}\nAnswer: {answer}\nQuestion:",
            "{question}",
            instruction=(
                "Quiz night backwards: you hear an explanation and an answer, and you have to "
                "come up with the question."
            ),
            inversion="rationale, answer → question",
        ),
        Template(
            "{rationale}\n\nEnded at: {answer}",
            "{question}",
            instruction=(
                "Read the thinking and see where it ended. Then say where it began: what was the "
                "question?"
            ),
            inversion="rationale, answer → question",
        ),
        Template(
            "{question}\n\nThe answer is {answer}. Explain how one gets there.",
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            "Question: {question}\nAnswer: {answer}\nWhy?",
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            (
                'My teacher says the answer to this is "{answer}", and I do not see why.\n\n'
                "{question}\n\nCan you walk me through it?"
            ),
            "{rationale}",
            inversion="question, answer → rationale",
        ),
        Template(
            (
                "The answer key gives only the result. Supply the reasoning that is missing "
                "between the two.\n\n{question}\n[...]\n{answer}"
            ),
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
            "{question}\n\nDoubted: {answer}",
            "{rationale}",
            instruction=(
                "Somebody doubts a correct answer. Defend it with reasons, not with authority."
            ),
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
            "What is being asked here, and what comes out?\n\n{rationale}",
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            (
                "I found these notes on the back of an envelope: {rationale}\n\n"
                "Tell me first what was to be worked out and then the outcome."
            ),
            "To be worked out: {question}\nOutcome: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            "Reasoning: {rationale}\nComplete the record with the question, then the answer.",
            "Question: {question}\nAnswer: {answer}",
            inversion="rationale → question, answer",
        ),
        Template(
            "[...]\n{rationale}\n[...]",
            "Beginning: {question}\nEnd: {answer}",
            instruction=(
                "Only the middle of a solved problem is left. Write its beginning (the question) "
                "and its end (the answer)."
            ),
            inversion="rationale → question, answer",
        ),
        Template(
            "Train of thought: {rationale}",
            "{question}\n\n{answer}",
            instruction=(
                "Make a quiz card out of a train of thought: the question on top, the answer "
                "below it."
            ),
            inversion="rationale → question, answer",
        ),
        Template(
            '"{rationale}"',
            "They were asked: {question}\nThey will reply: {answer}",
            instruction=(
                "You listen to someone thinking aloud. Report what they were asked and what they "
                "will reply."
            ),
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
                "Answer: {answer}\n\nNow the rest of the entry: a question for it and the "
                "reasons why it is right."
            ),
            "Question: {question}\nReasons: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            (
                'The solution of a puzzle is "{answer}". What could the puzzle be, and how would '
                "you crack it?"
            ),
            "Puzzle: {question}\nHow to crack it: {rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            (
                "I am writing a textbook and would like a worked example that ends with: "
                "{answer}\nPlease draft the question and, under it, the working."
            ),
            "{question}\n\n{rationale}",
            inversion="answer → question, rationale",
        ),
        Template(
            "Answer: {answer}",
            "Question: {question}\nArgument: {rationale}",
            instruction=(
                "Start from the answer. Think of a question that it settles, then argue your way "
                "back to it."
            ),
            inversion="answer → question, rationale",
        ),
        Template(
            "Key: {answer}",
            "Question: {question}\nWorked solution: {rationale}",
            instruction=(
                "Design an exam item from the end: the key is fixed, the question and the worked "
                "solution are up to you."
            ),
            inversion="answer → question, rationale",
        ),
        Template(
            "Called out: {answer}",
            "Question: {question}\nExplanation: {rationale}",
            instruction=(
                "Party game: one player calls out an answer, the next invents a question for it "
                "and explains why the answer fits."
            ),
            inversion="answer → question, rationale",
        ),
    ),
)
