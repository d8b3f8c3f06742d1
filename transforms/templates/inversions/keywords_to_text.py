"""The words that a sentence was built from: `answer` → `keywords`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="keywords_to_text_ii",
    targets=("keywords",),
    templates=(
        Template(
            (
                "List the main words of this sentence in their base form, in any order, "
                "separated by commas: {answer}"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "{answer}\n\nWhat are the main words of this sentence? Give them in their "
                "base form, in any order, separated by commas."
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "Sentence: {answer}\nMain words (base form, any order, separated by commas):",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "{answer}",
            "{keywords}",
            instruction=(
                "Write down the words that matter most here, in their base form and in "
                "any order, with commas between them."
            ),
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Extract the keywords from the sentence below. Give each word in its "
                "base form, and put commas between them. Any order will do.\n\nSentence: "
                "{answer}\n\nKeywords:"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "{answer}\n\nThis sentence was written from a few keywords. Which ones? "
                "List them in their base form, in any order, separated by commas.\n"
                "Keywords:"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Which words carry the meaning of this sentence? Write the main words in "
                "their base form, in any order, separated by commas.\n\n{answer}"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "{answer}\n\nName the main things and actions in this sentence, one word "
                "for each, in its base form. Put commas between the words; the order "
                "does not matter."
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "sentence: {answer}\n\nlist the key words in any order, base form, with "
                "commas in between"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "{answer}\n\nReduce this to the main words, in their base form and in any "
                "order, separated by commas.\nKeywords:"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Someone had to write a sentence with certain words and wrote this: "
                "{answer}\nWhat were the words? Write their base forms in any order, "
                "separated by commas."
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Give me the main words of this sentence, please, in their base form, in "
                "any order and separated by commas.\n\n{answer}"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "You extract keywords: the main words, in their base form, in any order, "
                'separated by commas. Leave out small words such as "the" and "of".\n\n'
                "Sentence: {answer}\nKeywords:"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "{answer}\n\nPick out the most important words of the sentence above and "
                "write their base forms, in any order, separated by commas."
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                (
                    "List the main words of each sentence in their base form, in any order, "
                    "separated by commas."
                ),
                (
                    "For each sentence, write the keywords that it was made from, in their "
                    "base form, in any order, separated by commas."
                ),
            ),
            layouts=(
                "Sentence: {answer}\nKeywords:",
                "{answer}\nKeywords (any order, separated by commas):",
                "Text: {answer}\nMain words (base form):",
                "{answer}\nMade from these words:",
            ),
            targets="{keywords}",
            inversion="sentence → keywords",
        ),
    ),
)
