"""Pictures of a page as SVG inside it, drawn by Matplotlib.

Matplotlib writes colors and fonts as `style` attributes, which a strict content-security policy
ignores: they become attributes of their own. Its ink becomes `currentColor`, so that a picture
follows the theme of its page.
"""

import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Ink, and two colors that keep a contrast of 3 to white and to the dark theme's background.
_INK, _FIRST, _SECOND = "#010203", "#3987e5", "#d9730d"
# The ink of figures that others drew.
_BLACK = "#000000"
_STYLE = re.compile(r' style="([^"]*)"')
_GROUP_ID = re.compile(r'<g id="[^"]*">')
_SIZES = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt"')
_UNFILLED = re.compile(r"<text(?![^>]*\bfill=)")
# Names of bars that a picture has room for.
MOST_BARS = 20
_MOST_LETTERS = 28


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def svg_of(figure: Any, title: str) -> str:
    """Return a figure as an SVG element without an id, a style or a date."""
    import matplotlib

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": title,
        "text.color": _INK,
        "font.family": "sans-serif",
    }
    stream = io.StringIO()
    with matplotlib.rc_context(settings):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    svg = _STYLE.sub(lambda match: _attributes(match[1]), _GROUP_ID.sub("<g>", svg))
    # Matplotlib names no fill for black text, and a white one for the ground of a legend.
    svg = _UNFILLED.sub('<text fill="currentColor"', svg).replace('fill="#ffffff"', 'fill="none"')
    svg = _SIZES.sub("", svg, count=1).replace(_INK, "currentColor").replace(_BLACK, "currentColor")
    label = f' role="img" aria-label="{escape(title)}" stroke-linejoin="round"'
    return re.sub(r">\s*\n\s*<", "><", svg.replace("<svg", f"<svg{label}", 1))


def _attributes(style: str) -> str:
    """Return `fill: none; stroke: #000` as attributes."""
    pairs = (pair.partition(":") for pair in style.split(";") if ":" in pair)
    return "".join(f' {name.strip()}="{_value(value)}"' for name, _, value in pairs)


def _value(value: str) -> str:
    return value.strip().replace('"', "'").replace("&quot;", "'")


def _dress(axes: Any) -> None:
    """Give axes the ink of the page."""
    axes.tick_params(colors=_INK, labelsize=9)
    axes.xaxis.label.set_color(_INK)
    axes.yaxis.label.set_color(_INK)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(_INK)
        spine.set_linewidth(0.6)


def _short(name: str) -> str:
    name = name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
    # A dollar sign would begin a formula.
    return name.replace("$", r"\$")


def bars(title: str, groups: Mapping[str, Sequence[float]], series: Sequence[str]) -> str:
    """Return horizontal bars, for each name one of each series (at most two)."""
    names = list(groups)[:MOST_BARS][::-1]
    figure, axes = _figure(7.2, 0.9 + 0.34 * max(1, len(names)))
    places = np.arange(len(names))
    height = 0.8 / len(series)
    for number, (label, color) in enumerate(zip(series, (_FIRST, _SECOND), strict=False)):
        values = [groups[name][number] for name in names]
        offset = (len(series) - 1) * height / 2 - number * height
        axes.barh(places + offset, values, height, color=color, label=label)
    axes.set_yticks(places, [_short(name) for name in names])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    _dress(axes)
    if len(series) > 1:
        axes.legend(frameon=False, fontsize=9, labelcolor=_INK)
    return svg_of(figure, title)


def histogram(title: str, lengths: NDArray[np.int32], limit: int, unit: str) -> str:
    """Return how many examples have which length, and the limit."""
    figure, axes = _figure(7.2, 2.6)
    top = max(limit, int(lengths.max(initial=1)))
    counts, edges = np.histogram(lengths, bins=40, range=(0, top))
    axes.stairs(counts, edges, fill=True, color=_FIRST)
    if limit:
        axes.axvline(limit, color=_SECOND, linewidth=1.5)
        where = {"xycoords": ("data", "axes fraction"), "ha": "right", "va": "top"}
        axes.annotate("limit ", (limit, 1), fontsize=9, color=_INK, **where)
    axes.set_xlabel(unit)
    axes.set_ylabel("examples")
    axes.yaxis.get_major_locator().set_params(integer=True)
    _dress(axes)
    return svg_of(figure, title)


def positions(title: str, counts: Sequence[int], low: float, high: float) -> str:
    """Return how often the answer was in which place, and the band of a fair draw."""
    figure, axes = _figure(7.2, 2.4)
    places = np.arange(1, len(counts) + 1)
    axes.bar(places, counts, 0.7, color=_FIRST)
    axes.axhspan(low, high, color=_SECOND, alpha=0.35, linewidth=0)
    axes.set_xticks(places)
    axes.set_xlabel("place of the answer among the options")
    axes.set_ylabel("examples")
    _dress(axes)
    return svg_of(figure, title)
