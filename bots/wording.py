"""Every sentence that citizens read, in Indonesian (`id`) and plain Bahasa Banjar (`bjn`), and how it is rendered.

A key names one piece; keys joined with "+" are one message ("danger+filed+follow"). Placeholders in braces are filled from
the params; a line whose placeholders are all empty is left out, so an optional detail is a line of its own. What is
rendered fits a WhatsApp or Telegram message (4,096 characters; 1,024 with buttons).
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

LANGUAGES = ("id", "bjn")

_LONGEST_PARAM = 3000
"""Characters of one value; keeps the whole below Telegram's 4,096 (https://core.telegram.org/bots/api#sendmessage)."""

_PIECES: dict[str, tuple[str, str]] = {
    # hello, help, small talk
    "greeting": ("Halo, ini layanan aduan warga {region}.", "Halo, ini layanan aduan warga {region}."),
    "tell_problem": (
        "Tuliskan apa masalahnya dan di mana tempatnya. Foto dan lokasi boleh dikirim, tidak wajib.",
        "Tulisakan napa masalahnya wan di mana wadahnya. Foto wan lokasi bulih dikirim, kada wajib.",
    ),
    "help": (
        "STATUS: melihat aduan Anda\nBATAL kode: menarik aduan\nPETUGAS: berbicara dengan petugas\nHAPUS DATA: menghapus data Anda",
        "STATUS: malihat aduan pian\nBATAL kode: manarik aduan\nPETUGAS: bapandir lawan petugas\nHAPUS DATA: mahapus data pian",
    ),
    "chat": (
        "Di sini tempat menyampaikan aduan, harapan, dan pertanyaan tentang layanan pemerintah.",
        "Di sini wadah manyampaiakan aduan, kahandak, wan patakunan soal layanan pamarintah.",
    ),
    "thanks": ("Sama-sama.", "Sama-sama lah."),
    "test": ("Pesan Anda sampai.", "Pasan pian sampai."),
    "calm": ("Kami paham Anda kesal.", "Kami paham pian sarik."),
    # what is missing
    "noted": ("Terima kasih, pesan Anda kami simpan.", "Tarima kasih, pasan pian kami simpan."),
    "still_kept": (
        "Pesan Anda yang tadi masih kami simpan: {draft}",
        "Pasan pian nang tadi masih kami simpan: {draft}",
    ),
    "ask_place": (
        "Di mana tempatnya? Sebutkan desa atau kelurahan, RT, atau patokan di dekatnya. Boleh juga mengirim lokasi.",
        "Di mana wadahnya? Sambat kampungnya, RT, atawa nang parak situ. Kawa jua mangirim lokasi.",
    ),
    "ask_which": (
        "Ada lebih dari satu tempat bernama {name}. Di kecamatan mana?",
        "Ada labih pada satu wadah nang bangaran {name}. Di kecamatan mana?",
    ),
    "ask_report": (
        "Apakah ini laporan untuk pemerintah daerah? Balas YA atau BUKAN.",
        "Ini laporan gasan pamarintah daerah kah? Balas IYA atawa LAIN.",
    ),
    "ask_problem": ("Apa yang ingin dilaporkan, dan di mana?", "Napa nang handak dilaporakan, wan di mana?"),
    "sent_kept": ("Kiriman Anda sudah kami terima.", "Kiriman pian sudah kami tarima."),
    "voice_kept": (
        "Pesan suara Anda kami simpan untuk petugas. Agar lebih mudah dibaca, tuliskan juga intinya.",
        "Pasan suara pian kami simpan gasan petugas. Supaya nyaman dibaca, tulisakan jua intinya.",
    ),
    "not_noted": ("Baik, pesan itu tidak kami catat sebagai aduan.", "Inggih, pasan itu kada kami catat jadi aduan."),
    "discard_ask": (
        "Buang pesan yang belum selesai ini?",
        "Dibuang kah pasan nang balum tuntung ini?",
    ),
    "yes_or_no": ("Balas YA atau TIDAK.", "Balas IYA atawa KADA."),
    "choice_gone": ("Pilihan itu sudah tidak berlaku.", "Pilihan itu sudah kada balaku lagi."),
    # danger
    "danger": (
        "Bila ada yang terancam sekarang, utamakan keselamatan dan telepon langsung layanan darurat.\nNomor darurat: {numbers}\nPesan di sini bukan panggilan darurat.",
        "Amun ada nang tabahaya wahini, dahuluakan kaselamatan wan talipun langsung layanan darurat.\nNumur darurat: {numbers}\nPasan di sini lain panggilan darurat.",
    ),
    "ask_where": (
        "Balas dengan tempat kejadiannya sejelas mungkin, atau kirim lokasi.",
        "Balas lawan wadah kajadiannya sajalas-jalasnya, atawa kirim lokasi.",
    ),
    # filed
    "filed": (
        "Aduan Anda sudah kami catat.\nKode: {code}\nKategori: {category}\nTempat: {place}",
        "Aduan pian sudah kami catat.\nKode: {code}\nKategori: {category}\nWadah: {place}",
    ),
    "follow": (
        "Untuk melihat perkembangannya, balas STATUS {code}\nAtau buka {link}",
        "Amun handak malihat kayapa kalanjutannya, balas STATUS {code}\nAtawa buka {link}",
    ),
    "outside": (
        "Tempat itu di luar {region}. Aduan tetap kami catat dan kami sampaikan kepada yang berwenang di sana.",
        "Wadah itu di luar {region}. Aduan tatap kami catat wan kami sampaiakan ka nang bawanang di sana.",
    ),
    "supervised": ("Aduan ini hanya dapat dilihat inspektorat.", "Aduan ini inspektorat haja nang kawa malihat."),
    "supervised_coordinator": (
        "Aduan ini hanya dapat dilihat koordinator pengaduan, bukan inspektorat.",
        "Aduan ini koordinator pengaduan haja nang kawa malihat, lain inspektorat.",
    ),
    "hide_offer": (
        "Bila nama Anda perlu dirahasiakan, balas ANONIM. Bila isinya juga, balas RAHASIA.",
        "Amun ngaran pian handak dirahasiaakan, balas ANONIM. Amun isinya jua, balas RAHASIA.",
    ),
    "anonim": (
        "Nama Anda tidak ditampilkan kepada perangkat daerah maupun umum.",
        "Ngaran pian kada ditampaiakan ka dinas atawa urang banyak.",
    ),
    "rahasia": (
        "Nama Anda dan isi aduan tidak dibuka untuk umum.",
        "Ngaran pian wan isi aduan kada dibuka gasan urang banyak.",
    ),
    "shared_point": ("lokasi yang Anda kirim", "lokasi nang pian kirim"),
    "added": ("Keterangan Anda kami tambahkan pada aduan {code}.", "Katarangan pian kami tambahakan ka aduan {code}."),
    # own submissions
    "status_list": (
        "Aduan Anda:\n{lines}\nBalas STATUS diikuti kode untuk melihat satu aduan.",
        "Aduan pian:\n{lines}\nBalas STATUS lawan kodenya gasan malihat satu aduan.",
    ),
    "status_none": ("Belum ada aduan dari nomor atau akun ini.", "Balum ada aduan matan numur atawa akun ini."),
    "code_unknown": (
        "Kode itu tidak kami temukan. Mohon periksa lagi huruf dan angkanya.",
        "Kode itu kada kami dapati. Tulung pariksa lagi huruf wan angkanya.",
    ),
    "withdraw_ask": (
        "Tarik aduan {code}?\nTentang: {category}",
        "Ditarik kah aduan {code}?\nSoal: {category}",
    ),
    "withdraw_which": (
        "Aduan mana yang ditarik? Balas BATAL diikuti kodenya.\n{lines}",
        "Aduan mana nang ditarik? Balas BATAL lawan kodenya.\n{lines}",
    ),
    "withdraw_kept": ("Baik, aduan {code} tidak ditarik.", "Inggih, aduan {code} kada ditarik."),
    "withdraw_not_own": (
        "Aduan {code} hanya dapat ditarik dari nomor atau akun yang mengirimnya.",
        "Aduan {code} kawa ditarik matan numur atawa akun nang mangirimnya haja.",
    ),
    "withdraw_ended": (
        "Aduan {code} sudah tidak berjalan, jadi tidak perlu ditarik.",
        "Aduan {code} sudah kada bajalan lagi, jadi kada parlu ditarik.",
    ),
    # a person, one's data
    "to_person": (
        "Pesan Anda kami sampaikan kepada petugas, yang membacanya pada jam kerja.",
        "Pasan pian kami sampaiakan ka petugas, nang mambacanya wayah jam gawian.",
    ),
    "erase_ask": (
        "Hapus semua data Anda dari layanan ini, termasuk nama, nomor, dan percakapan? Yang dihapus tidak dapat dikembalikan.",
        "Dihapus kah samunyaan data pian di layanan ini, tamasuk ngaran, numur, wan pandiran? Nang dihapus kada kawa dibulikakan.",
    ),
    "erase_kept": ("Baik, data Anda tidak dihapus.", "Inggih, data pian kada dihapus."),
    "erased": ("Data Anda kami hapus.", "Data pian kami hapus."),
    # in public and in groups: no code, no detail
    "accepted_public": ("Terima kasih, laporan ini sudah kami catat.", "Tarima kasih, laporan ini sudah kami catat."),
    "update_public": (
        "Ada kabar baru tentang laporan ini. Kirim pesan langsung kepada kami untuk mengetahuinya.",
        "Ada habar hanyar soal laporan ini. Kirim pasan langsung ka kami gasan mangatahuiakannya.",
    ),
    "accepted_group": (
        "Terima kasih, laporan Anda sudah kami terima untuk diperiksa petugas.",
        "Tarima kasih, laporan pian sudah kami tarima gasan dipariksa petugas.",
    ),
    "help_group": (
        "Untuk melapor atau melihat aduan, kirim pesan langsung kepada kami, di luar grup ini.",
        "Gasan malapor atawa malihat aduan, kirim pasan langsung ka kami, di luar grup ini.",
    ),
    # an officer's own words
    "answer": ("Jawaban petugas untuk aduan {code}:\n{note}", "Jawaban petugas gasan aduan {code}:\n{note}"),
    # labels of buttons (WhatsApp: at most 20 characters)
    "label_yes": ("Ya", "Iya"),
    "label_no": ("Tidak", "Kada"),
    "label_other": ("Bukan", "Lain"),
}

