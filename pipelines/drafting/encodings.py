"""Guess the encoding of a text, neither UTF-8 nor Western European, by its commonest signs."""

import re
from collections.abc import Callable

from transforms.sources.files.streams import open_stream

_SAMPLE_BYTES = 1 << 17
# The commonest characters of general texts.
_CHINESE = (
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三"
    "已老从动两长知分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机"
    "给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军"
    "产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死"
)  # fmt: skip
_TRADITIONAL = str.maketrans(
    "这来个国到说们为时会过学对里后么没于还发当无开两长从动经头将与进实点种声话儿问机给几业间门东关"
    "并产军万体别处总场师书员华报马张难数车应车电",
    "這來個國到說們為時會過學對裡後麼沒於還發當無開兩長從動經頭將與進實點種聲話兒問機給幾業間門東關"
    "並產軍萬體別處總場師書員華報馬張難數車應車電",
)
_KOREAN = (
    "이다는에의가을를은지고하나서도사로기리한그아있들자수것인시어"
    "부일해대만니전라주보게정와습까요장면제구"
)
_KANA = re.compile(r"[ぁ-んァ-ヶー]")
_RUSSIAN = "оеаинтсрвл"
_SIGN = re.compile(r"[^\x00-\x7f 　。、，．！？：；「」『』（）《》〈〉【】“”‘’„—–…·・«»№€ー～]")
# A letter of another script beside a Latin one: it is rather a Latin letter with an accent.
_MIXED = re.compile(r"[A-Za-z][^\W\d_A-Za-z]|[^\W\d_A-Za-z][A-Za-z]")
_MOST_MIXED = 0.1


def _share_of(common: str) -> Callable[[str], float]:
    signs = {*common}
    return lambda letters: sum(letter in signs for letter in letters) / len(letters)


def _share_of_kana(letters: str) -> float:
    return len(_KANA.findall(letters)) / len(letters)


# For each encoding: how the share of common signs is measured, and the share that a text has.
_CANDIDATES: dict[str, tuple[Callable[[str], float], float]] = {
    "cp932": (_share_of_kana, 0.3),
    "euc_jp": (_share_of_kana, 0.3),
    "gb18030": (_share_of(_CHINESE), 0.25),
    "big5": (_share_of(_CHINESE.translate(_TRADITIONAL)), 0.25),
    "cp949": (_share_of(_KOREAN), 0.25),
    "cp1251": (_share_of(_RUSSIAN), 0.45),
    "koi8_r": (_share_of(_RUSSIAN), 0.45),
    "cp866": (_share_of(_RUSSIAN), 0.45),
}
_LEAST_LETTERS = 20
# How much more common the signs are in the right encoding than in the next one.
_CLEARLY = 1.5


def encoding_of(path: str) -> str | None:
    """Return the encoding in which a text has the signs of a language; None if none stands out."""
    with open_stream(path) as stream:
        data = stream.read(_SAMPLE_BYTES)
    if len(data) == _SAMPLE_BYTES:
        data = data[: data.rfind(b"\n") + 1]
    found: list[tuple[float, str]] = []
    for encoding, (share, least) in _CANDIDATES.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = "".join(_SIGN.findall(text))
        is_mixed = len(_MIXED.findall(text)) > _MOST_MIXED * len(letters)
        if len(letters) >= _LEAST_LETTERS and not is_mixed:
            found.append((share(letters) / least, encoding))
    found.sort(reverse=True)
    if not found or found[0][0] < 1:
        return None
    is_clear = len(found) == 1 or found[0][0] >= _CLEARLY * found[1][0]
    return found[0][1] if is_clear else None
