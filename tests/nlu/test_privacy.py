"""Personal data in texts: what is found where, and what is left alone."""

import pytest

from nlu import privacy

FOUND = [
    ("hubungi 0812-5555-0123 ya", [("phone", "0812-5555-0123")]),
    ("wa 081255550123", [("phone", "081255550123")]),
    ("wa +62 812 5555 0123.", [("phone", "+62 812 5555 0123")]),
    ("62812-5555-0123", [("phone", "62812-5555-0123")]),
    ("(+62)812.5555.0123", [("phone", "(+62)812.5555.0123")]),
    ("08 12 55 55 01 23", [("phone", "08 12 55 55 01 23")]),
    ("hp saya 0812-5555-xxxx", [("phone", "0812-5555-xxxx")]),
    ("telepon rumah 0511 4775555", [("phone", "0511 4775555")]),
    ("NIK 6304050101900001 atas nama ibu", [("nik", "6304050101900001")]),
    ("nik saya 6304 0501 0190 0001", [("nik", "6304 0501 0190 0001")]),
    ("no KK: 6304050101100002", [("kk", "6304050101100002")]),
    ("kartu keluarga nomor 6304050101100002", [("kk", "6304050101100002")]),
    ("kirim ke warga.desa+1@contoh.go.id saja", [("email", "warga.desa+1@contoh.go.id")]),
    ("truk DA 8123 XY ngebut", [("plate", "DA 8123 XY")]),
    ("mobil plat da 1234 ab", [("plate", "da 1234 ab")]),
    ("nopol KH1234CD", [("plate", "KH1234CD")]),
    ("rekening BRI 1234 5678 9012 345", [("account", "1234 5678 9012 345")]),
    ("norek: 0051234567 bank kalsel", [("account", "0051234567")]),
    ("rumah saya Jl. Melati No. 12 RT 3", [("address", "Jl. Melati No. 12 RT 3")]),
    ("komplek persada blok c no 7", [("address", "komplek persada blok c no 7")]),
    ("0812-5555-0123 atau 0813-5555-0456", [("phone", "0812-5555-0123"), ("phone", "0813-5555-0456")]),
]

CLEAN = [
    "",
    "jalan rusak sejak 2019 sampai 2026",
    "harga 150.000 sampai 2.000.000 per bulan",
    "RT 12 RW 03 km 17 jalan poros",
    "jam 08.00 - 12.00 WITA",
    "air mati 3 hari di RT 4",
    "sudah 081 kali lapor",
    "B 12 orang, A 1 B",
    "dana desa 1500000000 rupiah tidak jelas",
    "pasal 5 ayat 2 no 10 tahun 2024",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_found_with_positions(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(item.kind, text[item.start : item.end]) for item in privacy.find(text)] == expected


@pytest.mark.parametrize("text", CLEAN)
def test_left_alone(text: str) -> None:
    assert privacy.find(text) == ()


def test_masked_text_holds_none_of_it() -> None:
    text = "Pak Budi 0812-5555-0123, NIK 6304050101900001, surel budi@contoh.id"
    masked = privacy.mask(text, privacy.find(text))
    assert masked == "Pak Budi [nomor telepon], NIK [NIK], surel [surel]"
    assert privacy.find(masked) == ()
