"""Capital letters put back: `text` (all lower case) → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="true_casing",
    targets=("answer",),
    templates=(
        Template("{text}\n\nPut the capital letters back.", "{answer}"),
        Template("Someone's shift key is broken. Type this properly for them: {text}", "{answer}"),
        Template("Which letters here should be upper case? Write it out.\n{text}", "{answer}"),
        Template("lower case: {text}\nproper case:", "{answer}"),
        Template("Capitalize names, starts of sentences and the like:\n{text}", "{answer}"),
        Template("How would this look in print, with capitals? {text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Restore upper and lower case."),
        Template(
            "Flat: {text}\nCased:",
            "{answer}",
            instruction="Change nothing but the case of letters.",
        ),
        Template(
            "Message: {text}",
            "{answer}",
            instruction="Make the message fit for a formal letter as far as capitals go.",
        ),
        Template(
            "> {text}",
            "{answer}",
            instruction="An old terminal knew no capitals. Recover the text as it was meant.",
        ),
        Template(
            "Typed in haste: {text}\nCleaned up:",
            "{answer}",
            instruction="All words are right, their case is not. Mend that.",
        ),
        Template(
            "Line: {text}",
            "{answer}",
            instruction="Tell names from common words and write each as it should be.",
        ),
    ),
)
