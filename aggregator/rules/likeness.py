"""How two texts and two details of a place are compared: words that tell, near-identical texts, names and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

Agreement = Literal["equal", "weak", "conflict"]

_LETTERS = str.maketrans({"e": "a", "o": "u", "y": "i", "q": "k", "-": None, "'": None, "\u2019": None, "`": None})
_TWICE = re.compile(r"([a-z])\1+|(?<=[bdkt])h")
_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019`][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_ENDING = re.compile(r"(?<=.{4})(?:nya|lah|kah|kan|an|pun)$")

_NUMBERED = frozenset(("rt", "rw", "km", "nomor", "ray", "jalur", "parit"))
_TINY = frozenset(("nomor", "rw"))
"""Their equality alone says little: every village has a second neighbourhood."""
_KM_APART = 0.6
_NEAR_TEXT = 86.0
_NEAR_LENGTH = 32
"""Shorter texts are alike by chance."""

_COMMON = """
ada adalah agar air akan akhir aku alah amun anak anda antara apa apakah area arah atas atau awak bagaimana bagi bah bahaya bahkan baik bakal
banar banget banjir bantu bantuan banyak banyu bapak bapa bu ibu baru hanyar bau beberapa begini begitu bekas belum balum benar berapa bersama
besar ganal bila bisa biasa bikin bos buat bubuhan bukan bulan bupati cepat cuma cukup dalam dan dapat dari daerah dengan desa di dinas dua
datang dekat depan dulu dahulu tadi diperbaiki dibaiki diperhatikan dilihat dicek enggak nggak gak ga tidak kada kadada kadak ini itu iya
ih ikut ingin ingat imbah jadi jalan jangan jam jembatan jambatan jua juga jaringan kabupaten kalau kalo kami kampung kamu kapan karena
kasihan kasian kata kah ke kecamatan kelurahan kena kenapa kepada keras ketika kita kok kondisi kurang kuat laah lagi lah lain lama lawan
lampu lapor lebih lewat lihat listrik lokasi lubang luar macet mah mana manis masih masuk mati pajah mau maaf melalui memang minta minggu
min mohon motor mobil mudahan muka mulai musim nah nang nya nyala oleh orang urang padam padahal pada paling pak parah panjang pang
pemda pemerintah perbaikan perhatian perlu pernah pihak pinggir pun pulang rusak rumah sampah sampai sabar saat salah saja aja sama samping
sangat sana sini situ saya ulun unda ikam pian satu sebelah sebelum sedang segera sejak sekali sekarang wahini sekitar sekian selalu
semakin semalam kemarin semua sabarataan seperti kaya kayak sering siang pagi sore malam hari sudah sudan udah sdh supaya susah ngalih
tahu tahun tapi telah tempat terima kasih tetap terjadi terlalu terus tiap setiap tinggi tolong tulung tong turun untuk gasan utk waktu
warga wan yang yg nang nih ni tuh tu dong sih loh lho deh ya yaa yo oi woi admin assalamualaikum wr wb selamat halo info lur dangsanak
kawan mas bang bro gan jl jln rt rw km gg no sd smp sma kampung aspal cor becek genangan selokan titian sungai handil gang komplek masjid
langgar pasar sekolah dermaga tiang kabel pdam pln token pju gelap terang keruh tps mampet tersumbat bolong amblas patah putus lewat
melintas pengendara jatuh celaka kecelakaan gugur licin hujan pasang surut calap dalam tergenang rendam terendam kosong mahal harga gas
lpg petugas kantor pelayanan surat urus mengurus ktp kk puskesmas bidan dokter obat guru murid siswa kepala kades pambakal lurah camat
jalanan nian sakit bos sinyal internet hp wifi bensin pertalite pupuk padi sawah tani petani ikan ternak sapi anjing orangnya parak
wadah mun biar talu tiga sabuah buah kali sakali tarus kaluar masuk handak supan gara sidin inya buhan kawa tahan kayapa kanapa cil
uma abah acil paman cucu ading kaka kakak dll dst the of to bgt tlg mhn krn dgn sy sya gmn gimana knp kpn blm jgn jg org skrg td mlm
"""  # everyday words and those that every report of a category holds


def fold(word: str) -> str:
    """The key under which spellings meet: jembatan, jambatan → jambatan; lobang, lubang → lubang; Bhakti, bakti → bakti."""
    return _TWICE.sub(r"\1", word.translate(_LETTERS))


_COMMON_KEYS = frozenset(fold(word) for word in _COMMON.split())


@lru_cache(maxsize=16384)
def telling_words(text: str) -> dict[str, str]:
    """Folded key → word as typed of the words of a text that tell one event from another: no everyday words, no numbers."""
    return dict(_telling(text))


def _telling(text: str) -> Iterator[tuple[str, str]]:
    for word in _WORD.findall(text.lower()):
        key = fold(word)
        bare = _ENDING.sub("", key)
        if len(bare) > 2 and key not in _COMMON_KEYS and bare not in _COMMON_KEYS:
            yield bare, word


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """A text without case, marks and spacing, for comparison as a whole."""
    return " ".join(_WORD.findall(text.lower()))


def near_text(text: str, other: str) -> float:
    """How nearly identical two longer texts are: 0 below 86 % alike, 1 for the same."""
    one, two = plain(text), plain(other)
    if len(one) < _NEAR_LENGTH or len(two) < _NEAR_LENGTH:
        return 0.0
    alike = fuzz.ratio(one, two, score_cutoff=_NEAR_TEXT)
    return max(0.0, (alike - _NEAR_TEXT) / (100.0 - _NEAR_TEXT))


def agree(slot: str, value: str, other: str) -> Agreement:
    """Whether two values of a slot mean the same: numbers by value, names by their words, one letter forgiven."""
    if slot in _NUMBERED:
        return _numbers_agree(slot, value, other)
    return "equal" if value == other else _names_agree(value, other)


def apart_km(point: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude in degrees), on a flat map: exact enough within a kabupaten."""
    east = math.radians(other[1] - point[1]) * math.cos(math.radians(point[0]))
    return 6371.0 * math.hypot(math.radians(other[0] - point[0]), east)


def slot_words(slots: Mapping[str, str]) -> frozenset[str]:
    """The folded words of all names in slots."""
    return frozenset(fold(word) for value in slots.values() for word in value.split())


@lru_cache(maxsize=4096)
def _numbers_agree(slot: str, value: str, other: str) -> Agreement:
    one, two = _numbers(value), _numbers(other)
    if not one or not two:
        return "equal" if value == other else "conflict"
    margin = _KM_APART if slot == "km" else 0.0
    if any(abs(a - b) <= margin for a in one for b in two):
        return "weak" if slot in _TINY else "equal"
    return "conflict"


@lru_cache(maxsize=4096)
def _names_agree(value: str, other: str) -> Agreement:
    """One name within the other or one letter off; numbers in names must not differ."""
    if _numbers(value) != _numbers(other) and _numbers(value) and _numbers(other):
        return "conflict"
    one, two = set(value.split()), set(other.split())
    if one <= two or two <= one:
        return "equal"
    if fuzz.ratio(value, other) >= 84.0:
        return "equal"
    return "weak" if one & two else "conflict"


def _numbers(value: str) -> tuple[float, ...]:
    return tuple(float(number.replace(",", ".")) for number in _NUMBER.findall(value))
