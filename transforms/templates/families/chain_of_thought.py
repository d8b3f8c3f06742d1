"""Reasons, then the answer: `question` → `rationale` and `answer`.

Every target ends in a sentence that tfrecords_schema/answers.py reads back.
"""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="chain_of_thought",
    targets=(
        "rationale",
        "answer",
    ),
    templates=(
        # Without options.
        Template(
            "{question}\n\nTell me how you get there before you tell me the answer.",
            "{rationale} So the answer is: {answer}.",
        ),
        Template("Reason it through out loud: {question}", "{rationale} The answer is: {answer}."),
        Template(
            "Explain first, conclude afterwards.\n\n{question}",
            "{rationale} Therefore, the answer is: {answer}.",
        ),
        Template(
            (
                "Take your time with this one and go from what is known to what is asked.\n"
                "{question}"
            ),
            "{rationale}\nThe answer is: {answer}.",
        ),
        Template(
            "Q: {question}\nA:",
            "{rationale} The final answer: {answer}.",
            instruction=(
                "Break the question into parts, deal with them in turn and finish with the answer."
            ),
        ),
        Template(
            "{question}\n\nFacts and answer:",
            "{rationale}\nPutting this together, the answer is: {answer}.",
            instruction=(
                "Before answering, recall the facts that bear on the question and "
                "put them together."
            ),
        ),
        Template(
            "{question}\n\nLet's think step by step.", "{rationale} So the answer is: {answer}."
        ),
        Template(
            "Q: {question}\nA: Let's think step by step.",
            "{rationale} Therefore, the answer is: {answer}.",
        ),
        Template(
            "Think step by step, then answer the question.\n\n{question}\n\nThoughts:",
            "{rationale} The answer is: {answer}.",
        ),
        Template(
            "Answer the following question, step by step.\n\n{question}",
            "{rationale} Thus, the answer is: {answer}.",
        ),
        Template(
            "{question}\n\nAnswer the question above, and think step by step as you do.",
            "{rationale} The final answer is: {answer}.",
        ),
        Template(
            "Question: {question}\n\nLet's work through this one step at a time.",
            "{rationale}\nThe final answer: {answer}.",
        ),
        Template(
            "{question}\n\nExplain your reasoning, then give the final answer.",
            "{rationale} Therefore, the final answer is: {answer}.",
        ),
        Template(
            (
                "Answer the following question by reasoning step by step.\n\nQuestion: "
                "{question}\nReasoning:"
            ),
            "{rationale}\nSo the final answer is: {answer}.",
        ),
        Template(
            "{question}\n\nShow your work and end with the answer.\nSolution:",
            "{rationale}\nThe answer: {answer}.",
        ),
        Template(
            "Give your reasons first and your answer last.\n\nQuestion: {question}",
            "{rationale} For these reasons, the answer is: {answer}.",
        ),
        Template(
            "{question}\nSay how you know, and then give the answer.",
            "{rationale} So the answer is: {answer}.",
        ),
        Template(
            (
                "You are a careful assistant. Think about the question and write down your "
                "reasoning before the answer.\n\n{question}"
            ),
            "{rationale} Hence, the answer is: {answer}.",
        ),
        Template(
            "Question: {question}\nExplain how you find the answer:",
            "{rationale} We can conclude that the answer is: {answer}.",
        ),
        Template(
            (
                "{question}\n\nPlease explain your thinking. I would like to understand why "
                "the answer is right."
            ),
            "{rationale} Thus, the answer is: {answer}.",
        ),
        Template(
            "think it through before you answer: {question}",
            "{rationale} As a result, the answer is: {answer}.",
        ),
        Template(
            (
                "Read the question, reason about it, and state your conclusion.\n\n{question}"
                "\n\nReasoning and conclusion:"
            ),
            "{rationale}\nIn conclusion, the answer is: {answer}.",
        ),
        Template(
            "Question: {question}\n\nThought process:",
            "{rationale} Hence, the answer is: {answer}.",
        ),
        Template(
            "Let's solve this slowly and carefully.\n\n{question}",
            "{rationale} So the answer is: {answer}.",
        ),
        # With options.
        Template(
            "{question}\n{options}\n\nSay how you know, then choose.",
            "{rationale} The answer is: {answer}.",
        ),
        Template(
            "Talk us through your decision.\n\n{question}\n\n{options}",
            "{rationale} Therefore, the answer is: {answer}.",
        ),
        Template(
            (
                "Do not guess. Work out the answer and write down your thoughts.\n\n"
                "Question: {question}\n\n{options}"
            ),
            "{rationale}\nSo the answer is: {answer}.",
        ),
        Template(
            "{question}\n\n{options}",
            "{rationale}\nTherefore, the answer is: {answer}.",
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
            "{question}\n\n{options}\n\nLet's think step by step to find the right option.",
            "{rationale} So the answer is: {answer}.",
        ),
        Template(
            "Q: {question}\n{options}\nA: Let's think step by step.",
            "{rationale} Thus, the answer is: {answer}.",
        ),
        Template(
            "Think step by step, then choose the right option.\n\n{question}\n\n{options}",
            "{rationale} The final answer is: {answer}.",
        ),
        Template(
            "{question}\n{options}\nThink step by step before you choose.",
            "{rationale}\nThe final answer: {answer}.",
        ),
        Template(
            (
                "Answer the multiple-choice question, and reason step by step before you "
                "choose.\n\nQuestion: {question}\n{options}\nReasoning:"
            ),
            "{rationale} Therefore, the final answer is: {answer}.",
        ),
        Template(
            "{question}\n\n{options}\n\nExplain your reasoning and then give the correct option.",
            "{rationale}\nSo the final answer is: {answer}.",
        ),
        Template(
            "Question: {question}\n{options}\nChoose one, but first show how you got there.",
            "{rationale} We can conclude that the answer is: {answer}.",
        ),
        Template(
            (
                "{question}\n{options}\n\nPick an answer and tell me why it is the right "
                "one. The reasons come first."
            ),
            "{rationale} Thus, the answer is: {answer}.",
        ),
        Template(
            (
                "{options}\n\nUse one of these to answer the question below. Think before "
                "you choose.\n\n{question}"
            ),
            "{rationale} As a result, the answer is: {answer}.",
        ),
        Template(
            (
                "Give your reasons first and the right option last.\n\n{question}\n{options}"
                "\nReasons:"
            ),
            "{rationale} For these reasons, the answer is: {answer}.",
        ),
        Template(
            ("{question}\n\n{options}\n\nLet's go through this carefully, step by step."),
            "{rationale} So the answer is: {answer}.",
        ),
        Template(
            "choose an option, but explain first\n\n{question}\n{options}",
            "{rationale} Hence, the answer is: {answer}.",
        ),
        Template(
            (
                "You are given a question and some options. Write down your reasoning, then "
                "your choice.\n\n{question}\n{options}\n\nReasoning and choice:"
            ),
            "{rationale}\nIn conclusion, the answer is: {answer}.",
        ),
        Template(
            (
                "Question: {question}\n\n{options}\n\nReason about the question and finish "
                "with the answer."
            ),
            "{rationale}\nThe answer: {answer}.",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Think step by step before you answer.",
            ),
            layouts=("Q: {question}\nA:",),
            targets="{rationale} So the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Answer each question by reasoning step by step.",
            ),
            layouts=("Question: {question}\nLet's think step by step.",),
            targets="{rationale} Therefore, the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Explain your reasoning, then give the answer.",
            ),
            layouts=("Question: {question}\nAnswer:",),
            targets="{rationale} The answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "Give the reasons for each answer before the answer.",
                "Let's think step by step.",
            ),
            layouts=("Question: {question}\nReasoning:",),
            targets="{rationale} The final answer is: {answer}.",
        ),
        *shots(
            instructions=("Solve each problem step by step.",),
            layouts=(
                "Problem: {question}\nSolution:",
                "{question}\nSteps:",
            ),
            targets="{rationale}\nThe final answer: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Answer the questions. Show your reasoning.",
            ),
            layouts=("{question}\nReasoning and answer:",),
            targets="{rationale}\nThe answer: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Think step by step before you answer.",
            ),
            layouts=("Q: {question}\nA: Let's think step by step.",),
            targets="{rationale} Therefore, the answer is: {answer}.",
        ),
        *shots(
            instructions=("Think step by step before you answer.",),
            layouts=("Question: {question}\nSteps and answer:",),
            targets="{rationale} Therefore, the final answer is: {answer}.",
        ),
        *shots(
            instructions=("Work through each question one step at a time.",),
            layouts=(
                "Q: {question}\nA:",
                "Question: {question}\nThoughts:",
            ),
            targets="{rationale} Thus, the answer is: {answer}.",
        ),
        *shots(
            instructions=("Reason first, then answer.",),
            layouts=(
                "Question: {question}\nAnswer:",
                "Q: {question}\nReasoning:",
            ),
            targets="{rationale}\nSo the final answer is: {answer}.",
        ),
        *shots(
            instructions=("For each question, think before you answer.",),
            layouts=(
                "Question: {question}\nAnswer:",
                "{question}\nThinking:",
            ),
            targets="{rationale} So the answer is: {answer}.",
        ),
        *shots(
            instructions=("Read each question and explain how you find the answer.",),
            layouts=("Question: {question}\nExplanation:",),
            targets="{rationale} We can conclude that the answer is: {answer}.",
        ),
        *shots(
            instructions=("Explain each answer before you give it.",),
            layouts=("Question: {question}\nExplanation and answer:",),
            targets="{rationale} As a result, the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Think step by step before you choose.",
            ),
            layouts=("Q: {question}\n{options}\nA:",),
            targets="{rationale} So the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Choose the right option for each question. Reason step by step.",
            ),
            layouts=("Question: {question}\n{options}\nLet's think step by step.",),
            targets="{rationale} Therefore, the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Choose the right option for each question. Think step by step.",
            ),
            layouts=("Q: {question}\n{options}\nA: Let's think step by step.",),
            targets="{rationale} Thus, the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "",
                "Explain your reasoning, then give the correct option.",
            ),
            layouts=("Question: {question}\n{options}\nAnswer:",),
            targets="{rationale} Hence, the answer is: {answer}.",
        ),
        *shots(
            instructions=(
                "Give the reasons first, then the correct option.",
                "Let's think step by step.",
            ),
            layouts=("{question}\n{options}\nReasoning:",),
            targets="{rationale} The answer is: {answer}.",
        ),
        *shots(
            instructions=("Answer the multiple-choice questions. Show your reasoning.",),
            layouts=(
                "Question: {question}\n{options}\nReasoning and answer:",
                "Q: {question}\n{options}\nReasoning:",
            ),
            targets="{rationale}\nSo the final answer is: {answer}.",
        ),
        *shots(
            instructions=("Explain which option is correct.",),
            layouts=("Question: {question}\n{options}\nExplanation:",),
            targets="{rationale} Thus, the answer is: {answer}.",
        ),
        *shots(
            instructions=("Reason about each question before you choose.",),
            layouts=("Question: {question}\n{options}\nThoughts:",),
            targets="{rationale}\nIn conclusion, the answer is: {answer}.",
        ),
        *shots(
            instructions=("For each question, think first and choose last.",),
            layouts=("{question}\n{options}\nThinking:",),
            targets="{rationale} For these reasons, the answer is: {answer}.",
        ),
    ),
)
