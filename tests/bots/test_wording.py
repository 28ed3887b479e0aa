"""Every sentence is read in both languages: it fits, it is filled, it is plain, and it stands once."""

from __future__ import annotations

import re

import pytest

from bots import wording
from bots.wording import KEYS, LANGUAGES, placeholders, render

CODE = "BTL-7Q4M-2XPH-9K3R"
FILLED = {
    "code": CODE,
    "category": "Kategori-nya",
    "place": "Tempat-nya",
    "region": "Wilayah-nya",
    "numbers": "Nomor-nya",
    "name": "Nama-nya",
    "draft": "Isi-nya",
    "lines": "Daftar-nya",
    "note": "Catatan-nya",
    "unit": "Dinas-nya",
    "count": "17",
    "held": "23",
    "group": "Grup-nya",
    "ways": "Alamat-nya",
    "when": "Waktu-nya",
    "what": "Masalah-nya",
    "state": "Status-nya",
    "own": "BTL-1111-2222-3333",
    "stars": "Nilai-nya",
    "before": "BTL-4444-5555-6666",
    "line": "Tulisan-nya",
    "new": "31",
    "ended": "37",
    "more": "41",
    "first": "Masalah satu",
    "second": "Masalah dua",
}
EVERY = [(key, language) for key in sorted(KEYS) for language in LANGUAGES]
STATUSES = [
    "received",
    "verifying",
    "forwarded",
    "in_progress",
    "needs_info",
    "resolved",
    "closed",
    "rejected",
    "withdrawn",
    "transferred",
]
PUBLIC = (
    "accepted_public",
    "update_public",
    "accepted_group",
    "help_group",
    "digest_on",
    "digest_off",
    "digest_not_yours",
)


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_a_key_is_filled_with_what_it_asks_for_and_fits(key, language):
    assert placeholders(key, language) <= set(FILLED)
    text = render(key, FILLED, language)
    assert all(FILLED[name] in text for name in placeholders(key, language))
    assert not re.search(r"[{}]", text)
    assert len(text) <= 480
    assert text == text.strip()
    assert not key.startswith("label_") or len(text) <= 20


@pytest.mark.parametrize("key", sorted(KEYS))
def test_both_languages_are_filled_with_the_same(key):
    assert placeholders(key, "id") == placeholders(key, "bjn")


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_words_are_plain_and_blame_nobody(key, language):
    text = render(key, FILLED, language).lower()
    jargon = "tiket|submit|sistem|error|input|valid|invalid|format|bot|database|verifikasi data|klik|user|server"
    blame = "salah anda|anda salah|kesalahan anda|gagal|anda harus|wajib mengisi|tidak lengkap|kamu"
    promise = "segera datang|akan datang|petugas menuju|pasti|bantuan sedang"
    assert not re.search(rf"\b(?:{jargon}|{blame}|{promise})\b", text)


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_only_letters_that_an_sms_carries_in_its_short_alphabet(key, language):
    assert render(key, FILLED, language).isascii()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_twice(language):
    whole = [render(key, FILLED, language) for key in KEYS if not key.startswith(("status_", "state_", "label_"))]
    whole += [render(f"status_{status}", {"code": CODE}, language) for status in STATUSES]
    sentences = [s for text in whole for s in re.split(r"(?<=[.?!])\s+|\n", text) if len(s.split()) > 2]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_tells_the_code_and_the_officers_word(status, language):
    say = wording.notice(CODE, status, "Aspal dikirim hari Senin.")
    text = render(say["key"], say["params"], language)
    assert CODE in text
    assert "Aspal dikirim hari Senin." in text
    assert "Keterangan:" not in render(**{**wording.notice(CODE, status), "language": "id"})


def test_an_empty_detail_leaves_no_line_behind():
    assert render("filed", {"code": CODE}, "id").splitlines() == ["Aduan Anda sudah kami catat.", f"Kode: {CODE}"]
    assert "buka" not in render("follow", {"code": CODE}, "id")
    assert "{x} {" in render("filed", {"code": CODE, "place": "{x} {"}, "id")


@pytest.mark.parametrize("key", sorted(KEYS))
def test_in_public_neither_code_nor_detail_is_told(key):
    text = render(key, FILLED, "id", public=True)
    assert text
    assert not any(value in text for value in FILLED.values())
    assert text in [render(known, {}, "id") for known in PUBLIC]


def test_several_pieces_are_one_message_in_their_order():
    text = render("danger+filed+follow", FILLED, "bjn")
    assert text.index("Nomor-nya") < text.index("Tempat-nya") < text.index("STATUS")
    with pytest.raises(KeyError):
        render("filed+nothing", {}, "id")


def test_a_very_long_note_still_fits_a_message():
    say = wording.notice(CODE, "resolved", "panjang " * 2000)
    assert len(render(say["key"], say["params"], "id")) <= 4096


def test_an_unknown_language_is_answered_in_indonesian():
    assert render("thanks", {}, "jv") == render("thanks", {}, "id")
