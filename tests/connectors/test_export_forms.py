"""The forms in which phones write an exported chat, each read as what was said in it."""

import pytest

from connectors.whatsapp_export import (
    AmbiguousDates,
    DamagedArchive,
    ImpossibleDates,
    NotAnExport,
    UnknownTimezone,
    read_export,
)

ZONE = "Asia/Makassar"
LRM, NNBSP, RLM = "\u200e", "\u202f", "\u200f"

HEADERS = {
    "ios_indonesia": "[21/09/26 14.05.39] Budi: halo",
    "ios_english": "[21/09/2026, 14:05:39] Budi: halo",
    "ios_american": f"[9/21/26, 2:05:39{NNBSP}PM] Budi: halo",
    "ios_german": "[21.09.26, 14:05:39] Budi: halo",
    "ios_swedish": "[2026-09-21, 14:05:39] Budi: halo",
    "ios_marked": f"{LRM}[21/09/26 14.05.39] {LRM}Budi: halo",
    "android_indonesia": "21/09/26 14.05 - Budi: halo",
    "android_indonesia_long_year": "21/09/2026 14.05 - Budi: halo",
    "android_word_for_time": "21/09/26 pukul 14.05 - Budi: halo",
    "android_english": "21/09/2026, 14:05 - Budi: halo",
    "android_american": f"9/21/26, 2:05{NNBSP}PM - Budi: halo",
    "android_lower_case": "21/09/2026, 2:05 pm - Budi: halo",
    "android_dotted_half": "21/9/2026, 2:05\u00a0p.\u00a0m. - Budi: halo",
    "android_malay": "21/09/2026, 2:05 PTG - Budi: halo",
    "android_german": "21.09.26, 14:05 - Budi: halo",
    "android_dutch": "21-09-2026 14:05 - Budi: halo",
    "android_year_first": "2026/09/21 14:05 - Budi: halo",
    "android_long_dash": "21/09/26 14.05 \u2013 Budi: halo",
    "android_arabic": f"\u0662\u0661{RLM}/\u0660\u0669{RLM}/\u0662\u0660\u0662\u0666\u060c \u0662:\u0660\u0665 \u0645 - Budi: halo",
    "android_marked_dash": f"21/09/26 14.05 {LRM}- Budi: halo",
    "copied_from_web": "[14.05, 21/9/2026] Budi: halo",
    "with_byte_order_mark": "\ufeff21/09/26 14.05 - Budi: halo",
    "ios_short_american": "[9/21/26 14:05] Budi: halo",
    "ios_dotted_half": "[21/09/2026, 2:05:39 p.m.] Budi: halo",
    "ios_french": "[21/09/2026 à 14:05:39] Budi: halo",
    "ios_german_at": "[21.09.26 um 14:05:39] Budi: halo",
    "ios_arabic_marked": f"{RLM}[\u0662\u0661{RLM}/\u0660\u0669{RLM}/\u0662\u0660\u0662\u0666\u060c \u0662:\u0660\u0665:\u0663\u0669 \u0645] Budi: halo",
    "ios_thai": "[21/9/2569 BE, 14:05:39] Budi: halo",
    "ios_japanese_era": "[9/21/R8, 14:05:39] Budi: halo",
    "ios_chinese": "[2026/9/21 下午2:05:39] Budi: halo",
    "ios_korean": "[2026. 9. 21. 오후 2:05:39] Budi: halo",
    "ios_isolated": "[\u206821/09/26, 14.05.39\u2069] \u2068Budi\u2069: halo",
    "ios_before_2016": "21/9/26, 14:05:39: Budi: halo",
    "ios_before_2016_american": "9/21/26, 2:05:39 PM: Budi: halo",
    "ios_month_named": "[21 Sep 2026 14.05.39] Budi: halo",
    "android_with_seconds": "21/09/2026, 14:05:39 - Budi: halo",
    "android_canadian": "2026-09-21, 2:05 p.m. - Budi: halo",
    "android_canadian_french": "2026-09-21 14 h 05 - Budi: halo",
    "android_south_african": "2026/09/21, 2:05 pm - Budi: halo",
    "android_spanish": "21/9/26 14:05 - Budi: halo",
    "android_spanish_narrow_half": f"21/9/2026, 2:05{NNBSP}p.{NNBSP}m. - Budi: halo",
    "android_portuguese": "21/09/2026 às 14:05 - Budi: halo",
    "android_czech": "21. 9. 2026 14:05 - Budi: halo",
    "android_hungarian": "2026. 09. 21. 14:05 - Budi: halo",
    "android_croatian": "21. 09. 2026. 14:05 - Budi: halo",
    "android_finnish": "21.9.2026 klo 14.05 - Budi: halo",
    "android_danish": "21.09.2026 14.05 - Budi: halo",
    "android_bulgarian": "21.09.26 \u0433., 14:05 \u0447. - Budi: halo",
    "android_vietnamese": "14:05, 21/09/2026 - Budi: halo",
    "android_chinese": "2026/9/21 下午2:05 - Budi: halo",
    "android_japanese": "2026/09/21 午後2:05 - Budi: halo",
    "android_korean": "2026. 9. 21. 오후 2:05 - Budi: halo",
    "android_thai_short_year": "21/9/69 14:05 - Budi: halo",
    "android_persian": "\u06f1\u06f4\u06f0\u06f5/\u06f6/\u06f3\u06f0\u060c \u06f1\u06f4:\u06f0\u06f5 - Budi: halo",
    "android_hindi_digits": "\u0968\u0967/\u0966\u096f/\u0968\u096c, \u0968:\u0966\u096b pm - Budi: halo",
    "android_month_named": "21 September 2026 14.05 - Budi: halo",
    "android_month_named_shortly": "21 Sept. 2026, 14.05 - Budi: halo",
    "android_month_first": "Sep 21, 2026, 2:05 PM - Budi: halo",
    "android_month_between_dashes": "21-Sep-26 14:05 - Budi: halo",
    "copied_from_web_american": f"[2:05{NNBSP}PM, 9/21/2026] Budi: halo",
    "copied_from_web_german": "[14:05, 21.9.2026] Budi: halo",
}