_STATUSES: dict[str, tuple[str, str, str, str]] = {
    # status: its name, and the sentence that tells it, each in both languages
    "received": ("diterima", "ditarima", "Aduan {code} sudah kami terima.", "Aduan {code} sudah kami tarima."),
    "verifying": ("diverifikasi", "dipariksa", "Aduan {code} sedang diperiksa petugas.", "Aduan {code} lagi dipariksa petugas."),
    "forwarded": ("diteruskan", "ditarusakan", "Aduan {code} sudah diteruskan kepada yang menangani.", "Aduan {code} sudah ditarusakan ka nang manangani."),
    "in_progress": ("diproses", "digawi", "Aduan {code} sedang diproses.", "Aduan {code} lagi digawi."),
    "needs_info": ("butuh keterangan", "parlu katarangan", "Petugas memerlukan keterangan Anda untuk aduan {code}. Cukup balas pesan ini.", "Petugas mamarluakan katarangan pian gasan aduan {code}. Balas haja pasan ini."),
    "resolved": ("selesai dikerjakan", "tuntung digawi", "Aduan {code} sudah selesai dikerjakan. Bila belum beres, balas dengan kode itu dan ceritakan.", "Aduan {code} sudah tuntung digawi. Amun balum baik jua, balas lawan kode itu wan kisahakan."),
    "closed": ("ditutup", "ditutup", "Aduan {code} sudah ditutup.", "Aduan {code} sudah ditutup lah."),
    "rejected": ("ditolak", "ditulak", "Aduan {code} tidak dapat kami tindak lanjuti.", "Aduan {code} kada kawa kami tindak lanjuti."),
    "withdrawn": ("ditarik", "ditarik", "Aduan {code} sudah ditarik.", "Aduan {code} sudah ditarik lah."),
    "transferred": ("dilimpahkan", "dilimpahakan", "Aduan {code} dilimpahkan kepada instansi lain yang berwenang.", "Aduan {code} dilimpahakan ka instansi lain nang bawanang."),
}  # fmt: skip
_DETAIL = (
    "\nTentang: {category}\nPenanggung jawab: {unit}\nKeterangan: {note}",
    "\nSoal: {category}\nNang manangani: {unit}\nKatarangan: {note}",
)

