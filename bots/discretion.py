"""The sentences that citizens read about who may know of their complaint: ANONIM, RAHASIA, TERBUKA."""

from __future__ import annotations

DISCRETION: dict[str, tuple[str, str]] = {
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
    "terbuka": (
        "Petugas penerima aduan dapat melihat nama Anda; halaman umum tetap tidak menampilkannya.",
        "Petugas panarima aduan kawa malihat ngaran pian; halaman umum tatap kada manampaiakannya.",
    ),
    "hidden": ("Aduan {code} kami ubah.", "Aduan {code} kami ubah lah."),
    "alone": (
        "Aduan ini berdiri sendiri, tidak digabung dengan laporan warga lain.",
        "Aduan ini badiri saurangan, kada digabungakan lawan laporan urang lain.",
    ),
    "undo_hide": ("Untuk membukanya lagi, balas TERBUKA {code}", "Amun handak mambukanya pulang, balas TERBUKA {code}"),
    "hide_older": (
        "Untuk aduan yang sudah ada, sebutkan kodenya: RAHASIA kode, ANONIM kode, atau TERBUKA kode.",
        "Gasan aduan nang sudah ada, sambat kodenya: RAHASIA kode, ANONIM kode, atawa TERBUKA kode.",
    ),
    "hide_which": (
        "Aduan mana yang dibuka lagi? Balas TERBUKA diikuti kodenya.\n{lines}",
        "Aduan mana nang dibuka pulang? Balas TERBUKA lawan kodenya.\n{lines}",
    ),
    "hide_not_own": (
        "Aduan {code} hanya dapat diubah dari nomor atau akun yang mengirimnya.",
        "Aduan {code} kawa diubah matan numur atawa akun nang mangirimnya haja.",
    ),
    "mine": (
        "Yang kami simpan tentang Anda: nama dan nomor atau akun yang Anda pakai di sini (disandikan), dan isi percakapan ini.",
        "Nang kami simpan tentang pian: ngaran wan numur atawa akun nang pian pakai di sini (disandiakan), wan isi pandiran ngini.",
    ),
    "mine_filed": ("Aduan Anda:\n{lines}", "Aduan pian:\n{lines}"),
    "mine_erase": (
        "Untuk menghapus semuanya, balas HAPUS DATA.",
        "Gasan mahapus samunyaan, balas HAPUS DATA.",
    ),
}
