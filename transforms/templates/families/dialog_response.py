"""The next turn of a conversation: `history` (a turn a line) → `response`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="dialog_response",
    targets=("response",),
    context="history",
    context_keeps="end",
    templates=(
        Template("{history}\n\nWhat is said next?", "{response}"),
        Template("Keep this conversation going by one turn.\n\n{history}", "{response}"),
        Template("{history}\n\nReply:", "{response}"),
        Template("{history}", "{response}", instruction="Give the next turn of the conversation."),
        Template(
            "Conversation:\n{history}",
            "{response}",
            instruction="Respond to what was said last, in the tone of the conversation.",
        ),
        Template("Continue the dialog.\n\n{history}\n\nNext turn:", "{response}"),
        Template("Read the dialog and write the next turn.\n\n{history}", "{response}"),
        Template("{history}\n\nWrite a response to the last message.", "{response}"),
        Template(
            (
                "{history}\n\nGenerate the next line of this conversation, without a name in "
                "front of it."
            ),
            "{response}",
        ),
        Template("Dialog:\n{history}\n\nResponse:", "{response}"),
        Template("{history}\n\nHow would you respond?", "{response}"),
        Template(
            ("What would be a good reply to the last message in this conversation?\n\n{history}"),
            "{response}",
        ),
        Template(
            "{history}\n\nNext:",
            "{response}",
            instruction="Below is a conversation between two speakers. Write what is said next.",
        ),
        Template("what would you say next in this chat?\n\n{history}", "{response}"),
        Template(
            "{history}\n\nContinue the conversation with one more turn.\nNext turn:", "{response}"
        ),
        Template(
            "{history}\n\nYour reply:",
            "{response}",
            instruction="You are the next speaker in this dialog. Reply to what was said last.",
        ),
        Template(
            "{history}\n\nPlease suggest a reply that fits the conversation so far.", "{response}"
        ),
        Template(
            (
                "Dialog:\n{history}\n\nComplete the dialog by adding the next utterance.\n"
                "Next utterance:"
            ),
            "{response}",
        ),
        Template(
            ("{history}\n\nRespond to the last turn, so that the conversation goes on naturally."),
            "{response}",
        ),
        Template(
            "Conversation so far:\n\n{history}\n\nWhat should the next speaker say?", "{response}"
        ),
        Template(
            "Chat:\n{history}\n\nMissing message:",
            "{response}",
            instruction="The last message of this chat is missing. Fill it in.",
        ),
        Template(
            "Here is part of a conversation.\n\n{history}\n\nPredict the next turn.", "{response}"
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the next turn of each conversation.",
                "Continue each dialog by one turn.",
                "Respond to the last message of each conversation.",
            ),
            layouts=(
                "Dialog:\n{history}\nNext turn:",
                "{history}\n\nReply:",
                "Conversation:\n{history}\n\nResponse:",
                "Conversation so far:\n{history}\nNext message:",
            ),
            targets="{response}",
        ),
    ),
)
