"""Every sentence that citizens read, in Indonesian and plain Bahasa Banjar, by its key; `bots.wording` renders them."""

from __future__ import annotations

from bots.aftercare import AFTERCARE
from bots.discretion import DISCRETION
from bots.gathering import GATHERING
from bots.invitations import INVITATIONS

PIECES: dict[str, tuple[str, str]] = {
    **AFTERCARE,
    **DISCRETION,
    **GATHERING,
    **INVITATIONS,
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
    "foreign": (
        "Pesan ini kami sampaikan kepada petugas untuk dibaca. Your message goes to an officer who will read it.",
        "Pasan ini kami sampaiakan ka petugas gasan dibaca. Your message goes to an officer who will read it.",
    ),
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
        "Untuk melihat perkembangannya, balas STATUS {code}",
        "Amun handak malihat kayapa kalanjutannya, balas STATUS {code}",
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
    "shared_point": ("lokasi yang Anda kirim", "lokasi nang pian kirim"),
    # two problems in one message
    "ask_two": (
        "Sepertinya ada dua masalah:\n- {first}\n- {second}\nCatat menjadi dua aduan? Balas DUA atau SATU. Tanpa jawaban pun keduanya tetap tercatat.",
        "Kayanya ada dua masalah:\n- {first}\n- {second}\nDicatat jadi dua aduan kah? Balas DUA atawa SATU. Biar kada dibalas kaduanya tatap tacatat.",
    ),
    "one_kept": ("Baik, keduanya tetap dalam aduan {code}.", "Inggih, kaduanya tatap dalam aduan {code}."),
    "added": ("Keterangan Anda kami tambahkan pada aduan {code}.", "Katarangan pian kami tambahakan ka aduan {code}."),
    # what others reported before
    "known": (
        "Sepertinya sudah dilaporkan warga lain {when}: {what}, status: {state}.",
        "Kayanya sudah dilaporakan urang lain {when}: {what}, status: {state}.",
    ),
    "known_sure": (
        "Masalah ini sudah dilaporkan warga lain {when}: {what}, status: {state}.",
        "Masalah ini sudah dilaporakan urang lain {when}: {what}, status: {state}.",
    ),
    "known_own": (
        "Ini seperti aduan Anda {when}, {own}: {what}, status: {state}.",
        "Ini kaya aduan pian {when}, {own}: {what}, status: {state}.",
    ),
    "joined": (
        "Aduan Anda digabung dengan laporan yang sama itu. Kabarnya kami kirim juga ke sini. Bila ternyata masalahnya lain, balas PISAH dalam sehari.",
        "Aduan pian digabungakan lawan laporan nang sama itu. Habarnya kami kirim jua ka sini. Amun masalahnya lain, balas PISAH dalam sahari.",
    ),
    "ask_voice": (
        "Tambahkan suara Anda ke laporan itu, atau biarkan terpisah? Balas GABUNG atau PISAH. Tanpa jawaban pun aduan Anda tetap tercatat.",
        "Suara pian ditambahakan ka laporan itu, atawa tatap tapisah? Balas GABUNG atawa PISAH. Biar kada dibalas aduan pian tatap tacatat.",
    ),
    "voice_added": (
        "Suara Anda kami tambahkan ke laporan itu. Kode Anda tetap {code}.",
        "Suara pian kami tambahakan ka laporan itu. Kode pian tatap {code}.",
    ),
    "undo": ("Bila keliru, balas PISAH dalam sehari.", "Amun tasalah, balas PISAH dalam sahari."),
    "left": (
        "Aduan {code} kami pisahkan menjadi laporan tersendiri.",
        "Aduan {code} kami pisahakan jadi laporan saurangan.",
    ),
    "apart": ("Baik, aduan {code} tetap laporan tersendiri.", "Inggih, aduan {code} tatap laporan saurangan."),
    "none_joined": (
        "Tidak ada aduan Anda yang baru digabung.",
        "Kadada aduan pian nang hanyar digabungakan.",
    ),
    "none_to_join": (
        "Tidak ada laporan yang masih dapat digabung. Aduan Anda tetap tercatat seperti semula.",
        "Kadada laporan nang masih kawa digabungakan. Aduan pian tatap tacatat kaya asalnya.",
    ),
    "today": ("hari ini", "hari ini"),
    "yesterday": ("kemarin", "samalam"),
    "days_ago": ("{count} hari lalu", "{count} hari nang lalu"),
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
    "limited": (
        "Pesan Anda dalam satu jam ini sangat banyak, jadi yang ini belum kami catat. Kirim lagi nanti, atau balas PETUGAS agar petugas membukanya untuk Anda. Keadaan bahaya tetap kami terima.",
        "Pasan pian dalam sajam ini banyak banar, jadi nang ini balum kami catat. Kirim pulang kaina, atawa balas PETUGAS supaya petugas mambukaakannya gasan pian. Nang bahaya tatap kami tarima.",
    ),
    "erase_ask": (
        "Hapus semua data Anda dari layanan ini, termasuk nama, nomor, dan percakapan? Yang dihapus tidak dapat dikembalikan.",
        "Dihapus kah samunyaan data pian di layanan ini, tamasuk ngaran, numur, wan pandiran? Nang dihapus kada kawa dibulikakan.",
    ),
    "erase_kept": ("Baik, data Anda tidak dihapus.", "Inggih, data pian kada dihapus."),
    "erased": ("Data Anda kami hapus.", "Data pian kami hapus."),
    # an officer's own words
    "answer": ("Jawaban petugas untuk aduan {code}:\n{note}", "Jawaban petugas gasan aduan {code}:\n{note}"),
    # who writes to a page of ours in private
    "way_to_bot": (
        "Pesan di kotak masuk ini tidak dibaca sebagai aduan.\nUntuk melapor, tulis kepada kami lewat:{ways}",
        "Pasan di kutak masuk ini kada dibaca jadi aduan.\nGasan malapor, tulis ka kami liwat:{ways}",
    ),
    # subjects of e-mails
    "mail_subject": ("Kabar aduan {code}", "Habar aduan {code}"),
    "mail_subject_plain": ("Layanan aduan", "Layanan aduan"),
    # in front of news that come by another channel than the complaint's
    "elsewhere": (
        "Kabar dari layanan aduan pemerintah daerah. Bila bukan Anda yang mengadu, abaikan saja.",
        "Habar matan layanan aduan pamarintah daerah. Amun lain pian nang mangadu, biarakan haja.",
    ),
    # in front of what only a tester gets
    "rehearsal": ("[UJI]", "[UJI]"),
    # labels of buttons (WhatsApp: at most 20 characters)
    "label_yes": ("Ya", "Iya"),
    "label_no": ("Tidak", "Kada"),
    "label_other": ("Bukan", "Lain"),
    "label_one": ("Satu saja", "Satu haja"),
    "label_two": ("Dua aduan", "Dua aduan"),
    "label_join": ("Gabung", "Gabung"),
    "label_apart": ("Pisah", "Pisah"),
}