WORDS = {
    "image omitted": ("media", "", None),
    f"{LRM}gambar tidak disertakan": ("media", "", None),
    f"jalan amblas {LRM}image omitted": ("media", "jalan amblas", None),
    "<Media tidak disertakan>": ("media", "", None),
    "<Media omitted>": ("media", "", None),
    "null": ("media", "", None),
    f"{LRM}<attached: 00000012-PHOTO-2026-09-21-14-05-39.jpg>": ("media", "", "00000012-PHOTO-2026-09-21-14-05-39.jpg"),
    f"jalan amblas {LRM}<terlampir: 0001-PHOTO.jpg>": ("media", "jalan amblas", "0001-PHOTO.jpg"),
    f"{LRM}IMG-20260921-WA0003.jpg (file terlampir)": ("media", "", "IMG-20260921-WA0003.jpg"),
    "IMG-20260921-WA0003.jpg (file attached)\ngorong-gorong": ("media", "gorong-gorong", "IMG-20260921-WA0003.jpg"),
    f"Surat.pdf • {LRM}2 halaman {LRM}dokumen tidak disertakan": ("media", "Surat.pdf • 2 halaman", None),
    "Pesan ini dihapus": ("deleted", "", None),
    "Anda telah menghapus pesan ini": ("deleted", "", None),
    f"{LRM}This message was deleted.": ("deleted", "", None),
    "Pesan ini dihapus oleh admin, Pak RT": ("deleted", "", None),
    "RT 7 <Pesan ini diedit>": ("message", "RT 7", None),
    f"RT 7 {LRM}<This message was edited>": ("message", "RT 7", None),
    f"{LRM}Budi menambahkan Siti": ("system", "Budi menambahkan Siti", None),
    "Panggilan suara tak terjawab": ("system", "Panggilan suara tak terjawab", None),
    f"{LRM}Location: https://maps.google.com/?q=-3.1,114.6": (
        "message",
        "Location: https://maps.google.com/?q=-3.1,114.6",
        None,
    ),
    "berkas ditolak karena foto tidak disertakan": ("message", "berkas ditolak karena foto tidak disertakan", None),
    "baris satu\nbaris dua\n\nbaris empat": ("message", "baris satu\nbaris dua\n\nbaris empat", None),
    "lihat 20/09/26 14.05 - Siti: banjir": ("message", "lihat 20/09/26 14.05 - Siti: banjir", None),
    "dari grup lain:\n[20/09/26 14.05.10] Siti: banjir": (
        "message",
        "dari grup lain:\n[20/09/26 14.05.10] Siti: banjir",
        None,
    ),
    "dari ponsel lain:\n20/09/26 14:05 - Siti: banjir": (
        "message",
        "dari ponsel lain:\n20/09/26 14:05 - Siti: banjir",
        None,
    ),
    "@\u2068Pak Lurah\u2069 tolong": ("message", "@Pak Lurah tolong", None),
    "<Media omitted>\ngorong-gorong": ("media", "gorong-gorong", None),
    "<View once message omitted>": ("media", "", None),
    f"{LRM}<Pesan sekali lihat tidak disertakan>": ("media", "", None),
    f"{LRM}You received a view once photo. For added privacy, you can only open it on your phone.": (
        "system",
        "You received a view once photo. For added privacy, you can only open it on your phone.",
        None,
    ),
    "<Multimedia omitido>": ("media", "", None),
    f"{LRM}pesan suara tidak disertakan": ("media", "", None),
    f"{LRM}foto kami 2.jpg (archivo adjunto)": ("media", "", "foto kami 2.jpg"),
    f"{LRM}PTT-20260921-WA0004.opus (附件檔案)": ("media", "", "PTT-20260921-WA0004.opus"),
    f"Surat.pdf • {LRM}2 halaman {LRM}<附件: 0007-Surat.pdf>": ("media", "Surat.pdf • 2 halaman", "0007-Surat.pdf"),
    f"{LRM}IMG-1.jpg (file terlampir)\nRT 7 {LRM}<Pesan ini diedit>": ("media", "RT 7", "IMG-1.jpg"),
    "lihat lampiran.pdf (nanti saya kirim)": ("message", "lihat lampiran.pdf (nanti saya kirim)", None),
    "surat 1.pdf <belum>": ("message", "surat 1.pdf <belum>", None),
    f"{LRM}POLL:\nKapan kerja bakti?\n{LRM}OPTION: Sabtu ({LRM}2 votes)\n{LRM}OPTION: Minggu ({LRM}1 vote)": (
        "message",
        "POLL:\nKapan kerja bakti?\nOPTION: Sabtu (2 votes)\nOPTION: Minggu (1 vote)",
        None,
    ),
    "JAJAK PENDAPAT:\nKapan?\nOPSI: Sabtu (0 suara)": (
        "message",
        "JAJAK PENDAPAT:\nKapan?\nOPSI: Sabtu (0 suara)",
        None,
    ),
    "lokasi: https://maps.google.com/?q=-3.1,114.6": ("message", "lokasi: https://maps.google.com/?q=-3.1,114.6", None),
    f"{LRM}Lokasi terkini dibagikan": ("message", "Lokasi terkini dibagikan", None),
    "Silenced voice call": ("system", "Silenced voice call", None),
    f"Anda dihapus{LRM}": ("message", "Anda dihapus", None),
    "jadwal: 21/09/26 14.05 - rapat": ("message", "jadwal: 21/09/26 14.05 - rapat", None),
    "": ("message", "", None),
}

