"""The subject or category of a text: `text` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

_NEWS = ("World", "Sports", "Business", "Science and technology")
# A text has many topics: nobody could guess by which ones a data set sorts its texts.
LABELS = (
    # AG News.
    LabelSet(
        labels=("World", "Sports", "Business", "Sci/Tech"),
        wordings={"topic": _NEWS},
        guessable=False,
    ),
    # DBpedia.
    LabelSet(
        labels=(
            "Company",
            "EducationalInstitution",
            "Artist",
            "Athlete",
            "OfficeHolder",
            "MeanOfTransportation",
            "Building",
            "NaturalPlace",
            "Village",
            "Animal",
            "Plant",
            "Album",
            "Film",
            "WrittenWork",
        ),
        wordings={
            "topic": (
                "company",
                "educational institution",
                "artist",
                "athlete",
                "office holder",
                "means of transportation",
                "building",
                "natural place",
                "village",
                "animal",
                "plant",
                "album",
                "film",
                "written work",
            )
        },
        guessable=False,
    ),
)

FAMILY = Family(
    name="topic",
    targets=("answer",),
    context="text",
    labels=LABELS,
    # What is asked for is a section of a newspaper, not a topic such as "astronomy".
    apart=frozenset(("news",)),
    templates=(
        Template(
            "{text}\n\nWhat is the subject of this, in a word or two?",
            "{answer}",
        ),
        Template(
            "In a word or two, say what the following is about.\n\n{text}",
            "{answer}",
        ),
        Template(
            "Name the category that this text belongs to.\n{text}",
            "{answer}",
        ),
        Template("Text: {text}\n\nGive the general topic of the text.", "{answer}"),
        Template(
            "What is the general topic of this text?\n\n{text}",
            "{answer}",
        ),
        Template(
            "Text: {text}\nTopic:",
            "{answer}",
        ),
        Template(
            "Classify the following text by its general topic.\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhat is the main topic of the text above? Answer in one or two words.",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich broad category does this text belong to?",
            "{answer}",
        ),
        Template(
            "Text: {text}\nCategory:",
            "{answer}",
            instruction="Read the text and name its category in a word or two.",
        ),
        Template(
            "{text}\nSubject:",
            "{answer}",
            instruction="Classify by subject matter. A few words at most.",
        ),
        Template(
            '"{text}"\n\nName the general field that this text deals with.',
            "{answer}",
        ),
        Template(
            ("Content: {text}\n\nPlease tag this with its main topic, in one or two words."),
            "{answer}",
        ),
        Template(
            "Text: {text}\nOutput:",
            "{answer}",
            instruction=("Name the general topic of the text, and nothing else."),
        ),
        Template(
            (
                "{text}\n\nI need to file this text under a topic. Please name the topic "
                "in a word or two."
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nPlease assign a general category to the text.\nCategory:",
            "{answer}",
        ),
        Template("{text}\n\nwhat's this about? one or two words", "{answer}"),
        Template(
            ("Document: {text}\n\nQuestion: What subject does this document deal with?\nAnswer:"),
            "{answer}",
        ),
        Template(
            (
                "What is this news article about? Name the section of the newspaper that "
                "it belongs in.\n\n{text}"
            ),
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\nWhat is this news article about? Name one of the main sections of a "
            "newspaper.",
            "{answer}",
            domain="news",
        ),
        Template(
            "Article: {text}\nSection of the newspaper:",
            "{answer}",
            domain="news",
        ),
        Template(
            "Classify the news article by the main section of a newspaper that would print it."
            "\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template(
            "News: {text}\nSection:",
            "{answer}",
            instruction="Sort the news into the main sections of a newspaper.",
            domain="news",
        ),
        Template(
            "{text}\n\nAn editor has to assign this story to a section, such as World or Sports. "
            "Which one should it be?",
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\nOutput:",
            "{answer}",
            instruction=(
                "Name the broad section of the news that this text belongs to, nothing else."
            ),
            domain="news",
        ),
        Template(
            "which part of the newspaper is this from? just name the section\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\nIn which section of a news site would this story appear?",
            "{answer}",
            domain="news",
        ),
        Template(
            ("{text}\n\nSort this news story into a broad section of the news. Name the section."),
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\nWhat is the topic of this: {labels}?",
            "{answer}",
        ),
        Template(
            "Text: {text}\nTopic ({labels}):",
            "{answer}",
        ),
        Template(
            "Sort the following text by topic: {labels}.\n\n{text}",
            "{answer}",
        ),
        Template(
            "Text: {text}\nTopic:",
            "{answer}",
            instruction="Name the topic of the text: {labels}.",
        ),
        Template(
            "{text}\n\nWould you file this under {labels}?",
            "{answer}",
        ),
        Template(
            "{text}\n\nThe topic of this text is {labels}. Which one is it?",
            "{answer}",
        ),
        Template(
            "text: {text}\n\nwhat's the topic? {labels}",
            "{answer}",
        ),
        Template(
            "Tag the text below with its topic, which is {labels}.\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich section of the newspaper does this article belong in: {labels}?",
            "{answer}",
            domain="news",
        ),
        Template(
            "Article: {text}\nSection ({labels}):",
            "{answer}",
            domain="news",
        ),
        Template(
            "Sort this news story into its section: {labels}.\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template(
            "News: {text}\nSection:",
            "{answer}",
            instruction="Name the section of the news for each story: {labels}.",
            domain="news",
        ),
        Template(
            "{text}\n\nAn editor has to assign this story to {labels}. Which section should it be?",
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\nIs this news item one for {labels}?",
            "{answer}",
            domain="news",
        ),
        Template(
            "where in the newspaper would this be, {labels}?\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template(
            "Article: {text}\n\nFile this news article under {labels}.",
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\nWhat is the topic of the text above?\n{options}\nTopic:",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich category suits this best?\n\n{options}",
            "{answer}",
        ),
        Template(
            "Here is a snippet: {text}\nSort it into one of these.\n{options}",
            "{answer}",
        ),
        Template(
            "{options}\n\nOut of this list, choose the topic of the following text.\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhat is this text about? Choose the best answer.\n\n{options}",
            "{answer}",
        ),
        Template(
            "Text: {text}\n{options}\nTopic:",
            "{answer}",
        ),
        Template(
            (
                "Classify the text into one of the categories.\n\nText: {text}\n\n{options}"
                "\nCategory:"
            ),
            "{answer}",
        ),
        Template(
            "Text: {text}\n\n{options}\n\nAssign the text to one of the listed categories.",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n\nSeveral labels may seem to apply; choose the main one.",
            "{answer}",
        ),
        Template(
            "Document:\n{text}\n\n{options}",
            "{answer}",
            instruction="What is the subject? Copy the fitting label exactly as it is written.",
        ),
        Template(
            'Passage: "{text}"\n\n{options}\nTopic:',
            "{answer}",
            instruction="Which topic fits the passage best?",
        ),
        Template(
            "{text}\n\nSelect the subject area that this text belongs to.\n{options}\nAnswer:",
            "{answer}",
        ),
        Template(
            "Read the text below, then pick its main topic.\n\n{text}\n\n{options}\n\nTopic:",
            "{answer}",
        ),
        Template(
            ("{options}\n\nAssign the right one of these categories to the following text: {text}"),
            "{answer}",
        ),
        Template(
            "{text}\n\nText classification: which label is correct?\n{options}\nLabel:",
            "{answer}",
        ),
        Template(
            "text: {text}\n\npick the topic\n{options}",
            "{answer}",
        ),
        Template(
            ("{text}\n\nUnder which of these headings would you file this?\n\n{options}\nHeading:"),
            "{answer}",
        ),
        Template(
            (
                "Text: {text}\n\nPlease tell me which of the following categories this "
                "falls under.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n\nWhat is this news article about?", "{answer}", domain="news"
        ),
        Template(
            "{text}\n\nWhich section of the newspaper would carry this story?\n{options}",
            "{answer}",
            domain="news",
        ),
        Template(
            "Article: {text}\n\n{options}\nNews category:",
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction="Pick the category for this news story.",
            domain="news",
        ),
        Template(
            "Classify this news text.\n\n{text}\n\n{options}\nLabel:", "{answer}", domain="news"
        ),
        Template(
            "News: {text}\n\nSort this into one of the sections below.\n{options}",
            "{answer}",
            domain="news",
        ),
        Template(
            "{options}\n\nIn which of these sections would you look for this story?\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template("News article: {text}\n{options}\nTopic:", "{answer}", domain="news"),
        Template(
            "{text}\n\n{options}\n\nChoose the section of the news that this belongs to.",
            "{answer}",
            domain="news",
        ),
        Template("news: {text}\n\npick the section for this\n{options}", "{answer}", domain="news"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "What is the topic of the text?",
                "Classify each text by topic.",
                "Name the category that the text belongs to.",
            ),
            layouts=(
                "Text: {text}\nTopic:",
                "{text}\nCategory:",
                "Text: {text}\nGeneral topic:",
                '"{text}"\nLabel:',
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Sort the news articles into the main sections of a newspaper.",
                "Which section of the newspaper does each text belong in?",
            ),
            layouts=(
                "Article: {text}\nSection:",
                "News: {text}\nSection of the newspaper:",
                "{text}\nNews section:",
            ),
            domain="news",
            options=True,
        ),
        *shots(
            instructions=(
                "Name the topic of each text: {labels}.",
                "Sort the texts by topic, which is {labels}.",
                "Each text is filed under {labels}.",
            ),
            layouts=("Text: {text}\nTopic:", "{text}\nFiled under:", '"{text}"\nTopic:'),
        ),
        *shots(
            instructions=(
                "Name the section of the news for each story: {labels}.",
                "Each article belongs in one section of the newspaper: {labels}.",
            ),
            layouts=("Article: {text}\nSection:", "News: {text}\nSection of the newspaper:"),
            domain="news",
        ),
    ),
)
