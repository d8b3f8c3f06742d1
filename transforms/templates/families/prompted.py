"""A prompt that is already in words, as in P3: `input` → `answer`; wrapped lightly, if at all."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="prompted",
    targets=("answer",),
    templates=(
        # An input may end in a cue of its own. So nothing but a cue follows an input, which such
        # inputs do not draw, and options may stand before it.
        Template("{input}", "{answer}"),
        Template("{input}\n\nAnswer:", "{answer}"),
        Template("{input}\n\nYour response:", "{answer}"),
        Template(
            "{input}\n\nOutput:",
            "{answer}",
        ),
        Template("{input}", "{answer}", instruction="Respond as well as you can."),
        Template("{input}", "{answer}", instruction="Respond to the following."),
        Template("{input}\n\nAnswer:", "{answer}", instruction="Answer the following."),
        Template("{input}", "{answer}", instruction="Read the prompt and respond to it."),
        Template(
            "{input}",
            "{answer}",
            instruction="Give only the answer, without an explanation.",
            is_terse=True,
        ),
        Template(
            "Respond to the prompt below.\n\n{input}\n\nOutput:",
            "{answer}",
        ),
        Template("please reply to this:\n\n{input}", "{answer}"),
        Template(
            "{input}\n\nAnswer:",
            "{answer}",
            instruction="Follow the instructions and reply with the answer only.",
            is_terse=True,
        ),
        Template("{input}\n\nGive only the answer.", "{answer}", is_terse=True),
        Template("{input}\n\nReply with the answer and nothing else.", "{answer}", is_terse=True),
        Template("{input}\n\nDo not explain your response.\nResponse:", "{answer}", is_terse=True),
        Template("{input}\n\n{options}", "{answer}"),
        Template("{input}\n{options}\nAnswer:", "{answer}"),
        Template(
            "{input}\n\nChoose the right option.\n{options}",
            "{answer}",
        ),
        Template(
            "{input}\n\n{options}\nOutput:",
            "{answer}",
        ),
        Template("{input}\n\n{options}", "{answer}", instruction="Choose the best answer."),
        Template("{options}\n\n{input}", "{answer}"),
        Template(
            "{options}\n\n{input}", "{answer}", instruction="Choose your answer from the options."
        ),
        Template(
            "{options}\n\n{input}\n\nAnswer:",
            "{answer}",
            instruction="Answer the following with one of these options.",
        ),
        Template(
            ("{options}\n\nOne of these is the right answer to the following.\n\n{input}"),
            "{answer}",
        ),
        Template(
            ("{options}\n\nUse one of the options above to respond to the following.\n\n{input}"),
            "{answer}",
        ),
        Template(
            "Pick one of the options as your answer.\n\n{options}\n\n{input}",
            "{answer}",
        ),
        Template(
            (
                "Read the options, then respond to the prompt with one of them.\n\n"
                "{options}\n\n{input}\n\nResponse:"
            ),
            "{answer}",
        ),
        Template("{input}\n\n{options}\n\nRight answer:", "{answer}"),
        Template(
            "{input}\n\n{options}\n\nAnswer:",
            "{answer}",
            instruction="Pick the option that fits the prompt best.",
        ),
        Template(
            "{input}\n\n{options}\n\nPlease answer with one of the options.\nResponse:", "{answer}"
        ),
        Template("answer with one of the options\n\n{input}\n\n{options}", "{answer}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Respond to each prompt.",
                "Respond to each of the following.",
                "Answer each of the following.",
            ),
            layouts=(
                "{input}\nAnswer:",
                "{input}\n\nResponse:",
                "{input}\n\nOutput:",
                "{input}\n\nAnswer:",
            ),
        ),
        *shots(
            instructions=(
                "",
                "Respond to each prompt with one of its options.",
                "Choose the right option each time.",
            ),
            layouts=(
                "{options}\n\n{input}\nAnswer:",
                "{input}\n{options}\nAnswer:",
                "{options}\n\n{input}\n\nResponse:",
                "{input}\n{options}\nOutput:",
            ),
        ),
    ),
)
