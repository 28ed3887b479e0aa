"""What single words have to do with the detail of a place: which slots they open, what may be a name or a number, what none."""

from __future__ import annotations

import re
from typing import NamedTuple

from nlu.folding import fold

_NUMBERED = {
    "rt": "rt",
    "rw": "rw",
    "km": "km",
    "ray": "ray",
    "jalur": "jalur",
    "parit": "parit",
    "lorong": "gang",
    "nomor": "nomor",
    "no": "nomor",
}
_NAMED = {
    "jalan": "jalan", "gang": "gang", "handil": "handil", "anjir": "anjir", "tatah": "handil", "terusan": "anjir",
    "jembatan": "jembatan", "titian": "jembatan", "komplek": "komplek", "blok": "blok", "dusun": "dusun", "simpang": "simpang",
    "pertigaan": "simpang", "perempatan": "simpang", "sekolah": "sekolah", "ponpes": "sekolah", "pesantren": "sekolah", "masjid": "masjid", "langgar": "masjid", "musala": "masjid", "mushola": "masjid",
    "musholla": "masjid", "mushalla": "masjid", "surau": "masjid", "gereja": "masjid", "pasar": "pasar", "dermaga": "dermaga",
    "pelabuhan": "dermaga", "feri": "dermaga", "ferry": "dermaga", "puskesmas": "puskesmas", "pustu": "puskesmas",
    "posyandu": "puskesmas", "rsud": "puskesmas", "terminal": "terminal", "lapangan": "lapangan", "perumnas": "komplek", "sungai": "sungai",
}  # fmt: skip
SCHOOLS = {
    "sd": "sd", "sdn": "sd", "sdit": "sd", "smp": "smp", "smpn": "smp", "smpit": "smp", "sma": "sma", "sman": "sma", "smk": "smk",
    "smkn": "smk", "mi": "mi", "min": "mi", "mts": "mts", "mtsn": "mts", "ma": "ma", "man": "ma", "tk": "tk", "paud": "paud", "slb": "slb",
}  # fmt: skip
"""Short words for kinds of schools, as typed and not folded (sdh is no sd), each with the kind by which its name begins."""
NEED_SUPPORT = frozenset(("mi", "min", "ma", "man"))
"""Short words for schools that mostly mean something else: taken only in "muka MIN 2"."""
BY_KEY = {fold(word): slot for word, slot in {**_NAMED, **_NUMBERED}.items()}
NUMBERED_KEYS = frozenset(fold(word) for word in _NUMBERED)
UNNAMED_KEYS = frozenset((fold("sekolah"),))
"""Words behind which stands no name: anak sekolah menyeberang. A number may."""
NUMBERS_FIRST = frozenset(("sekolah", "gang", "blok", "jalan", "handil"))
BESIDE = frozenset((
    "depan", "muka", "dekat", "parak", "samping", "sebelah", "sabalah", "belakang", "balakang", "pinggir", "simpang", "ujung", "hujung", "seberang",
    "subarang", "higa", "dpn", "dkt", "blkg", "sekitar",
))  # fmt: skip
LANDMARKS = frozenset((
    "sd", "smp", "sma", "smk", "mts", "mtsn", "min", "man", "tk", "paud",
    *(word for word, slot in _NAMED.items() if slot in ("sekolah", "masjid", "pasar", "puskesmas", "terminal", "lapangan", "komplek", "dermaga", "jembatan")),
    "mesjid", "masigit", "kubah", "makam", "kuburan", "kantor", "balai", "polsek", "kecamatan", "kelurahan", "posko", "pos", "gedung", "rumah", "rs",
    "warung", "toko", "bank", "hotel", "spbu", "pom", "pangkalan", "alun", "taman", "stadion", "tugu", "bundaran", "perumahan",
))  # fmt: skip
"""Words for buildings and open places by which people tell where something is."""
_HALVES = frozenset("al an ar as at ad az darul nurul baitul baitur miftahul hidayatul babul".split())  # noqa: SIM905
_ALWAYS_NAMES = _HALVES | {"negeri"}
"""Words that are part of a name however often they are met."""
_SPELLED = {
    fold(word): str(number)
    for number, words in enumerate(
        ("satu", "dua", "tiga talu", "empat ampat", "lima", "enam anam", "tujuh pitu", "delapan dalapan walu", "sembilan sanga", "sepuluh"), 1
    )
    for word in words.split()
}  # fmt: skip
UNITS = frozenset("hari jam minggu bulan tahun kali orang urang ikung menit malam".split())  # noqa: SIM905
"""Words behind a number that no school has: smp 3 hari is sampai 3 hari."""
SPELLED_SLOTS = frozenset(("rt", "rw", "km", "ray"))
_DOUBLED = re.compile(r"\w*?(\w{3,})-\1\w*")
_GLUED = re.compile(r"(rt|rw|km|ray|no|blok|gg|jl|jln)[-.]?0*(\d+[a-z]?)")
NUMBER = re.compile(r"\d{1,4}[a-z]?|[ivx]{1,4}")


class Word(NamedTuple):
    """What there is to know of one token, worked out once."""

    key: str
    """Folded."""
    slot: str = ""
    """The slot that it opens, if any."""
    glued: str = ""
    """The value that is written together with its cue: rt04 → 4."""
    number: bool = False
    name: bool = False
    """Whether it may be part of a name: no everyday word."""
    beside: bool = False
    """depan, muka, dekat…"""
    school: str = ""
    """The kind of school that it stands for: sdn → sd."""
    counted: str = ""
    """The number that it spells: lima → 5."""
    half: bool = False
    """Whether it is but the beginning of a name: Darul Aman."""

    @property
    def counts(self) -> bool:
        """Whether it opens a number, which also says more than a landmark of whose name it is part: Ray 5, Km 11."""
        return self.key in NUMBERED_KEYS

    @property
    def names(self) -> bool:
        """Whether it may be the value behind the word that opens a slot."""
        return self.number or self.name or bool(self.counted)

    @classmethod
    def of(cls, word: str, *, ordinary: bool) -> Word:
        """Look at a lower-case token; `ordinary` tells that it is an everyday word."""
        key = fold(word)
        if not word.isalpha() and (glued := _GLUED.fullmatch(word)):
            cue = fold(glued[1])
            return cls(key, BY_KEY.get(cue, cue), glued[2])
        number, beside = NUMBER.fullmatch(word) is not None, word in BESIDE
        rare = not (ordinary or beside or _no_name(word)) and word[0].isalnum()
        school = SCHOOLS.get(word, "")
        slot = "sekolah" if school else BY_KEY.get(key, "")
        named = rare or word in _ALWAYS_NAMES
        return cls(key, slot, "", number, named, beside, school, _SPELLED.get(key, ""), word in _HALVES)


def _no_name(word: str) -> bool:
    """Whether a word is no name however rare it is: hujungnya, retak2, siang-siang, tabuang-buang."""
    if len(word) > 5 and word.endswith("nya"):
        return True
    return (word[-1] == "2" and word[:-1].isalpha() and len(word) > 3) or (
        "-" in word and bool(_DOUBLED.fullmatch(word))
    )
