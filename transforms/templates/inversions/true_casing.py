"""Capital letters taken away: `answer` → `text` (all lower case)."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="true_casing_ii",
    targets=("text",),
    templates=(
        Template(
            "Write this text in lower case.\n\n{answer}",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "{answer}\n\nConvert all letters to lower case.",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template("Text: {answer}\nIn lower case:", "{text}", inversion="cased text → lower case"),
        Template(
            "Replace all capital letters with small ones.\n\n{answer}",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "{answer}\n\nHow does this look without capital letters?",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "{answer}",
            "{text}",
            instruction="Change every capital letter to a lower-case letter.",
            inversion="cased text → lower case",
        ),
        Template("lowercase this: {answer}", "{text}", inversion="cased text → lower case"),
        Template(
            "{answer}\n\nPlease type this again without any capital letters.",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "Lowercase the text.\n\nText: {answer}\n\nLowercased:",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "What is this text in all lower case?\n\n{answer}",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template("Original: {answer}\nLower case:", "{text}", inversion="cased text → lower case"),
        Template(
            (
                "{answer}\n\nRewrite the text with lower-case letters only. Change nothing "
                "else.\nAnswer:"
            ),
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "Input: {answer}\n\nTurn the input into lower case.\nOutput:",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "Write the following as if there were no capital letters.\n\n{answer}",
            "{text}",
            inversion="cased text → lower case",
        ),
        Template(
            "{answer}\n\nGenerate a copy of this text that is all in lower case.",
            "{text}",
            inversion="cased text → lower case",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write each text in lower case.",
                "Convert all letters to lower case.",
                "Replace the capital letters with small ones. Change nothing else.",
            ),
            layouts=(
                "Text: {answer}\nLower case:",
                "{answer}\nIn lower case:",
                "Original: {answer}\nLowercased:",
                "With capitals: {answer}\nWithout capitals:",
            ),
            targets="{text}",
            inversion="cased text → lower case",
        ),
    ),
)
