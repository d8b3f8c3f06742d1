"""Names of keys under which data sets have their questions, answers, texts and labels."""

QUESTIONS = ("question", "query", "problem", "q", "prompt", "sentence_question", "instruction")
ANSWERS = (
    *("answer", "answers", "final_answer", "best_answer", "accepted_answer", "final_decision", "a"),
    *("response", "output", "target", "solution"),
)
CONTEXTS = ("context", "passage", "paragraph", "background", "story", "article", "support")
PASSAGES = (*CONTEXTS, "contexts", "passages", "documents", "paragraphs", "ctxs")
TEXTS = (
    *("text", "sentence", "review", "review_text", "review_body", "content", "message", "tweet"),
    *("comment", "body", "title"),
)
STARS = ("rating", "stars", "star_rating", "overall")
RATINGS = (*STARS, "score")
LABELS = (
    *("label", "labels", "class", "category", "topic", "sentiment", "intent", "stance", "emotion"),
    *("polarity", "verdict", "target", "y"),
    *RATINGS,
)
OPTIONS = ("choices", "options", "endings", "candidates", "answer_choices")
SUMMARIES = ("summary", "highlights", "headline", "abstract", "tldr")
DOCUMENTS = ("document", "article", "dialogue", "text", "body", "content", "source")
# Besides those of questions: PIQA, HellaSwag, WinoGrande, SWAG, ARC.
ASKED = (*QUESTIONS, "question_stem", "stem", "goal", "ctx", "sentence", "startphrase")
KEYED = (
    *("answer_key", "answer_idx", "answer_index", "correct_answer", "correct_answer(s)"),
    *("correct_answers", "correct_option", "correct_choice", "right_answer", "correct", "cop"),
    *ANSWERS,
    *("label", "key", "gold"),
)
# Who wrote a text, and where it is from, is no label of it.
ORIGINS = {"user", "user_id", "userid", "username", "author", "author_id", "sender", "speaker"}
ORIGINS |= {"from", "name", "is_user", "annotator", "annotator_id", "completed_by"}
ORIGINS |= {"source", "dataset", "split", "url", "lang", "language", "license", "version"}
# What is about a row and not its content.
IDS = {"id", "idx", "index", "uid", "uuid", "guid"}
BESIDES = ORIGINS | IDS | {"timestamp", "date", "meta"}
# What is wanted, in files that have beside it what a model said.
WANTED = (
    *("expected", "expected_output", "expected_answer", "expected_response", "ground_truth"),
    *("ground_truths", "gold_answer", "golden_answer", "ideal", "ideal_answer"),
    *("reference_answer", "reference_output"),
)
# Beside votes of readers, which are no rating of a text.
VOTED = ("subreddit", "permalink", "link_id", "ups", "upvotes", "num_comments", "selftext")
# Whether an answer is right: true or false.
RIGHT = (
    *("is_correct", "correct", "is_right", "passed", "is_passed", "accepted", "is_accepted"),
    *("is_valid", "valid", "verified"),
)
# What a question may be about, by the last word of a key: tables, passages and hints.
TABLES = ("table", "tables", "schema", "schemas", "header", "headers", "rows", "columns")
HINTS = ("hint", "hints", "fact", "facts", "situation", "choices", "persona", "personas")
MATERIAL = (
    *(*TABLES, *HINTS, *PASSAGES, "document", "doc", "docs", "evidence", "evidences"),
    "abstract",
    *("knowledge", "lecture", "pre", "post"),
)
TITLES = ("title", "caption")
