"""The sentences that citizens read once their complaint is done: how satisfied they are, and having it reopened."""

from __future__ import annotations

AFTERCARE: dict[str, tuple[str, str]] = {
    "ask_rating": (
        "Seberapa puas Anda, dari 1 (tidak puas) sampai 4 (sangat puas)? Boleh tidak dijawab.",
        "Sapuas apa pian, matan 1 (kada puas) sampai 4 (puas banar)? Kada dijawab gin kawa haja.",
    ),
    "rated": ("Penilaian Anda kami catat: {stars} untuk aduan {code}.", "Panilaian pian kami catat: {stars} gasan aduan {code}."),
    "ask_remark": (
        "Bila ada saran atau alasan, tuliskan dalam satu pesan.",
        "Amun ada saran atawa alasan, tulisakan dalam satu pasan.",
    ),
    "unhappy": (
        "Bila pekerjaannya belum beres, balas BELUM SELESAI.",
        "Amun gawiannya balum baik, balas BALUM TUNTUNG.",
    ),
    "remarked": ("Catatan Anda kami simpan bersama penilaian itu.", "Catatan pian kami simpan lawan panilaian itu."),
    "rate_which": (
        "Aduan mana yang dinilai? Balas NILAI, angkanya, lalu kodenya.\n{lines}",
        "Aduan mana nang dinilai? Balas NILAI, angkanya, hanyar kodenya.\n{lines}",
    ),
    "reopened": (
        "Aduan {code} kami buka lagi dan kami kabarkan kepada yang menangani.",
        "Aduan {code} kami buka pulang wan kami habarakan ka nang manangani.",
    ),
    "ask_why": (
        "Apa yang belum beres? Foto boleh disertakan.",
        "Napa nang balum baik? Foto bulih jua dikirim.",
    ),
    "reopen_which": (
        "Aduan mana yang belum selesai? Balas BUKA LAGI diikuti kodenya.\n{lines}",
        "Aduan mana nang balum tuntung? Balas BUKA LAGI lawan kodenya.\n{lines}",
    ),
    "reopen_none": (
        "Tidak ada aduan Anda yang sudah dinyatakan selesai.",
        "Kadada aduan pian nang sudah disambat tuntung.",
    ),
    "reopen_late": (
        "Aduan {code} selesai lebih dari 10 hari lalu, jadi tidak dibuka lagi. Yang Anda tulis sekarang dapat kami catat sebagai aduan baru yang merujuk aduan itu.",
        "Aduan {code} tuntung labih pada 10 hari nang lalu, jadi kada dibuka pulang. Nang pian tulis wahini kawa kami catat jadi aduan hanyar nang marujuk aduan itu.",
    ),
    "reopened_before": (
        "Aduan {code} sudah pernah dibuka lagi satu kali atas permintaan Anda.",
        "Aduan {code} sudah suah dibuka pulang sakali maumpati pamintaan pian.",
    ),
    "reopened_too": (
        "Dibuka lagi karena menurut pelapor belum beres.",
        "Dibuka pulang marga ujar nang malapor balum baik.",
    ),
    "follows": ("Merujuk aduan Anda: {before}", "Marujuk aduan pian: {before}"),
    # labels of buttons (WhatsApp: at most 20 characters)
    "label_rate_1": ("Tidak puas", "Kada puas"),
    "label_rate_2": ("Kurang puas", "Kurang puas"),
    "label_rate_3": ("Puas", "Puas"),
    "label_rate_4": ("Sangat puas", "Puas banar"),
    "label_reopen": ("Belum selesai", "Balum tuntung"),
}  # fmt: skip
