"""How long a text says that its trouble has lasted: what began five days ago is no other event than the one told then."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache

_COUNTED = {
    **dict.fromkeys(("sa", "se", "satu", "asa", "pertama"), 1), **dict.fromkeys(("dua", "duo", "loro"), 2),
    **dict.fromkeys(("tiga", "talu", "telu", "telung"), 3), **dict.fromkeys(("empat", "ampat", "papat"), 4), "lima": 5,
    **dict.fromkeys(("enam", "anam"), 6), **dict.fromkeys(("tujuh", "pitu"), 7), **dict.fromkeys(("delapan", "dalapan", "walu"), 8),
    **dict.fromkeys(("sembilan", "sambilan", "sanga"), 9), **dict.fromkeys(("sepuluh", "sapuluh"), 10), "beberapa": 3, "babarapa": 3,
}  # fmt: skip
_DAYS = {"hari": 1, "malam": 1, "dino": 1, "minggu": 7, "pekan": 7, "bulan": 30}
_NUMBER = r"(\d{1,2}|" + "|".join(sorted(_COUNTED, key=len, reverse=True)) + ")"
_UNIT = "(" + "|".join(_DAYS) + ")"
_LONG = re.compile(
    rf"(?<!baru )(?<!hanyar )(?<!jua )(?<!sampai )\b{_NUMBER}[ -]?{_UNIT}(?:an)?\b(?! (?:lagi|ini|ke depan|lalu|yang lalu|sekali|sakali))|\bhari (?:ke-?|ka-?)? ?{_NUMBER}\b"
)
_WEEKDAYS = {
    **dict.fromkeys(("senin", "sanayan"), 0), **dict.fromkeys(("selasa", "salasa"), 1), **dict.fromkeys(("rabu", "arba"), 2),
    **dict.fromkeys(("kamis", "kemis"), 3), **dict.fromkeys(("jumat", "jum'at", "jumahat"), 4), "sabtu": 5,
    **dict.fromkeys(("minggu", "ahad"), 6),
}  # fmt: skip
_SINCE = re.compile(
    r"\b(?:dari|sejak|mulai|matan|semenjak)\b(?: hari| malam)? ("
    + "|".join(_WEEKDAYS)
    + r"|kemarin|kmrn|samalam|kamarian)\b"
)
_DAY = re.compile(r"\((\d{1,2})[/-](\d{1,2})(?:[/-]\d{2,4})?\)")
_STILL = re.compile(r"\b(?:masih|msh|magun|tetap|tatap|belum|balum|blm|durung)\b")


@lru_cache(maxsize=8192)
def lasting(text: str, sent_at: datetime) -> timedelta:
    """For how long the trouble has lasted by the words of a text: sudah talu hari, hari kelima, sejak Selasa, as papers say (1/2).

    Nothing where it is not said; never more than 60 days.
    """
    words = text.lower()
    days = [_counted(n or nth) * _DAYS.get(unit or "hari", 1) for n, unit, nth in _LONG.findall(words)]
    days += [(sent_at.weekday() - _WEEKDAYS[day]) % 7 if day in _WEEKDAYS else 1 for day in _SINCE.findall(words)]
    for day, month in _DAY.findall(words):
        with suppress(ValueError):
            days.append((sent_at.date() - date(sent_at.year, int(month), int(day))).days)
    return timedelta(days=min(max(days, default=0), 60)) if max(days, default=0) > 0 else timedelta(0)


@lru_cache(maxsize=8192)
def still(text: str) -> bool:
    """Whether a text speaks of a trouble that goes on: masih, belum juga."""
    return _STILL.search(text.lower()) is not None


def _counted(number: str) -> int:
    return int(number) if number.isdigit() else _COUNTED[number]
