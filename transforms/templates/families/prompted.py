"""A prompt that is already in words, as in P3: `input` → `answer`; wrapped lightly, if at all."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="prompted",
    targets=("answer",),
    templates=(
        Template("{input}", "{answer}"),
        Template("{input}\n\nAnswer:", "{answer}"),
        Template("Q: {input}\nA:", "{answer}"),
        Template("{input}\n\nYour response:", "{answer}"),
        Template("Prompt: {input}\nOutput:", "{answer}"),
        Template("To be answered:\n\n{input}", "{answer}"),
        Template("[{input}]\n=>", "{answer}"),
        Template("{input}", "{answer}", instruction="Respond as well as you can."),
        Template("Item: {input}\nResult:", "{answer}", instruction="Work through the item."),
        Template("In: {input}\nOut:", "{answer}", instruction="Give the output for the input."),
        Template(
            "{input}\n\nFilled in:", "{answer}", instruction="Read what is asked and fill it in."
        ),
        Template(
            "Exercise\n{input}\n\nSolution",
            "{answer}",
            instruction="Exercises of one kind. Write the solution and nothing else.",
        ),
        Template("{input}\n\n{options}", "{answer}"),
        Template("{input}\n{options}\nAnswer:", "{answer}"),
        Template("Q: {input}\n\n{options}\n\nA:", "{answer}"),
        Template("{options}\n\nWith these to choose from: {input}", "{answer}"),
        Template("{input}\n\nIt is one of the following.\n{options}", "{answer}"),
        Template("Prompt: {input}\n{options}\nOutput:", "{answer}"),
        Template("To be decided:\n\n{input}\n\n{options}", "{answer}"),
        Template(
            "{input}\n\n{options}", "{answer}", instruction="Choose what answers the prompt best."
        ),
        Template(
            "Item: {input}\n{options}\nResult:",
            "{answer}",
            instruction="Work through the item and pick one of the candidates below it.",
        ),
        Template(
            "In: {input}\n\n{options}\n\nOut:",
            "{answer}",
            instruction="The output is among the candidates; say which it is.",
        ),
        Template(
            "Exercise\n{input}\n\n{options}\n\nSolution",
            "{answer}",
            instruction="Exercises with answers to select from. Make your selection.",
        ),
        Template(
            "{input}\nCandidates:\n{options}",
            "{answer}",
            instruction="Only one candidate is right. Which?",
        ),
    ),
)
