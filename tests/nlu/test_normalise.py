"""Words of informal Indonesian and Banjar."""

import pytest

from nlu.normalise import Lexicon, language, squeeze, stem, tokens


def test_tokens_keep_emoji_marks_and_hyphens() -> None:
    assert tokens("Jalan-jalan YUK!! 😭 rt.04") == ["jalan-jalan", "yuk", "!!", "😭", "rt", "04"]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("yg", ("yang",)),
        ("jlnnya", ("jalan", "nya")),
        ("jalan2", ("jalan2",)),
        ("jalan-jalan", ("jalan2",)),
        ("jalan", ("jalan",)),
        ("bolak-balik", ("bolak-balik",)),
        ("rusaaaak", ("rusak",)),
        ("0812", ("0000",)),
        ("???", ("?",)),
        ("knp", ("kenapa",)),
        ("😭", ("😭",)),
    ],
)
def test_canonical(lexicon: Lexicon, token: str, words: tuple[str, ...]) -> None:
    assert lexicon.canonical(token) == words


def test_banjar_words_carry_their_meaning(lexicon: Lexicon) -> None:
    assert lexicon.meaning("banyu") == "air"
    assert lexicon.meaning("jalan") == ""


def test_positions_hold_where_lower_case_is_longer() -> None:
    assert tokens("İstanbul jalan") == ["İstanbul", "jalan"]


def test_squeeze_and_stem() -> None:
    assert squeeze("paraaah") == "parah"
    assert stem("dijalankan") == stem("jalannya") == "jalan"
    assert len(stem("akan")) >= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kenapa jalan di sini belum juga diperbaiki oleh pemerintah", "id"),
        ("kada tahu lagi ulun mun banyu leding kaya ini tarus pang", "bjn"),
        ("tolong pak sudah lama banyu kada mengalir, warga sangat perlu", "mix"),
        ("", "id"),
    ],
)
def test_language(lexicon: Lexicon, text: str, expected: str) -> None:
    words = tokens(text)
    banjar = len(lexicon.only_banjar.intersection(words))
    assert language(banjar, len(lexicon.only_indonesian.intersection(words))) == expected
