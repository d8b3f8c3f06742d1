"""Facts put into prose: `facts`, a line each with bars between its parts → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="data_to_text",
    targets=("answer",),
    templates=(
        Template("{facts}\n\nPut these facts into plain prose.", "{answer}"),
        Template(
            "Here is what the database holds:\n\n{facts}\n\nWrite it out for a human reader.",
            "{answer}",
        ),
        Template(
            (
                "Turn the records into fluent text, leaving nothing out and adding nothing."
                "\n\n{facts}"
            ),
            "{answer}",
        ),
        Template("Facts:\n{facts}\nAs text:", "{answer}"),
        Template("{facts}", "{answer}", instruction="Express the facts in natural language."),
        Template(
            "Statements:\n{facts}",
            "{answer}",
            instruction=(
                "Do not list: connect the statements so that they read as one short text."
            ),
        ),
        Template(
            "From the table:\n\n{facts}", "{answer}", instruction="Write what the table tells us."
        ),
        Template(
            "Write a short text that contains all of these facts.\n\n{facts}\n\nText:", "{answer}"
        ),
        Template("{facts}\n\nWrite one or more sentences that say this.", "{answer}"),
        Template("Convert the data to text.\n\nData:\n{facts}\n\nText:", "{answer}"),
        Template("{facts}\n\nWhat do these data say? Answer in full sentences.", "{answer}"),
        Template(
            "{facts}\n\nGenerate a natural sentence or two from the facts above.\nText:", "{answer}"
        ),
        Template("Data:\n{facts}\n\nDescription:", "{answer}"),
        Template(
            "Describe the following in complete sentences, using only these facts:\n{facts}",
            "{answer}",
        ),
        Template(
            "I have some facts in a list.\n\n{facts}\n\nPlease turn them into a readable text.",
            "{answer}",
        ),
        Template("make a sentence or two out of this data:\n\n{facts}", "{answer}"),
        Template("{facts}\n\nTurn these lines into a short text.", "{answer}"),
        Template("{facts}\n\nWrite a description based on the data above.", "{answer}"),
        Template(
            "You write texts from structured data. Mention every fact once.\n\n{facts}\n\nText:",
            "{answer}",
        ),
        Template("{facts}\n\nHow would you say all of this in plain English?", "{answer}"),
        Template("Facts:\n{facts}\n\nCombine the facts into a short description.", "{answer}"),
        Template(
            "Verbalize the facts. Each line is one fact, with bars between its parts.\n\n{facts}",
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a text for each list of facts.",
                "Put the facts into sentences.",
                "Convert the data to text.",
            ),
            layouts=(
                "Facts:\n{facts}\nText:",
                "{facts}\nIn words:",
                "Data:\n{facts}\n\nDescription:",
                "Data:\n{facts}\nAs text:",
            ),
        ),
    ),
)
