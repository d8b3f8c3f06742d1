"""A request in free words, complete in itself: `instruction` → `output`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="instruction_only",
    targets=("output",),
    templates=(
        Template("{instruction}", "{output}"),
        Template("Request: {instruction}\nReply:", "{output}"),
        Template("I would like your help with this: {instruction}", "{output}"),
        Template(
            "Message: {instruction}\n\nReply:",
            "{output}",
            instruction="Be accurate and to the point in your reply.",
        ),
        Template("Instruction: {instruction}\nResponse:", "{output}"),
        Template("Respond to this request.\n\n{instruction}\n\nResponse:", "{output}"),
        Template("{instruction}\n\nAnswer:", "{output}"),
        Template("Task: {instruction}", "{output}"),
        Template(
            "User: {instruction}\nAssistant:",
            "{output}",
            instruction="You are a helpful assistant. Respond to the user.",
        ),
        Template("A user writes:\n{instruction}\n\nAssistant's response:", "{output}"),
        Template("Please help me with the following.\n\n{instruction}", "{output}"),
        Template("### Instruction:\n{instruction}\n\n### Response:", "{output}"),
        Template("User: {instruction}\n\nThe assistant's response:", "{output}"),
        Template("Prompt: {instruction}\nCompletion:", "{output}"),
        Template("{instruction}\n\nReply with nothing but what is asked for.", "{output}"),
        Template("Input: {instruction}\nOutput:", "{output}"),
        Template("hi, can you help me with this?\n\n{instruction}", "{output}"),
        Template(
            "{instruction}", "{output}", instruction="A user sends you a message. Reply to it."
        ),
        Template("Message:\n{instruction}\n\nYour reply:", "{output}"),
        Template("Here is a request from a user.\n\n{instruction}\n\nYour answer:", "{output}"),
        Template("Here is your task.\n\n{instruction}", "{output}"),
        Template("{instruction}\n\nPlease keep to the point.", "{output}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Respond to each instruction.",
                "Answer each of these requests.",
                "You are a helpful assistant. Reply to each message.",
            ),
            layouts=(
                "Instruction: {instruction}\nResponse:",
                "{instruction}\n\nAnswer:",
                "User: {instruction}\nAssistant:",
                "Request: {instruction}\nReply:",
                "Instruction:\n{instruction}\n\nOutput:\n",
            ),
            targets="{output}",
        ),
    ),
)
