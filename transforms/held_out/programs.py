"""Programs as held-out items and in records: their problem in words, and their code as tokens.

Code is compared token by token, so that white space does not count: once with its names, and once
with every name that the program chose itself replaced by one sign.
"""

import re

from transforms.texts.normalization import drop_invisible

_DOCSTRING = re.compile(r'"""(.*?)"""|' + r"'''(.*?)'''", re.DOTALL)
_FUNCTION = re.compile(r"^\s*(?:async\s+)?def\s+(\w+)", re.MULTILINE)
# Name, parameters (one level of brackets inside them), result.
_SIGNATURE = re.compile(
    r"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+[ \t]*\((?:[^()]|\([^()]*\))*\)[ \t]*(?:->[^:\n]+)?:",
    re.MULTILINE,
)
_ANNOTATION = re.compile(r"(?<=\w)\s*:\s*[A-Za-z_][\w.]*(?:\[[^=()\n]*?\])?(?=\s*[,)=])|->[^:\n]+")
_LINES_ASIDE = re.compile(r"^[ \t]*(?:import\s.*|from\s+\S+\s+import\s.*|//.*)$", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"[^\W\d]\w*|\d[\d.]*|[^\w\s]")
_EXAMPLE_HEADING = re.compile(
    r"^\W*(?:(?:sample|test)\s+)?(?:examples?|inputs?|outputs?)(?:\s+(?:inputs?|outputs?))?"
    r"(?:\s+\d+)?\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_LEAST_WORDS = 5
# A sign of code that is quickly looked for.
_SIGNS = ("return", "print", "def ", "();", "= ", "{")
_OWN_NAME = "·"
_NAME = re.compile(r"[^\W\d]")
# Words of languages, and names of their libraries and types where they are called or follow a dot:
# what is not among them a program chose itself. Words that only some languages keep to themselves
# (str, self, func) are names in others.
_KEYWORD_LIST = (
    "and as assert async await break case catch class const continue def del do elif else "
    "enum except false finally for foreach from global goto if import in instanceof is "
    "lambda let new nil none nonlocal not null or pass raise return static switch this throw "
    "throws true try typedef unsigned using var virtual void volatile while with yield"
)
_LIBRARY_LIST = (
    "abs add all any append bin bool bytes callable ceil char chr complex count counter "
    "defaultdict dict dir divmod double end endl enumerate eval exec extend filter find "
    "float floor format frozenset gcd get getattr hash hex id index input insert int isalpha "
    "isdigit isinstance issubclass items iter join keys len length list log long lower map "
    "max min next object oct open ord pop pow print println push_back range reduce remove "
    "replace repr reversed round set size slice sort sorted split sqrt str string strip sum "
    "super tuple type update upper values vector zip"
)
_KEYWORDS, _LIBRARY = frozenset(_KEYWORD_LIST.split()), frozenset(_LIBRARY_LIST.split())


def problem_text(prompt: str) -> str:
    """Return what the head of a function says in its docstring, without its examples.

    The prompt itself where it is no program, or where the docstring says next to nothing.
    """
    functions = _FUNCTION.findall(prompt)
    docstrings = [first or second for first, second in _DOCSTRING.findall(prompt)]
    if not functions or not docstrings:
        return _without_examples(prompt)
    lines = []
    in_example = False
    for line in docstrings[-1].splitlines():
        if line.strip().startswith(">>>"):
            in_example = True
        elif not line.strip():
            in_example = False
        elif not in_example and f"{functions[-1]}(" not in line.replace(" (", "("):
            lines.append(line)
    text = _without_examples("\n".join(lines))
    return text if len(text.split()) >= _LEAST_WORDS else prompt


def _without_examples(text: str) -> str:
    """Cut a problem where its examples begin, if that leaves enough of it."""
    heading = _EXAMPLE_HEADING.search(text)
    start = text[: heading.start()] if heading else ""
    return start if len(start.split()) >= 3 * _LEAST_WORDS else text


def looks_like_code(text: str) -> bool:
    """Return whether it is worth while to read `text` as a program."""
    return any(sign in text for sign in _SIGNS)


def code_tokens(code: str) -> list[str]:
    """Return the tokens of a program, or of a text with one in it.

    Comments, docstrings, imports and types of parameters are left out, and quotation marks, in
    which styles differ.

    "def f(xs: list) -> int:\n    return xs[0]  # first" →
    ["def", "f", "(", "xs", ")", ":", "return", "xs", "[", "0", "]"]
    """
    return _tokens(_SIGNATURE.sub(lambda signature: _ANNOTATION.sub("", signature[0]), _bare(code)))


def body_tokens(code: str) -> list[str]:
    """Return the tokens of a program after its first signature; all if it has none."""
    code = _SIGNATURE.sub(lambda signature: _ANNOTATION.sub("", signature[0]), _bare(code))
    signature = _SIGNATURE.search(code)
    return _tokens(code[signature.end() :] if signature else code)


def shape_tokens(code: str) -> list[str]:
    """Return the tokens of a program without signatures, one sign for each name that it chose.

    "def f(xs):\n    return len(xs)" → ["def", "return", "len", "(", "·", ")"]
    """
    tokens = _tokens(_SIGNATURE.sub(" def ", _bare(code)))
    around = zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False)
    return [
        _OWN_NAME if _NAME.match(token) and not _is_known(before, token.lower(), after) else token
        for before, token, after in around
    ]


def _is_known(before: str, name: str, after: str) -> bool:
    return name in _KEYWORDS or (name in _LIBRARY and (after == "(" or before == "."))


def _bare(code: str) -> str:
    code = drop_invisible(code)
    return _COMMENT.sub(" ", _LINES_ASIDE.sub(" ", _DOCSTRING.sub(" ", code)))


def _tokens(code: str) -> list[str]:
    return [token for token in _TOKEN.findall(code) if token not in "\"'`"]
