"""Encodings that are guessed from the text; the texts are ours."""

from pathlib import Path

import pytest

from pipelines.drafting.encodings import encoding_of

_TEXTS = {
    "ja": "日本語の文章です。これは店の営業時間についての質問で、答えは午前九時からです。",
    "zh": "这是一个关于商店营业时间的问题，答案是上午九点开门。我们在那里买东西。",
    "zh-tw": "這是一個關於商店營業時間的問題，答案是上午九點開門。我們在那裡買東西。",
    "ko": "이것은 가게의 영업 시간에 대한 질문이고 답은 오전 아홉 시부터입니다.",
    "ru": "Это вопрос о времени работы магазина, и ответ: с девяти часов утра.",
    "uk": "Це питання про години роботи магазину, і відповідь така: з дев'ятої ранку.",
    "pl": "To jest pytanie o godziny otwarcia sklepu: źdźbło, żółw, gęśl, jaźń, ćma, łódź.",
    "el": "Αυτή είναι μια ερώτηση για τις ώρες λειτουργίας του καταστήματος.",
    "he": "זו שאלה על שעות הפתיחה של החנות והתשובה עליה.",
    "tr": "Bu mağazanın çalışma saatleri hakkında bir soru, ve cevabı şöyle: ığüşöç.",
}


@pytest.mark.parametrize(
    ("language", "encoding", "found"),
    [
        ("ja", "shift_jis", "cp932"),
        ("ja", "euc_jp", "euc_jp"),
        ("zh", "gb2312", "gb18030"),
        ("zh-tw", "big5", "big5"),
        ("zh-tw", "gbk", "gb18030"),
        ("ko", "euc_kr", "cp949"),
        ("ru", "cp1251", "cp1251"),
        ("ru", "koi8_r", "koi8_r"),
        ("ru", "cp866", "cp866"),
        ("uk", "cp1251", "cp1251"),
        # Encodings of which too little is known here are not taken for others.
        ("pl", "cp1250", None),
        ("el", "cp1253", None),
        ("he", "cp1255", None),
        ("tr", "cp1254", None),
    ],
)
def test_encodings(language: str, encoding: str, found: str | None, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"question,answer\n{_TEXTS[language]},1\n".encode(encoding))
    assert encoding_of(str(path)) == found


def test_a_few_letters_are_too_few(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("question\nгде он\n".encode("cp1251"))
    assert encoding_of(str(tmp_path / "a.csv")) is None