STATUSES: dict[str, tuple[str, str, str, str]] = {
    # status: its name, and the sentence that tells it, each in both languages
    "received": ("diterima", "ditarima", "Aduan {code} sudah kami terima.", "Aduan {code} sudah kami tarima."),
    "verifying": ("diverifikasi", "dipariksa", "Aduan {code} sedang diperiksa petugas.", "Aduan {code} lagi dipariksa petugas."),
    "forwarded": ("diteruskan", "ditarusakan", "Aduan {code} sudah diteruskan kepada yang menangani.", "Aduan {code} sudah ditarusakan ka nang manangani."),
    "in_progress": ("diproses", "digawi", "Aduan {code} sedang diproses.", "Aduan {code} lagi digawi."),
    "needs_info": ("butuh keterangan", "parlu katarangan", "Petugas memerlukan keterangan Anda untuk aduan {code}. Cukup balas pesan ini.", "Petugas mamarluakan katarangan pian gasan aduan {code}. Balas haja pasan ini."),
    "resolved": ("selesai dikerjakan", "tuntung digawi", "Aduan {code} sudah selesai dikerjakan. Bila belum beres, balas BELUM SELESAI dalam 10 hari.", "Aduan {code} sudah tuntung digawi. Amun balum baik jua, balas BALUM TUNTUNG dalam 10 hari."),
    "closed": ("ditutup", "ditutup", "Aduan {code} sudah ditutup.", "Aduan {code} sudah ditutup lah."),
    "rejected": ("ditolak", "ditulak", "Aduan {code} tidak dapat kami tindak lanjuti.", "Aduan {code} kada kawa kami tindak lanjuti."),
    "withdrawn": ("ditarik", "ditarik", "Aduan {code} sudah ditarik.", "Aduan {code} sudah ditarik lah."),
    "transferred": ("dilimpahkan", "dilimpahakan", "Aduan {code} dilimpahkan kepada instansi lain yang berwenang.", "Aduan {code} dilimpahakan ka instansi lain nang bawanang."),
}  # fmt: skip
DETAIL = (
    "\nTentang: {category}\nPenanggung jawab: {unit}\nKeterangan: {note}",
    "\nSoal: {category}\nNang manangani: {unit}\nKatarangan: {note}",
)
