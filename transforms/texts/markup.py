"""Leave out markup, for the search of held-out items: what a page shows counts, not how.

HTML tags, comments and entities, the addresses of Markdown links, the asterisks of emphasis, the
signs before quoted lines. What may be arithmetic or a program stays: "2*3", "a * b", "a<b",
"f[x](y)".
"""

import html
import re
from functools import partial

# Tags that divide a text, and tags inside of words.
_BLOCK = (
    "address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|figcaption|figure|footer"
    "|h[1-6]|head|header|hr|html|img|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr"
    "|ul"
)
_INLINE = (
    "a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup"
    "|tt|u|var"
)
_ATTRIBUTE = r"""\s+[A-Za-z][\w:-]*\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+)"""
_TAG = re.compile(
    rf"<!--(?:(?!<!--).)*?-->|<(?P<end>/?)(?:(?P<block>{_BLOCK})|(?P<inline>{_INLINE}))"
    rf"(?P<attributes>(?:{_ATTRIBUTE})*)\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
_CLOSED = re.compile(r"</(\w)\s*>")
# Only with a semicolon: "?a=1&copy=2" has no entity. Some texts are escaped twice.
_ENTITY = re.compile(r"&(?:amp;)*(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,30});")
_LINK = re.compile(
    r"!?\[([^\[\]]+)\]\(\s*<?((?:[^\s()]|\([^\s()]*\))+)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_URL = re.compile(r"[A-Za-z][A-Za-z\d+.-]*:\S|www\.")
# An address without a scheme, after words: a path, a page, a section. "[x + 1](x/2)" is a product.
_PAGE = re.compile(r"(?:\.{0,2}/|#)\w|[\w-]+[./][A-Za-z]{2}|[A-Za-z][\w%-]{2,}$")
_WORD = re.compile(r"[^\W\d_]{2}")
# A run of asterisks before a word, and one as long after a word of the same paragraph; between
# them only asterisks that have words, or spaces, on both sides. In "(G,*)" there is no word.
_EMPHASIS = re.compile(
    r"(?<![\w*)\]])(\*{1,3})(?![\s*)\],.;:=+/|}])"
    r"((?:(?!\n\s*\n)[^*]|(?<=\s)\*+(?=\s)|(?<=\w)\*+(?=\w))+?)"
    r"(?<![\s*(\[,=+/|{])\1(?![\w*(\[])"
)
# Lines of a paragraph that begins with a quoted one; arithmetic may continue with ">", not begin.
_QUOTED = re.compile(r"(?:\A|(?<=\n\n))(?:[ \t]*>[^\n]*(?:\n|\Z))+")
_QUOTE_SIGN = re.compile(r"^[ \t]*>[ \t>]*", re.MULTILINE)


def drop_markup(text: str) -> str:
    """Return `text` without markup.

    "<p>the <b>ceil</b>ing&nbsp;of the **[Chapel](https://a.b)**" → " the ceiling\\xa0of the Chapel"
    """
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(f"&{entity[1]};"), text)
    if "<" in text:
        closed = {name.lower() for name in _CLOSED.findall(text)}
        text = _TAG.sub(partial(_without_tag, closed), text)
    if "](" in text:
        text = _LINK.sub(_without_address, text)
    if "*" in text:
        # Once more, for emphasis inside emphasis.
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    if ">" in text:
        text = _QUOTED.sub(lambda lines: _QUOTE_SIGN.sub("", lines[0]), text)
    return text


def _without_tag(closed: set[str], tag: re.Match[str]) -> str:
    """Return what takes the place of a tag: itself if it may be a relation, "a<b>c".

    Args:
      closed: names of one letter that the text has end tags of.
    """
    name = (tag["block"] or tag["inline"] or "").lower()
    if len(name) == 1 and name not in closed and not tag["end"] and not tag["attributes"]:
        around = tag.string[tag.start() - 1 : tag.start()], tag.string[tag.end() : tag.end() + 1]
        if name != "p" or all(map(str.isalnum, around)):
            return tag[0]
    return "" if tag["inline"] else " "


def _without_address(link: re.Match[str]) -> str:
    """Return the text of a link; all of what may be an index or a product."""
    if not _URL.match(link[2]):
        before = link.string[link.start() - 1 : link.start()]
        is_word = before.isalnum() or before in ("_", ")", "]")
        if is_word or not _WORD.search(link[1]) or not _PAGE.match(link[2]):
            return link[0]
    return link[1]