_TEXTS: dict[str, tuple[str, ...]] = {
    **_PIECES,
    **{f"state_{status}": names[:2] for status, names in _STATUSES.items()},
    **{
        f"status_{status}": tuple(sentence + detail for sentence, detail in zip(told[2:], _DETAIL, strict=True))
        for status, told in _STATUSES.items()
    },
}

KEYS: frozenset[str] = frozenset(_TEXTS)


def render(key: str, params: Mapping[str, str], language: str, *, public: bool = False) -> str:
    """The words for a key (or several joined with "+"); an unknown language is answered in Indonesian.

    With `public`, whatever a reply would tell is reduced to a sentence without code and detail. Raises KeyError for a
    key that is none.
    """
    if public:
        key = _in_public(key)
    column = LANGUAGES.index(language) if language in LANGUAGES else 0
    values = {name: _clipped(value) for name, value in params.items()}
    lines = [line for piece in key.split("+") for line in _TEXTS[piece][column].split("\n")]
    return "\n".join(line.format_map(_Filled(values)) for line in lines if _told(line, values))


def placeholders(key: str, language: str = "id") -> frozenset[str]:
    """The names that the texts of a key are filled with."""
    texts = (_TEXTS[piece][LANGUAGES.index(language)] for piece in key.split("+"))
    return frozenset(name for text in texts for name in _names(text))


def notice(code: str, status: str, note: str = "") -> dict[str, Any]:
    """What a citizen is told of a report's new status (code of the interface), as it is stored until it is sent."""
    return {"key": f"status_{status}", "params": {"code": code, "status": status, "note": note}}


def _in_public(key: str) -> str:
    if key in {"accepted_public", "accepted_group", "help_group"}:
        return key
    return "update_public" if key.startswith("status_") or key == "answer" else "accepted_public"


def _told(line: str, values: Mapping[str, str]) -> bool:
    """Whether a line has something to tell: no placeholder, or one that is filled."""
    names = _names(line)
    return not names or any(values.get(name) for name in names)


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _clipped(value: str) -> str:
    return value if len(value) <= _LONGEST_PARAM else f"{value[: _LONGEST_PARAM - 3]}..."


class _Filled(dict[str, str]):
    """The values by name; what is missing is empty."""

    def __missing__(self, _name: str) -> str:
        return ""
