"""The talk before a reply: `response` → `history` (a turn a line)."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="dialog_response_ii",
    targets=("history",),
    templates=(
        Template(
            "{response}\n\nThat is how somebody replied. Write the conversation that came before.",
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "What might people have been saying to each other just before one of them says "
                '"{response}"?'
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "A chat ends like this: {response}\nMake up the turns that lead to it, each on a "
                "line of its own."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            "I walked in just as someone said this:\n\n{response}\n\nWhat did I miss?",
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "Last line of the scene: {response}\n\n"
                "Please write the scene up to that line, showing who speaks."
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            "Reconstruct the dialogue behind this reply.\n{response}",
            "{history}",
            inversion="response → history",
        ),
        Template(
            (
                "the top of this thread got deleted, can you make it up again? the last message "
                "was: {response}"
            ),
            "{history}",
            inversion="response → history",
        ),
        Template(
            "Reply: {response}",
            "{history}",
            instruction="Imagine the exchange that the reply brings to a close.",
            inversion="response → history",
        ),
        Template(
            "Closing line: {response}\nTurns before it:",
            "{history}",
            instruction=(
                "You write dialogue from back to front. Take the closing line and supply all the "
                "turns before it."
            ),
            inversion="response → history",
        ),
        Template(
            "(missing)\n{response}",
            "{history}",
            instruction=(
                "Transcript with the first part missing. Restore it, one turn a line, with the "
                "speakers."
            ),
            inversion="response → history",
        ),
        Template(
            "{response}",
            "{history}",
            instruction=(
                "What do people talk about before somebody says a thing like this? Answer with "
                "the dialogue itself."
            ),
            inversion="response → history",
        ),
        Template(
            'Remark: "{response}"',
            "{history}",
            instruction=(
                "Every remark answers something. Show what this one answers, starting where the "
                "talk began."
            ),
            inversion="response → history",
        ),
        Template(
            "Ending: {response}",
            "{history}",
            instruction=(
                "Improvisation class: your partner opens with the ending. Play everything that "
                "led up to it."
            ),
            inversion="response → history",
        ),
        Template(
            "Latest message: {response}\nEarlier:",
            "{history}",
            instruction="Write the earlier messages of the conversation in their order.",
            inversion="response → history",
        ),
    ),
)
