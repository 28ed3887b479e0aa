"""The sentences by which authors of comments and group messages are invited to take over what was filed from them."""

from __future__ import annotations

INVITATIONS: dict[str, tuple[str, str]] = {
    # once, in private
    "private_noted": (
        "Terima kasih, keluhan Anda di kolom komentar sudah kami catat.",
        "Tarima kasih, kaluhan pian di kolom komentar sudah kami catat.",
    ),
    "private_noted_group": (
        "Terima kasih, keluhan Anda di grup sudah kami catat.",
        "Tarima kasih, kaluhan pian di grup sudah kami catat.",
    ),
    "private_ways": (
        "Bila ingin melengkapi dan mengikuti kelanjutannya, buka tautan ini. Tautannya khusus untuk Anda dan berlaku satu kali.{ways}",
        "Amun handak malangkapi wan maumpati kalanjutannya, buka tautan ini. Tautannya gasan pian saurang wan balaku sakali haja.{ways}",
    ),
    # who follows that link
    "link_ask": (
        "Tautan ini untuk laporan yang kami catat dari tulisan Anda: {line}\nKategori: {category}\nTempat: {place}",
        "Tautan ini gasan laporan nang kami catat matan tulisan pian: {line}\nKategori: {category}\nWadah: {place}",
    ),
    "link_consent": (
        "Jadikan aduan Anda sendiri, agar dapat Anda lengkapi dan ikuti di sini? Dengan menjawab YA Anda setuju data Anda diproses pemerintah kabupaten untuk menangani aduan ini. Data disimpan tersandi dan dihapus bila Anda minta.",
        "Dijadiakan aduan pian saurang kah, supaya kawa pian langkapi wan umpati di sini? Lawan manjawab IYA pian satuju data pian diproses pamarintah kabupaten gasan mangurus aduan ini. Data disimpan basandi wan dihapus amun pian minta.",
    ),
    "link_taken": (
        "Laporan itu sudah menjadi aduan Anda.\nKode: {code}",
        "Laporan itu sudah jadi aduan pian.\nKode: {code}",
    ),
    "ask_detail": (
        "Keterangan, foto, atau lokasi tambahan boleh dikirim sekarang.",
        "Katarangan, foto, atawa lokasi tambahan bulih dikirim wahini.",
    ),
    "link_declined": (
        "Baik, laporan itu tidak kami hubungkan dengan Anda.",
        "Inggih, laporan itu kada kami hubungakan lawan pian.",
    ),
    "link_gone": (
        "Tautan itu tidak dapat dipakai di sini: sudah terpakai, sudah lewat waktunya, atau bukan untuk akun ini.",
        "Tautan itu kada kawa dipakai di sini: sudah tapakai, sudah liwat waktunya, atawa lain gasan akun ini.",
    ),
}
