"""Examples of each command, as its help shows them; a test parses every one."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "init": ("flanbeam init tickets.csv", "flanbeam init exports/ --name support"),
    "recipes": ("flanbeam recipes",),
    "schema": ("flanbeam schema > recipe.schema.json",),
    "templates": ("flanbeam templates show nli", "flanbeam templates lint my_corpus.yaml"),
    "sources": ("flanbeam sources flan2022",),
    "demo": ("flanbeam demo --out demo",),
    "doctor": ("flanbeam doctor", "flanbeam doctor --json"),
    "preview": (
        "flanbeam preview my_corpus.yaml -n 5",
        "flanbeam preview quickstart --task dialogs",
    ),
    "plan": (
        "flanbeam plan my_corpus.yaml --out corpora",
        "flanbeam plan my_corpus.yaml --refresh corpora",
    ),
    "build": (
        "flanbeam build my_corpus.yaml --out corpora --workers 4",
        "flanbeam build quickstart --out corpora --set mixture.examples=1000",
    ),
    "verify": ("flanbeam verify corpora@latest", "flanbeam verify corpora@latest --deep"),
    "explain": ("flanbeam explain corpora@latest tickets.csv:17",),
    "rejections": ("flanbeam rejections corpora --reason unknown_label",),
    "show": ("flanbeam show corpora@latest",),
    "stats": ("flanbeam stats corpora@latest",),
    "report": ("flanbeam report corpora@latest",),
    "export": ("flanbeam export corpora@latest --format messages --to train.jsonl",),
    "push": (
        "flanbeam push corpora@latest my-name/my-corpus",
        "flanbeam push corpora@latest my-name/my-corpus --private",
    ),
    "refresh": ("flanbeam refresh my_corpus.yaml --store corpora",),
    "publish": ("flanbeam publish corpora/snapshots/NAME --channel latest",),
    "rollback": ("flanbeam rollback corpora",),
    "pin": ("flanbeam pin corpora/snapshots/NAME",),
    "unpin": ("flanbeam unpin corpora/snapshots/NAME",),
    "gc": ("flanbeam gc corpora --keep 3",),
    "forget": (
        "flanbeam forget corpora --source reviews --id user-17",
        "flanbeam forget corpora --source reviews --ids requests.txt --run runs",
    ),
    "snapshots": ("flanbeam snapshots corpora",),
    "history": ("flanbeam history corpora",),
    "diff": ("flanbeam diff corpora/snapshots/OLD corpora/snapshots/NEW",),
    "train": (
        "flanbeam train quickstart --snapshot corpora@latest --out run",
        "flanbeam train flan_t5_base --snapshot corpora@latest --out run "
        "--set initial_weights=imported",
    ),
    "eval": (
        "flanbeam eval quickstart --checkpoint run --suite held_in --snapshot corpora@latest",
        "flanbeam eval flan_t5_base --checkpoint run --suite mmlu_5shot --data benchmarks",
    ),
    "weights": (
        "flanbeam weights import flan-t5-base --out imported",
        "flanbeam weights export run --out hugging-face",
    ),
    "study": ("flanbeam study STUDY --out studies/inversion",),
    "compare": ("flanbeam compare run-a run-b",),
    "plot": ("flanbeam plot run",),
}
