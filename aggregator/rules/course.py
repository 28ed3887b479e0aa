"""What a text says about the course of things: here too, mended now, broken again."""

from __future__ import annotations

import re
from functools import lru_cache

_ECHO_WORDS = 12
_ECHO = re.compile(r"\b(?:jua|juga|jugak|jg|sama|sma|samai|idem|iya|ya|iyh|gin)\b")
_CONTRAST = re.compile(
    r"\b(?:lain lagi|lain (?:pang|nang|yang|yg|urusan|masalah|pandiran|soal)|beda|berbeda|bukan (?:yang|yg|nang|di))\b|"
    r"^(?:\W*\w+\W+)?(?:amun|mun|kalau|kalo|klo|tapi)\s+(?:nang|yang|yg|di|kami)\b"
)
_DONE = r"(?:sudah|sdh|udah|dah|hudah|udh|dh|tuntung|selesai|kelar|beres|alhamdulillah|akhirnya|hanyar|baru)"
_MENDED = (
    r"(?:di(?:per)?baik\w*|dibaiki\w*|ditambal\w*|dibenar\w*|dibenahi\w*|diaspal|dicor|diganti\w*|dipasang\w*|dibersih\w*|dibarasih\w*|"
    r"diangkut|dikeruk|dikaruk|ditimbun|diurug|digreder|ditatak|ditabang|ditebang|dipotong|dipadamkan|disambung\w*|ditutup|didandan\w*|"
    r"digawi|digotong royong|dibuka|dikirim|dipaku\w*|diuruk|dihampar|ditangkap|mambaiki|maangkut|kering|karing|datang|ditangani|disingkir\w*|"
    r"perbaikan|menyala|manyala|nyala|hidup|lancar|normal|tarang|terang|bercahaya|ngalir|mengalir|mangalir|surut|barasih|bersih|aman|padam apinya|"
    r"beroperasi|baoperasi|(?:ba)?jalan (?:lagi|pulang)|(?:lewat|lalu) (?:lagi|pulang)|(?:bisa|kawa) (?:dilewati|dilalui|lalu|lewat)|"
    r"masuk (?:lagi|pulang|di)|sambuh|sembuh|tersedia)"
)
_TROUBLE = (
    r"(?:rusak|mati|jebol|bobol|bolong|balubang|berlubang|mampet|tersumbat|numpuk|menumpuk|bagunung|menggunung|penuh|hibak|putus|pagat|pajah|padam|"
    r"amblas|ambles|longsor|rumbih|turun|banjir|calap|naik|pasang|tarandam|terendam|tergenang|patah|pacah|pecah|bocor|ambruk|rubuh|roboh|lepas|lapas|"
    r"copot|macet|keruh|kiruh|asin|masin|licak|becek|gelap|kadap|hilang|tabakar|terbakar|langka|kosong|habis|muncul|timbul|mogok|kotor|"
    r"rabah|rebah|tumbang|rumpang|barumpang|tenggelam|tinggalam|retak|miring|bocor|tasumpal|lumpur)\w*"
)
_ONCE_MORE = r"(?:lagi|pulang|kembali|kambuh|ulang)"
_BACK = re.compile(
    rf"\b{_DONE}\b[^.!?]{{0,40}}\b{_MENDED}\b.{{1,80}}\b{_TROUBLE}|\b{_TROUBLE} (?:\w+ )?{_ONCE_MORE}\b|\bkembali (?:lagi )?{_TROUBLE}\b"
)
_SINCE = re.compile(
    rf"\b(?:padahal|baru|hanyar|imbah|limbah|setelah|sejak)\b[^.!?]{{0,30}}\b{_MENDED}\b|\blapor(?:an)? kembali\b"
)
_STILL = re.compile(
    r"\b(?:belum|balum|blm|masih|magun|tetap|tatap) (?:\w+ )?(?:juga|jua|jg|lagi|menyala|nyala|hidup|surut|dibaiki|diperbaiki)\b"
)
_THANKS = re.compile(
    rf"\b{_DONE}\b[^.!?]{{0,40}}\b{_MENDED}\b|\b{_MENDED}\s+(?:\w+ )?(?:sudah|sdh|udah|dah|hudah|am)\b"
)
_WELL = re.compile(rf"\b{_MENDED}\b")
_GRATEFUL = re.compile(r"\b(?:alhamdulillah|syukur|terima kasih|tarima kasih|makasih|trims|mantap|mantul|lega)\b")
_NOT_YET = re.compile(r"\b(?:belum|balum|blm|kada|kadak|tidak|tapi|padahal|kapan|tolong|mohon|masih|magun)\b")


@lru_cache(maxsize=8192)
def echoes(text: str) -> bool:
    """Whether a text is a short "here too": iya di sini juga mati, RT 7 jua."""
    words = text.lower()
    return len(words.split()) <= _ECHO_WORDS and _ECHO.search(words) is not None


@lru_cache(maxsize=8192)
def contrasts(text: str) -> bool:
    """Whether a text sets its own trouble apart from another one: amun nang di pasar lain lagi, beda dengan, lain nang parak SD."""
    return _CONTRAST.search(text.lower()) is not None


@lru_cache(maxsize=8192)
def again(text: str) -> bool:
    """Whether a text says that something mended is broken again, or back: another event than before."""
    words = text.lower()
    return (_BACK.search(words) or _SINCE.search(words)) is not None and _STILL.search(words) is None


@lru_cache(maxsize=8192)
def mended(text: str) -> bool:
    """Whether a text says that something is mended or over now, without asking for anything."""
    words = text.lower()
    glad = _GRATEFUL.search(words) and _WELL.search(words)
    told = (_THANKS.search(words) or glad) is not None
    return told and _NOT_YET.search(words) is None and _BACK.search(words) is None
