"""What the words before a name say about it: that it is a village, a street's or an agency's, that something is in it or goes there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nlu.detail_words import NEED_SUPPORT, SCHOOLS
from nlu.folding import fold
from nlu.normalise import lowered, token_spans

_VILLAGE = frozenset(fold(w) for w in (
    "desa", "ds", "kelurahan", "kel", "klrhn", "kampung", "kampong", "kmpung", "kades", "pambakal", "pembakal", "lurah", "lurahnya", "dusun", "dsn",
    "sedesa", "sadesa", "sekampung", "sakampung", "sekelurahan", "sakalurahan", "bpd", "pilkades", "bumdes",
))  # fmt: skip
_KECAMATAN = frozenset(
    fold(w) for w in ("kecamatan", "kec", "kcmtn", "camat", "sekecamatan", "sakacamatan", "pkm", "puskesmas")
)
_KABUPATEN = frozenset(fold(w) for w in ("kabupaten", "kab"))
_STREET = frozenset(fold(w) for w in ("jalan", "gang", "komplek", "blok", "perumahan"))
_TOWARDS = frozenset((
    "di", "d", "ke", "dari", "ka", "matan", "wilayah", "daerah", "arah", "sekitar", "sekitaran", "seluruh", "se", "warga", "area", "kawasan", "kota",
    "intang", "petani", "nelayan", "masyarakat", "penduduk", "pedagang", "kwsn", "sebelah", "sabelah", "sabalah", "muka", "jembatan", "jambatan",
))  # fmt: skip
_WITHIN = frozenset(("di", "d", "wilayah", "daerah", "kawasan", "warga", "se", "seluruh"))
_AWAY = frozenset(("ke", "dari", "ka", "matan", "menuju"))
_BY = frozenset(("lewat", "liwat", "via"))
_FROM = frozenset(("dari", "matan"))
_UNTIL = frozenset(("sampai", "sampe", "hingga", "smp", "sd"))
"""dari Tamban sampai Mekarsari."""
_AGENCIES = frozenset((
    "bupati", "wabup", "pemkab", "pemda", "pemerintah", "dinas", "dinkes", "disdik", "dishub", "dinsos", "pupr", "dprd", "polres", "kapolres", "kodim",
    "rsud", "pdam", "perumdam", "pln", "kantor", "bpbd", "satpol", "damkar", "disdukcapil", "capil", "dukcapil", "dlh", "diskominfo", "kominfo",
    "disnaker", "disperindag", "disdag", "disperkim", "dispora", "dispar", "distan", "disbun", "bapenda", "dpmptsp", "bkpsdm", "bkd", "dpmd",
    "ktp", "akta", "pbb", "pppk", "cpns", "blanko", "blangko", "setda", "inspektorat", "bpn", "samsat", "baznas", "kemenag", "dprd", "pemdes", "polda", "pengadilan", "kejaksaan", "sekda", "kadis", "asn", "pns", "kpu", "bawaslu", "info", "forum", "grup", "portal", "humas",
))  # fmt: skip
_FACILITIES = SCHOOLS.keys() - NEED_SUPPORT | frozenset(
    ("pustu", "posyandu", "poskesdes", "pasar", "lapangan", "titian", "dermaga", "terminal", "stadion", "balai")
)  # fmt: skip
"""Words for what every village has, called after it."""

_DENYING = frozenset(("lain", "bukan", "bkn"))
_DENIED = re.compile(rf"\b(?:{'|'.join(sorted(_DENYING))})\s+(?:nang|yang|yg)\b[^,.;!?\n]*")
"""lain nang parak SMP: what is said not to be meant."""


def denied(text: str, words: Sequence[str]) -> frozenset[int]:
    """Which tokens of a text stand in what it says that it does not mean."""
    if _DENYING.isdisjoint(words):
        return frozenset()
    parts = [found.span() for found in _DENIED.finditer(lowered(text))]
    if not parts:
        return frozenset()
    at = enumerate(token_spans(text))
    return frozenset(n for n, (start, _) in at if any(begin <= start < end for begin, end in parts))


def cue_of(words: Sequence[str], at: int, end: int, key: Callable[[str], str]) -> str:
    """What the words around a name (`at`…`end`, end exclusive; not the first word) say about it; `key` folds a word."""
    cue = _before(words, at, key)
    if cue == "away" and words[at - 1] in _FROM and end < len(words) and words[end] in _UNTIL:
        return "from"
    return cue


def _before(words: Sequence[str], at: int, key: Callable[[str], str]) -> str:
    before = words[at - 1]
    if before in _WITHIN:
        return "within"
    if before in _AWAY:
        return "away"
    if before in _BY:
        return "towards"
    last = key(before)
    if last in _VILLAGE:
        return "village"
    if last in _KECAMATAN:
        return "kecamatan"
    if not _AGENCIES.isdisjoint(words[max(0, at - 3) : at]):
        return "agency"
    if last in _STREET or (at > 1 and before not in _TOWARDS and key(words[at - 2]) in _STREET):
        return "street"
    if last in _KABUPATEN:
        return "kabupaten"
    return "towards" if before in _TOWARDS else "facility" if before in _FACILITIES else ""
