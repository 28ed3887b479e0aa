"""The sentences that citizens read in public and in groups, and volunteers who pass on what is said there."""

from __future__ import annotations

GATHERING: dict[str, tuple[str, str]] = {
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
    "digest_on": (
        "Baik, seminggu sekali grup ini kami kabari apa yang terjadi dengan hal-hal yang disampaikan di sini, tanpa nama. Untuk menghentikannya, admin grup menulis kepada kami: RANGKUMAN BERHENTI.",
        "Inggih, saminggu sakali grup ini kami habari kayapa kalanjutan nang disampaiakan di sini, kada bangaran. Gasan maampihinya, admin grup manulis ka kami: RANGKUMAN AMPIH.",
    ),
    "digest_off": (
        "Baik, rangkuman mingguan untuk grup ini dihentikan.",
        "Inggih, rangkuman mingguan gasan grup ini diampihi.",
    ),
    "digest_not_yours": (
        "Rangkuman mingguan hanya dapat diminta atau dihentikan oleh admin grup.",
        "Rangkuman mingguan kawa diminta atawa diampihi admin grup haja.",
    ),
    "digest": (
        "Rangkuman minggu ini. Ada kabar untuk {count} hal yang disampaikan di grup ini; baru dicatat: {new}, sudah berakhir: {ended}.\n{lines}\ndan {more} lainnya.",
        "Rangkuman minggu ini. Ada habar gasan {count} hal nang disampaiakan di grup ini; hanyar dicatat: {new}, sudah tuntung: {ended}.\n{lines}\nwan {more} lainnya.",
    ),
    # volunteers who pass on what is said in a group
    "relay_noted": (
        "{count} pesan dari grup {group} dicatat untuk ditinjau.",
        "{count} pasan matan grup {group} dicatat gasan ditinjau.",
    ),
    "relay_group": (
        "Baik, pesan yang diteruskan setelah ini kami catat dari grup {group}.",
        "Inggih, pasan nang ditarusakan habis ini kami catat matan grup {group}.",
    ),
    "ask_group": (
        "{held} pesan yang diteruskan kami simpan dahulu. Dari grup mana? Balas GRUP diikuti nama grupnya.",
        "{held} pasan nang ditarusakan kami simpan dahulu. Matan grup mana? Balas GRUP lawan ngaran grupnya.",
    ),
    "pass_on": ("Mohon diteruskan ke grup {group}:", "Tulung tarusakan ka grup {group}:"),
}
