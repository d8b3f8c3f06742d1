"""What a column says of a text: `text`, `attribute` → `answer`.

`attribute` is the name of the column, such as "stance" or "urgent". Nothing else says what is
asked. It is optional, for columns whose name says nothing, such as "label". Of the domain "record",
the text is several fields, each under its name: "claim: …" above "evidence: …".
"""

from transforms.templates.template import Family, LabelSet, Template, shots

# A text that is a record: several fields, each under its name.
_RECORD = "record"
_OF_RECORDS = (
    Template(
        '{text}\n\nWhich value of "{attribute}" fits this record: {labels}?',
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        'Record:\n{text}\n\nLabel the record for "{attribute}" as {labels}.',
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        'Classify the following record by "{attribute}": {labels}.\n\n{text}',
        "{answer}",
        domain=_RECORD,
    ),
    Template("{text}\n{attribute} ({labels}):", "{answer}", domain=_RECORD),
    Template(
        "{text}\n{attribute}:",
        "{answer}",
        instruction='Fill in "{attribute}" with {labels}.',
        domain=_RECORD,
    ),
    Template(
        'A table has {labels} under "{attribute}". What does it have there for this row?\n\n{text}',
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        'I sort entries by "{attribute}": each gets {labels}. What should this get?\n\n{text}',
        "{answer}",
        domain=_RECORD,
    ),
    Template("{text}\n{attribute}:", "{answer}", domain=_RECORD),
    Template(
        '{text}\n\nWhat should this record have under "{attribute}"?', "{answer}", domain=_RECORD
    ),
    Template(
        'Give the following record its label for "{attribute}".\n\n{text}',
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        '{text}\n\nIs "{attribute}" true of this record? Answer yes or no.',
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template("{text}\n{attribute} (yes or no):", "{answer}", form="yes_no", domain=_RECORD),
    Template(
        'Should the following record be marked as "{attribute}", yes or no?\n\n{text}',
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        "{text}\nAnswer:",
        "{answer}",
        instruction='Say whether "{attribute}" applies, yes or no.',
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        'Record:\n{text}\n\nDoes the mark "{attribute}" belong here? Reply with yes or no.',
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template("{text}\n\nWhich label fits this record: {labels}?", "{answer}", domain=_RECORD),
    Template(
        "Record:\n{text}\n\nThe label of this record is {labels}. Which one is it?",
        "{answer}",
        domain=_RECORD,
    ),
    Template("Classify the following record as {labels}.\n\n{text}", "{answer}", domain=_RECORD),
    Template("{text}\nLabel ({labels}):", "{answer}", domain=_RECORD),
    Template(
        "{text}\nLabel:",
        "{answer}",
        instruction="Give the record its label, {labels}.",
        domain=_RECORD,
    ),
    Template(
        "I am labeling records, and each one gets {labels}. What should this one get?\n\n{text}",
        "{answer}",
        domain=_RECORD,
    ),
    Template("{text}\n\nWhat is the right label for this record?", "{answer}", domain=_RECORD),
    Template("Give the following record its label.\n\n{text}", "{answer}", domain=_RECORD),
    Template("{text}\nClass:", "{answer}", instruction="Classify the record.", domain=_RECORD),
    Template(
        "{text}\n\nThe label of this record is yes or no. Which one is it?",
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template("{text}\nLabel (yes or no):", "{answer}", form="yes_no", domain=_RECORD),
    Template(
        "Label the following record with yes or no.\n\n{text}",
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        "{text}\nLabel:",
        "{answer}",
        instruction="Each record is labeled with yes or no. Give the label.",
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        '{text}\n\nWhat is right for "{attribute}" in this record?\n{options}',
        "{answer}",
        domain=_RECORD,
    ),
    Template("{text}\n{options}\n{attribute}:", "{answer}", domain=_RECORD),
    Template(
        '{options}\n\nWhich of these labels for "{attribute}" fits the following record?\n\n{text}',
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        'Record:\n{text}\n\nClassify the record by "{attribute}".\n\n{options}',
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        "{text}\n\n{options}\n{attribute}:",
        "{answer}",
        instruction='Choose the value of "{attribute}" that fits.',
        domain=_RECORD,
    ),
    Template(
        '{text}\n\nIs "{attribute}" true of this record?\n{options}',
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        'Does "{attribute}" apply to the following record?\n\n{text}\n\n{options}',
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        'Record:\n{text}\n\nShould this record be marked as "{attribute}"?\n\n{options}\nAnswer:',
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        "{text}\n\n{options}",
        "{answer}",
        instruction='Say whether "{attribute}" is true of the record.',
        form="yes_no",
        domain=_RECORD,
    ),
    Template(
        "{text}\n\nWhich label is right for this record?\n{options}", "{answer}", domain=_RECORD
    ),
    Template("Record:\n{text}\n\n{options}\nLabel:", "{answer}", domain=_RECORD),
    Template(
        "{options}\n\nWhich of these labels fits the following record?\n\n{text}",
        "{answer}",
        domain=_RECORD,
    ),
    Template(
        "Record:\n{text}\n\n{options}",
        "{answer}",
        instruction="Give the record one of the labels.",
        domain=_RECORD,
    ),
    Template(
        "{text}\n\nWhat label does this get?\n{options}", "{answer}", form="yes_no", domain=_RECORD
    ),
    Template("{text}\n{options}\n\nThe right label:", "{answer}", form="yes_no", domain=_RECORD),
    Template(
        "Which label does the following record get?\n\n{text}\n\n{options}",
        "{answer}",
        form="yes_no",
        domain=_RECORD,
    ),
)
_SHOTS_OF_RECORDS = (
    *shots(
        instructions=(
            "",
            "Classify each record.",
            "Give each record its label.",
        ),
        layouts=(
            "{text}\nLabel of the record:",
            "Record:\n{text}\nLabel:",
            "{text}\nClass:",
        ),
        options=True,
        domain=_RECORD,
    ),
    *shots(
        instructions=(
            "Classify each record as {labels}.",
            "Give each record its label, {labels}.",
        ),
        layouts=(
            "{text}\nLabel of the record:",
            "Record:\n{text}\nLabel:",
            "{text}\nClass:",
        ),
        domain=_RECORD,
    ),
    *shots(
        instructions=(
            "Label each record with yes or no.",
            "The label of each record is yes or no.",
        ),
        layouts=(
            "{text}\nLabel of the record:",
            "Record:\n{text}\nLabel:",
        ),
        form="yes_no",
        options=True,
        domain=_RECORD,
    ),
    *shots(
        instructions=(
            "",
            'Classify each record by "{attribute}".',
            'Fill in "{attribute}" for each record.',
        ),
        layouts=(
            "{text}\n{attribute}:",
            "Record:\n{text}\n{attribute}:",
            '{text}\nValue of "{attribute}":',
        ),
        options=True,
        domain=_RECORD,
    ),
    *shots(
        instructions=(
            'Classify each record by "{attribute}": {labels}.',
            'Each record has {labels} for "{attribute}".',
        ),
        layouts=(
            "{text}\n{attribute}:",
            "Record:\n{text}\n{attribute}:",
            '{text}\nValue of "{attribute}":',
        ),
        domain=_RECORD,
    ),
    *shots(
        instructions=(
            'Is "{attribute}" true of each record? Answer yes or no.',
            'Fill in "{attribute}" for each record with yes or no.',
        ),
        layouts=(
            "{text}\n{attribute}:",
            "Record:\n{text}\n{attribute}:",
            '{text}\nAnswer for "{attribute}":',
        ),
        form="yes_no",
        options=True,
        domain=_RECORD,
    ),
)

FAMILY = Family(
    name="classification",
    targets=("answer",),
    context="text",
    labels=(LabelSet(labels=("yes", "no"), wordings={"yes_no": ("yes", "no")}, strict=True),),
    # The same for all records of a task, so that it tells none of them from another.
    roles={"attribute": "tests"},
    optional=frozenset(("attribute",)),
    # "Text: claim: …" names two texts as one.
    apart=frozenset((_RECORD,)),
    templates=(
        Template('{text}\n\nWhich value of "{attribute}" fits this: {labels}?', "{answer}"),
        Template('Text: {text}\n\nLabel the text for "{attribute}" as {labels}.', "{answer}"),
        Template('Classify the following by "{attribute}": {labels}.\n\n{text}', "{answer}"),
        Template("Text: {text}\n{attribute} ({labels}):", "{answer}"),
        Template(
            '{text}\n\nHow would you annotate this under the heading "{attribute}": {labels}?',
            "{answer}",
        ),
        Template(
            'A table has texts in one column and {labels} under "{attribute}". What does the table '
            "have there for the following text?\n\n{text}",
            "{answer}",
        ),
        Template(
            "Text: {text}\nLabel:",
            "{answer}",
            instruction='Give the text its label for "{attribute}": {labels}.',
        ),
        Template(
            "{text}\n{attribute}:",
            "{answer}",
            instruction='Judge the text by "{attribute}". Answer with {labels}.',
        ),
        Template(
            'I am tagging texts for "{attribute}", and each one gets {labels}. What should this '
            "one get?\n\n{text}",
            "{answer}",
        ),
        Template('"{text}"\n\nRegarding "{attribute}", is this {labels}?', "{answer}"),
        Template("text: {text}\n\nwhat goes under {attribute}? {labels}", "{answer}"),
        # For records without options, of which nobody knows the labels.
        Template("Text: {text}\n{attribute}:", "{answer}"),
        Template('{text}\n\nWhat should be entered for "{attribute}"?', "{answer}"),
        Template('Classify the following text by "{attribute}".\n\n{text}', "{answer}"),
        Template(
            "Text: {text}\nLabel:",
            "{answer}",
            instruction='Annotate the text. The label is for "{attribute}".',
        ),
        Template('{text}\n\nWhat is the right label for this under "{attribute}"?', "{answer}"),
        # A mark that a text has or has not.
        Template(
            '{text}\n\nIs "{attribute}" true of this? Answer yes or no.', "{answer}", form="yes_no"
        ),
        Template("Text: {text}\n{attribute} (yes or no):", "{answer}", form="yes_no"),
        Template(
            '{text}\n\nShould this be marked as "{attribute}", yes or no?',
            "{answer}",
            form="yes_no",
        ),
        Template(
            'Does the mark "{attribute}" belong on the following text? Reply with yes or no.'
            "\n\n{text}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Text: {text}\nAnswer:",
            "{answer}",
            instruction='Say whether "{attribute}" applies to the text, yes or no.',
            form="yes_no",
        ),
        Template(
            'I go through texts and tick a box that is called "{attribute}" or leave it empty. '
            "Would you tick it for this one? Yes or no, please.\n\n{text}",
            "{answer}",
            form="yes_no",
        ),
        Template('{text}\n\n"{attribute}": yes or no?', "{answer}", form="yes_no"),
        Template(
            "{text}\n{attribute}:",
            "{answer}",
            instruction='Each text has a field "{attribute}" with yes or no. Fill it in.',
            form="yes_no",
        ),
        Template(
            'text: {text}\n\ndoes "{attribute}" apply here? yes or no', "{answer}", form="yes_no"
        ),
        # Where the name of the column says nothing: "label".
        Template(
            "{text}\n\nWhich label fits this: {labels}?",
            "{answer}",
        ),
        Template(
            "Text: {text}\n\nLabel the text as {labels}.",
            "{answer}",
        ),
        Template(
            "Classify the following as {labels}.\n\n{text}",
            "{answer}",
        ),
        Template(
            "Text: {text}\nLabel ({labels}):",
            "{answer}",
        ),
        Template(
            "{text}\n\nIs this {labels}?",
            "{answer}",
        ),
        Template(
            "Text: {text}\nLabel:",
            "{answer}",
            instruction="Give the text its label, {labels}.",
        ),
        Template(
            "I am labeling texts, and each one is {labels}. What is this one?\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\nClass:",
            "{answer}",
            instruction="Decide on the class of the text: {labels}.",
        ),
        Template(
            "Each text is {labels}. Which one is right for the text below?\n\n{text}",
            "{answer}",
        ),
        Template(
            "text: {text}\n\n{labels}?",
            "{answer}",
        ),
        Template(
            "Text: {text}\nClass:",
            "{answer}",
            instruction="Classify the text.",
        ),
        Template(
            "{text}\n\nWhat is the right label for this?",
            "{answer}",
        ),
        Template(
            "Assign a class to the following text.\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nThe label of this text is yes or no. Which one is it?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Text: {text}\nLabel (yes or no):",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Label the following text with yes or no.\n\n{text}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\nLabel:",
            "{answer}",
            instruction="Each text is labeled with yes or no. Give the label.",
            form="yes_no",
        ),
        Template(
            "text: {text}\n\nyes or no?",
            "{answer}",
            form="yes_no",
        ),
        Template('{text}\n\nWhat is right for "{attribute}"?\n{options}', "{answer}"),
        Template("Text: {text}\n{options}\n{attribute}:", "{answer}"),
        Template('{text}\n\nClassify this by "{attribute}".\n\n{options}', "{answer}"),
        Template(
            '{options}\n\nWhich of these labels for "{attribute}" fits the following text?'
            "\n\n{text}",
            "{answer}",
        ),
        Template(
            'Label the text below for "{attribute}" with one of the given labels.\n\n{text}\n\n'
            "{options}\nLabel:",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n{attribute}:",
            "{answer}",
            instruction='Choose the value of "{attribute}" that fits the text.',
        ),
        Template(
            "Text: {text}\n{options}\nLabel:",
            "{answer}",
            instruction='Annotate the text with its label for "{attribute}".',
        ),
        Template(
            '{text}\n\nA form asks for "{attribute}" and offers these answers. Which one should be '
            "ticked?\n{options}",
            "{answer}",
        ),
        Template(
            '{text}\n\n{options}\n\nPlease choose the right entry under "{attribute}".', "{answer}"
        ),
        Template('text: {text}\n\npick the label for "{attribute}"\n{options}', "{answer}"),
        Template('{text}\n\nIs "{attribute}" true of this?\n{options}', "{answer}", form="yes_no"),
        Template(
            'Text: {text}\n\nShould the text be marked as "{attribute}"?\n\n{options}\nAnswer:',
            "{answer}",
            form="yes_no",
        ),
        Template(
            'Does "{attribute}" apply to the following text?\n\n{text}\n\n{options}',
            "{answer}",
            form="yes_no",
        ),
        Template(
            'Read the text and answer for "{attribute}".\n\n{text}\n\n{options}\n{attribute}:',
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Text: {text}\n\n{options}",
            "{answer}",
            instruction='Say whether "{attribute}" is true of the text.',
            form="yes_no",
        ),
        Template(
            'The field "{attribute}" has to be filled in for this text. Which entry is right?'
            "\n\n{text}\n\n{options}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            '{text}\n\n{options}\n\nDecide whether this gets the mark "{attribute}".',
            "{answer}",
            form="yes_no",
        ),
        Template(
            'text: {text}\n\ndoes "{attribute}" apply here\n{options}', "{answer}", form="yes_no"
        ),
        Template(
            "{text}\n\nWhich label is right for this?\n{options}",
            "{answer}",
        ),
        Template(
            "Text: {text}\n\n{options}\nLabel:",
            "{answer}",
        ),
        Template(
            "{options}\n\nWhich of these labels fits the following text?\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction="Classify the text with one of the labels.",
        ),
        Template(
            "{text}\n\nSort this text into its class.\n\n{options}\nClass:",
            "{answer}",
        ),
        Template(
            "text: {text}\n\npick the label\n{options}",
            "{answer}",
        ),
        Template(
            "Text: {text}\n\nLabel the text.\n{options}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\n{options}\n\nThe label:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Text: {text}\n\n{options}",
            "{answer}",
            instruction="Give the text its label.",
            form="yes_no",
        ),
        Template(
            "Which label does the following text get?\n\n{text}\n\n{options}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "text: {text}\n\nwhat label does this get\n{options}",
            "{answer}",
            form="yes_no",
        ),
        *_OF_RECORDS,
    ),
    few_shot=(
        *shots(
            instructions=("", "Classify each text.", "Give each text its label."),
            layouts=("Text: {text}\nLabel:", '"{text}"\nClass:', "{text}\nLabel:"),
            options=True,
        ),
        *shots(
            instructions=(
                "Classify each text as {labels}.",
                "Give each text its label, {labels}.",
                "Each text is {labels}.",
            ),
            layouts=("Text: {text}\nLabel:", '"{text}"\nClass:', "{text}\nLabel:"),
        ),
        *shots(
            instructions=(
                "Label each text with yes or no.",
                "The label of each text is yes or no.",
            ),
            layouts=("Text: {text}\nLabel:", '"{text}"\nLabel:', "{text}\nLabel:"),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=(
                "",
                'Classify each text by "{attribute}".',
                'Give each text its label for "{attribute}".',
                'Fill in "{attribute}" for each text.',
            ),
            layouts=(
                "Text: {text}\n{attribute}:",
                '{text}\nLabel for "{attribute}":',
                '"{text}"\nEntry under "{attribute}":',
            ),
            options=True,
        ),
        *shots(
            instructions=(
                'Classify each text by "{attribute}": {labels}.',
                'Label each text for "{attribute}" as {labels}.',
                'Each text has {labels} for "{attribute}".',
            ),
            layouts=(
                "Text: {text}\n{attribute}:",
                '{text}\nLabel for "{attribute}":',
                '"{text}"\nEntry under "{attribute}":',
            ),
        ),
        *shots(
            instructions=(
                'Is "{attribute}" true of each text? Answer yes or no.',
                'Say for each text whether "{attribute}" applies, yes or no.',
                'Fill in "{attribute}" for each text with yes or no.',
            ),
            layouts=(
                "Text: {text}\n{attribute}:",
                '{text}\nAnswer for "{attribute}":',
                '"{text}"\nMarked as "{attribute}":',
            ),
            form="yes_no",
            options=True,
        ),
        *_SHOTS_OF_RECORDS,
    ),
)
