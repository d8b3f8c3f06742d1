"""A question with answers to choose from: `question`, optional `context` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="multiple_choice_qa",
    targets=("answer",),
    context="context",
    optional=frozenset({"context"}),
    roles={"context": "passage"},
    templates=(
        # The question alone.
        Template("{question}", "{answer}"),
        Template("Please give the correct answer to this.\n\n{question}", "{answer}"),
        Template("Think it over, then reply with just the answer.\n{question}", "{answer}"),
        Template("{question}\n\nAnswer this exam question in as few words as you can.", "{answer}"),
        Template(
            "Problem: {question}", "{answer}", instruction="Give the right answer, brief and exact."
        ),
        Template("Answer the following question.\n\n{question}", "{answer}"),
        Template("Question: {question}\nAnswer:", "{answer}"),
        Template("Here is a question: {question}\nThe answer is:", "{answer}"),
        Template("{question}\n\nAnswer in a few words.", "{answer}"),
        Template("{question}\nGive the correct answer.", "{answer}"),
        Template("{question}\n\nKeep your answer short.\nAnswer:", "{answer}"),
        Template("answer this for me please: {question}", "{answer}"),
        Template("{question}\nRespond with the answer only, without an explanation.", "{answer}"),
        Template("Question: {question}\n\nProvide a short and correct answer:", "{answer}"),
        Template(
            (
                "Write only the answer to the question, nothing else.\n\nQuestion: "
                "{question}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "Answer the following science question in a few words.\n\n{question}",
            "{answer}",
            domain="science",
        ),
        Template(
            "Here is a question from a science test. {question}\nShort answer:",
            "{answer}",
            domain="science",
        ),
        Template(
            "{question}\n\nUse what you know about science to answer briefly.",
            "{answer}",
            domain="science",
        ),
        # The question and a text that goes with it.
        Template("{context}\n\nWith that in mind: {question}", "{answer}"),
        Template(
            "Passage: {context}\nQuestion: {question}\n\nAnswer what is asked about the passage.",
            "{answer}",
        ),
        Template(
            (
                "Read the text and answer the question.\n\nText: {context}\n\nQuestion: "
                "{question}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{context}\n\nBased on the text above, answer this question.\n{question}\nAnswer:",
            "{answer}",
        ),
        Template(
            (
                "In the text below, look for what helps to answer this: {question}\n\n"
                "{context}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template("{context}\n\n{question}", "{answer}"),
        Template(
            "Question: {question}\nText: {context}\n\nAnswer the question. The text will help you.",
            "{answer}",
        ),
        Template("{question}\n\nUse this to answer:\n{context}", "{answer}"),
        Template("{context}\n\nQ: {question}\nGive a brief answer.", "{answer}"),
        Template(
            "Here is some information: {context}\nUsing it, answer the following. {question}",
            "{answer}",
        ),
        Template(
            ("{context}\n\nQuestion: {question}\n\nGive the most plausible answer."),
            "{answer}",
        ),
        Template("text: {context}\nquestion: {question}\nshort answer:", "{answer}"),
        Template("{context}\n\nI have a question about this: {question}\nAnswer:", "{answer}"),
        Template(
            "{context}\n\nScience question: {question}\nAnswer in a few words.",
            "{answer}",
            domain="science",
        ),
        Template(
            "Use this to answer the science question: {context}\n\n{question}",
            "{answer}",
            domain="science",
        ),
        Template(
            "Fact: {context}\nScience question: {question}\nAnswer:", "{answer}", domain="science"
        ),
        # The question alone, with options.
        Template("{question}\n\n{options}", "{answer}"),
        Template("{question}\nOnly one of these is correct.\n{options}", "{answer}"),
        Template(
            "Pick the best answer to the question.\n\nQuestion: {question}\n\n{options}", "{answer}"
        ),
        Template(
            (
                "Only one of these answers to the question below is right. Find it.\n\n"
                "{options}\n\nQuestion: {question}"
            ),
            "{answer}",
        ),
        Template("Q. {question}\n{options}", "{answer}", instruction="Choose the right answer."),
        Template(
            "{question}\n\n{options}\n\nThis is from a multiple-choice test: exactly one "
            "option is correct. Give that option.",
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}\n\nCompare the options and give the one that is right.",
            "{answer}",
        ),
        Template(
            "Answer the following multiple-choice question.\n\n{question}\n{options}\nAnswer:",
            "{answer}",
        ),
        Template("Question: {question}\n{options}\nAnswer:", "{answer}"),
        Template("Exam question: {question}\n\n{options}\n\nThe correct answer is:", "{answer}"),
        Template("{question}\n\nChoose the best answer from the options.\n{options}", "{answer}"),
        Template("{question}\n{options}\nThe right answer is:", "{answer}"),
        Template("{question}\n\n{options}\n\nSelect the correct option.\nAnswer:", "{answer}"),
        Template("pick the right answer please\n\n{question}\n{options}\nanswer:", "{answer}"),
        Template(
            (
                "The following question has several possible answers. Give the correct "
                "one.\n\nQuestion: {question}\n\n{options}\n\nOutput:"
            ),
            "{answer}",
        ),
        Template(
            "{question}\nPlease pick the right answer.\n{options}\nYour answer:",
            "{answer}",
        ),
        Template(
            (
                "{options}\n\nWhich of the options above best answers the question below?\n\n"
                "{question}"
            ),
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}\n\nAnswer this science question by choosing one of the "
            "options.",
            "{answer}",
            domain="science",
        ),
        Template(
            "{question}\n{options}\n\nChoose the answer that agrees with science.",
            "{answer}",
            domain="science",
        ),
        Template(
            "Science exam\n\nQuestion: {question}\n{options}\nCorrect answer:",
            "{answer}",
            domain="science",
        ),
        # The question, a text that goes with it, and options.
        Template(
            (
                "Use the scientific fact to choose the right answer.\n\nFact: {context}\n"
                "Question: {question}\n{options}\nAnswer:"
            ),
            "{answer}",
            domain="science",
        ),
        Template(
            (
                "{context}\n\nKeep this in mind and answer the science question.\n{question}"
                "\n{options}"
            ),
            "{answer}",
            domain="science",
        ),
        Template(
            ("Question: {question}\n{options}\n\nThis fact should help: {context}\nAnswer:"),
            "{answer}",
            domain="science",
        ),
        Template("Read this first.\n{context}\nNow decide: {question}\n{options}", "{answer}"),
        Template(
            "Question: {question}\n\n{options}\n\nYou may consult this text:\n{context}", "{answer}"
        ),
        Template(
            "Material: {context}\n\nQuestion: {question}\n\n{options}\n\n"
            "Use the material to find the answer among the options.",
            "{answer}",
        ),
        Template(
            (
                "Read the passage and answer the multiple-choice question.\n\nPassage: "
                "{context}\n\nQuestion: {question}\n{options}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nBased on the text, choose the best answer to the question.\n"
                "Question: {question}\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "Context:\n{context}\n\nQuestion:\n{question}\n\n{options}\n\nBest answer:", "{answer}"
        ),
        Template(
            ("{context}\n\n{question}\n{options}\n\nChoose the option that fits the text best."),
            "{answer}",
        ),
        Template("{context}\n\n{question}\n\n{options}", "{answer}"),
        Template(
            (
                "Choose the answer that the text supports.\n\n{question}\n{options}\n\nText: "
                "{context}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nAnswer the following question about the text by selecting one "
                "of the options.\n{question}\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{question}\n{options}\n\nPick the right answer with the help of this text:\n"
                "{context}"
            ),
            "{answer}",
        ),
        Template(
            (
                "pick the right answer for the text\n\ntext: {context}\nquestion: {question}"
                "\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Text:\n{context}\n\nQuestion: {question}\n{options}\n\nPlease select the "
                "most likely answer.\nMost likely answer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Text: {context}\nQuestion: {question}\n{options}\n\nGiven the text, choose "
                "the correct answer to the question."
            ),
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Answer each question.",
                "Give the correct answer to each question, in a few words.",
            ),
            layouts=(
                "Question: {question}\nAnswer:",
                "Q: {question}\nA:",
            ),
        ),
        *shots(
            instructions=(
                "Answer each science question.",
                "Give a short answer to each science question.",
            ),
            layouts=("Question: {question}\nAnswer:",),
            domain="science",
        ),
        *shots(
            instructions=(
                "Choose the correct answer to each science question.",
                "These questions are from a science test. Answer them.",
            ),
            layouts=("Question: {question}\n{options}\nAnswer:",),
            domain="science",
        ),
        *shots(
            instructions=(
                "",
                "Choose the correct answer to each question.",
                "Answer these multiple-choice questions.",
            ),
            layouts=(
                "Question: {question}\n{options}\nAnswer:",
                "{question}\n{options}\nCorrect answer:",
            ),
        ),
        *shots(
            instructions=(
                "",
                "Answer the question about each text.",
                "Read the passage, then give a short answer to the question.",
            ),
            layouts=(
                "Passage: {context}\nQuestion: {question}\nAnswer:",
                "{context}\nQ: {question}\nA:",
            ),
        ),
        *shots(
            instructions=(
                "",
                "For each text, choose the right answer to the question.",
                "Read the passage and pick the best answer.",
            ),
            layouts=(
                "Passage: {context}\nQuestion: {question}\n{options}\nAnswer:",
                "{context}\n\n{question}\n{options}\nAnswer:",
            ),
        ),
    ),
)