REMARKS = [
    "Pesan dan panggilan dilindungi enkripsi end-to-end. Tidak seorang pun di luar chat ini dapat membacanya.",
    "Siti bergabung menggunakan tautan undangan grup ini",
    'Budi mengubah nama grup dari "Warga: RT 5" menjadi "Warga: RT 6"',
    'Budi changed the group name from "A: b" to "C: d"',
    "+62 812-5555-0101 keluar",
    "Siti menambahkan +62 812-5555-0101",
    "Anda membuat grup ini",
    'Budi membuat grup "Warga: RT 5"',
    "Kode keamanan Anda dengan Siti berubah. Ketuk untuk mempelajari lebih lanjut.",
    "Pesan sementara dinyalakan. Pesan baru akan hilang dari chat ini setelah 7 hari.",
    "Siti menyematkan pesan",
    "You're now an admin",
]
NAMES = [
    "Budi",
    "Pak RT 05 🏠",
    "Toko:Berkah",
    "+62 812-5555-0101",
    "A - B",
    "[Ketua] Amat",
    "12.30",
    "“Budi”",
    "Ibu/Bapak 21",
]


@pytest.fixture
def export(tmp_path):
    def written(*lines, order=None, encoding="utf-8", zone=ZONE):
        path = tmp_path / "chat.txt"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return read_export(path, zone, order)

    return written


