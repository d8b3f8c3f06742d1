"""The talk before a reply: `response` → `history` (a turn a line)."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="dialog_response_ii",
    targets=("history",),
    templates=(
        Template(
            (
                "{response}\n\nThat is how someone replied. Write the conversation that "
                "came before, with each turn on a line of its own and without names."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "A chat ends like this: {response}\nMake up the turns that lead to it, "
                "each on a line of its own, without the speakers' names."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "Reconstruct the dialog that came before this reply. Put each turn on "
                "its own line, without a name in front of it.\n{response}"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            "Latest message: {response}\nEarlier:",
            "{history}",
            instruction=(
                "Write the earlier messages of the conversation in their order, one on "
                "each line, without the names of the senders."
            ),
            inversion="response → history",
        ),
        Template(
            (
                "Write a conversation that could end with this reply, with one turn on "
                "each line and no names. Leave out the reply itself.\n\nReply: "
                "{response}\n\nConversation:"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "Last turn of a dialog: {response}\n\nWrite the turns before it, one on "
                "each line, without names."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            "{response}",
            "{history}",
            instruction=(
                "Given the last turn of a dialog, generate the dialog that came before "
                "it. Start a new line for each turn, and leave out the speakers' names."
            ),
            inversion="response → history",
        ),
        Template(
            (
                "{response}\n\nWhat was said before this? Write only the words of each "
                "turn, one turn on each line."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "{response}\n\nThis is the last message of a conversation. Write the text "
                "of the earlier messages, one on each line.\nEarlier messages:"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "Reply: {response}\n\nWrite the dialog before this reply, one turn per "
                "line, without names.\nDialog:"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "what could this be a reply to? write the conversation up to it, one "
                "turn per line, no names\n\n{response}"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "Response: {response}\n\nPlease write the dialog that leads up to this "
                "response. Each turn goes on its own line, without a name."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            "Last line: {response}\n\nConversation:",
            "{history}",
            instruction=(
                "You are given the last line of a conversation. Make up what was said "
                "before it, with one turn on each line and no names."
            ),
            inversion="response → history",
        ),
        Template(
            (
                '"{response}"\n\nGenerate a short conversation that this could be the next '
                "line of. Put each turn on a new line, without the speaker's name."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "{response}\n\nOne of two speakers says this in a dialog. Write their "
                "dialog up to this point, with a line for each turn and no names.\nDialog:"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "Imagine the conversation in which someone replies: {response}\n\nWrite "
                "the turns before the reply, each on its own line and without names."
            ),
            "{history}",
            inversion="response → history",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                (
                    "Write the conversation that comes before each reply, with one turn on "
                    "each line."
                ),
                "For each message, make up the turns before it, one on each line.",
                ("Generate the dialog that leads up to each response, with a line for each turn."),
            ),
            layouts=(
                "Reply: {response}\nConversation before it, one turn per line:\n",
                "Last turn: {response}\nEarlier turns:\n",
                "{response}\n\nWhat was said before:\n",
                "Response: {response}\nDialog:\n",
            ),
            targets="{history}",
            inversion="response → history",
        ),
    ),
)