@pytest.mark.parametrize("line", HEADERS.values(), ids=HEADERS)
def test_header_form(export, line):
    (message,) = export(line)
    assert message.sent_at.isoformat()[:16] == "2026-09-21T14:05"
    assert message.sent_at.utcoffset().total_seconds() == 8 * 3600
    assert (message.author, message.text, message.kind) == ("Budi", "halo", "message")


@pytest.mark.parametrize(("said", "meant"), WORDS.items(), ids=range(len(WORDS)))
def test_words_on_both_kinds_of_phone(export, said, meant):
    for header in ("21/09/26 14.05 - ", "[21/09/26 14.05.39] "):
        if "[20/09" in said and header.startswith("["):
            continue  # a line in the file's own form is a message
        first, last = export(f"{header}Budi: {said}", f"{header}Siti: terima kasih")
        assert (first.kind, first.text, first.media) == meant
        assert first.author == ("" if meant[0] == "system" else "Budi")
        assert (last.author, last.text) == ("Siti", "terima kasih")


@pytest.mark.parametrize("remark", REMARKS)
def test_remark_of_the_phone(export, remark):
    (message,) = export(f"21/09/26 14.05 - {remark}")
    assert (message.kind, message.author, message.text) == ("system", "", remark)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_editors(export, encoding):
    (message,) = export("21/09/26 14.05 - Budi: jalan rusak 😀", encoding=encoding)
    assert message.text == "jalan rusak 😀"


@pytest.mark.parametrize(("clock", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 AM", 1), ("11:05 PM", 23)])
def test_noon_and_midnight_of_the_12_hour_clock(export, clock, hour):
    (message,) = export(f"9/21/26, {clock} - Budi: halo")
    assert message.sent_at.hour == hour


@pytest.mark.parametrize(
    ("clock", "hour"),
    [
        ("2:05 PG", 2),
        ("上午2:05", 2),
        ("凌晨2:05", 2),
        ("晚上9:05", 21),
        ("中午12:05", 12),
        ("2:05 CH", 14),
        ("9:05 at night", 21),
        ("1:05 at night", 1),
        ("2:05 in the afternoon", 14),
        ("2:05 μ.μ.", 14),
        ("14:05 PM", 14),
    ],
)
def test_halves_of_the_day_in_other_languages(export, clock, hour):
    (message,) = export(f"21/9/2026 {clock} - Budi: halo")
    assert (message.sent_at.hour, message.author) == (hour, "Budi")


@pytest.mark.parametrize(
    ("date", "month"),
    [("1 Mei 2026", 5), ("1 Agt 2026", 8), ("1 Oktober 2026", 10), ("Dec 1, 2026", 12), ("1 Ogos 26", 8)],
)
def test_month_that_is_named_leaves_no_doubt(export, date, month):
    (message,) = export(f"{date} 14.05 - Budi: halo")
    assert (message.sent_at.year, message.sent_at.month, message.sent_at.day) == (2026, month, 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("header", ["21/09/26 14.05 - ", "[21/09/26 14.05.39] ", "21/9/26, 14:05:39: "])
def test_names_as_people_write_them(export, name, header):
    (message,) = export(f"{header}{name}: jalan: rusak")
    assert (message.author, message.text) == (name, "jalan: rusak")


@pytest.mark.parametrize(
    "said", ["pukul 14.05 - Budi: a", "1 banding 2", "21 orang hadir - semua", "[catatan] Budi: b"]
)
def test_line_that_only_looks_like_a_header_goes_on_with_its_message(export, said):
    (message,) = export("21/09/26 14.05 - Budi: halo", said)
    assert message.text == f"halo\n{said}"


def test_the_encryption_note_of_a_group_whose_name_has_a_colon(export):
    (message,) = export(f"[21/09/26 14.05.39] Info: Warga: {LRM}Messages and calls are end-to-end encrypted.")
    assert (message.kind, message.author) == ("system", "")


def test_name_that_the_exporting_phone_does_not_know(export):
    (message,) = export(f"[21/09/26 14.05.39] ~{NNBSP}Budi Santoso: halo")
    assert message.author == "Budi Santoso"


class TestDateOrder:
    def test_a_day_above_twelve_anywhere_decides(self, export):
        messages = list(export("01/02/26 08.00 - Budi: a", "13/02/26 08.00 - Budi: b"))
        assert [message.sent_at.month for message in messages] == [2, 2]
        messages = list(export("01/02/26 08.00 - Budi: a", "01/13/26 08.00 - Budi: b"))
        assert [message.sent_at.day for message in messages] == [2, 13]

    def test_time_that_would_run_backwards_decides(self, export):
        first, second = export("05/10/26 08.00 - Budi: a", "03/11/26 08.00 - Budi: b")
        assert (first.sent_at.month, second.sent_at.month) == (10, 11)

    def test_what_stays_ambiguous_is_said(self, export):
        with pytest.raises(AmbiguousDates):
            export("01/02/26 08.00 - Budi: a", "02/02/26 08.00 - Budi: b")

    @pytest.mark.parametrize(("order", "month"), [("dmy", 2), ("mdy", 1)])
    def test_who_was_asked_decides(self, export, order, month):
        (message,) = export("01/02/26 08.00 - Budi: a", order=order)
        assert message.sent_at.month == month

    def test_a_short_year_in_front_is_believed_when_told_or_when_nothing_else_fits(self, export):
        (message,) = export("26/09/21 14:05 - Budi: halo", order="ymd")
        assert (message.sent_at.year, message.sent_at.day) == (2026, 21)
        (message,) = export("26/09/01 14:05 - Budi: halo")
        assert (message.sent_at.year, message.sent_at.day) == (2026, 1)

    def test_one_reading_needs_no_question(self, export):
        (message,) = export("10/10/26 08.00 - Budi: a")
        assert (message.sent_at.month, message.sent_at.day) == (10, 10)

    def test_an_order_that_cannot_be_is_refused(self, export):
        with pytest.raises(ImpossibleDates):
            export("01/02/26 08.00 - Budi: a", "13/02/26 08.00 - Budi: b", order="mdy")
        with pytest.raises(ImpossibleDates):
            export("50/60/26 08.00 - Budi: a")

    def test_a_pasted_line_does_not_turn_the_file(self, export):
        days = [f"{day:02}/09/26 08.00 - Budi: hari {day}" for day in range(1, 29)]
        messages = list(export(*days, "99/99/26 08.00 - bukan kepala"))
        assert len(messages) == 28
        assert messages[-1].text == "hari 28\n99/99/26 08.00 - bukan kepala"


NO_EXPORTS = [
    b"",
    b"halo saja\n",
    b"\x00\xff\xd8 gambar" * 999,
    b"PK\x03\x04 rusak",
    b'{"a": 1}',
    b"\n" * 60,
    b"1/2/26 99.99 - B: a",
]


@pytest.mark.parametrize("content", NO_EXPORTS, ids=range(len(NO_EXPORTS)))
def test_file_that_is_none_is_refused_clearly(tmp_path, content):
    path = tmp_path / "chat.txt"
    path.write_bytes(content)
    with pytest.raises(NotAnExport) as refused:
        read_export(path, ZONE)
    assert refused.type is (DamagedArchive if content.startswith(b"PK") else NotAnExport)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime"])
def test_unknown_time_zone_is_refused(export, zone):
    with pytest.raises(UnknownTimezone):
        export("21/09/26 14.05 - Budi: halo", zone=zone)
