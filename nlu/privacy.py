"""Personal data in a text, with positions, and the text with it masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nlu.base import PersonalData

_SEP = r"[ \-.·]?"
_PHONE = re.compile(
    rf"(?<![\w+])(?:\(?\+?62\)?{_SEP}\(?0?\)?|0)(?:8{_SEP}[1-9]|[2-7]\d)(?:{_SEP}\(?[\dxX*]\)?){{6,10}}(?![\dxX*])"
)
_SIXTEEN = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)")
_KK_CUE = re.compile(r"\b(?:no\.?|nomor|nmr)?\s*(?:kk|kartu keluarga)\b[^\d\n]{0,12}$", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{2,63}){1,4}")
_AREA = "A|AA|AB|AD|AE|AG|B|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|D|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN|DP|DR|DS|DT|DW|E|EA|EB|ED|F|G|H|K|KB|KH|KT|KU|L|M|N|P|PA|PB|R|S|T|W|Z"
_PLATE = re.compile(rf"(?<![\w])(?:{_AREA})[ .\-]?[1-9]\d{{0,3}}[ .\-]?[A-Z]{{1,3}}(?!\w)")
_PLATE_LOWER = re.compile(
    rf"(?:plat(?:nya)?|nopol(?:nya)?|no\.? ?polisi|dengan nomor)[ :.]{{0,3}}((?:{_AREA})[ .\-]?[1-9]\d{{0,3}}[ .\-]?[A-Z]{{1,3}})(?!\w)|(?<!\w)((?:da|kt|kh)[ .\-]?[1-9]\d{{3}}[ .\-]?[a-z]{{2,3}})(?!\w)",
    re.IGNORECASE,
)
_NOT_PLATES = frozenset(
    (
        "RT",
        "RW",
        "KM",
        "JT",
        "RB",
        "KG",
        "CM",
        "MM",
        "M",
        "WA",
        "WIB",
        "WIT",
        "PM",
        "AM",
        "X",
        "KK",
        "KVA",
        "KV",
        "PK",
        "GB",
        "MB",
    )
)
_ACCOUNT = re.compile(
    r"\b(?:rek(?:ening|eningnya)?|norek|a/n|bri|bni|bca|mandiri|bsi|btn|bank kalsel|bank|ovo|gopay|transfer(?: ke)?|tf)\b[^\d\n]{0,20}(\d(?:[ .\-]?\d){7,17})(?!\d)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|komp|komplek|kompleks|perum|perumahan|blok)\b\.?\s?[^\n,;?!]{1,60}?[ ,]{1,2}(?:no|nomor|nmr)\b\.? ?:?\s?\d{1,4}[a-z]?\b"
    r"(?:[ ,]{1,2}rt[ .:]?\d{1,3}(?:[ ,/]{1,2}rw[ .:]?\d{1,3})?)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d")
_DIGIT_GROUP = re.compile("[0-9]+")
_NO_DIGITS = bytes(sorted(set(range(256)).difference(b"0123456789")))
_FEWEST_DIGITS = 4
"""Of a telephone number of which the rest is masked."""
_LETTER_NEAR = re.compile(r"[ .\-]?[A-Za-z]")
_HOUSE = re.compile(r"(?:[nN][oO](?:[mM][oO][rR])?|[nN][mM][rR])\b[^\n]{0,3}\d")
_NAMES = {
    "phone": "nomor telepon", "nik": "NIK", "kk": "nomor KK", "email": "surel", "plate": "nomor polisi", "account": "nomor rekening",
    "address": "alamat",
}  # fmt: skip


def find(text: str) -> tuple[PersonalData, ...]:
    """All personal data of a text in order, without overlaps; positions in characters, end exclusive."""
    found: list[PersonalData] = []
    if "@" in text:
        found += [PersonalData("email", m.start(), m.end()) for m in _EMAIL.finditer(text)]
    if digits := len(
        text.encode(errors="ignore").translate(None, _NO_DIGITS)
    ):  # a fourth of a regular expression's time
        found += _long_numbers(text, digits) if digits >= _FEWEST_DIGITS else []
        found += _plates(text, [m.span() for m in _DIGIT_GROUP.finditer(text)])
        if _HOUSE.search(text):
            found += [PersonalData("address", m.start(), m.end()) for m in _ADDRESS.finditer(text)]
    return _without_overlaps(found) if found else ()


def mask(text: str, found: Iterable[PersonalData]) -> str:
    """The text with each piece of personal data replaced by its kind in brackets, in Indonesian: "[nomor telepon]"."""
    for item in sorted(found, key=lambda item: item.start, reverse=True):
        text = f"{text[: item.start]}[{_NAMES.get(item.kind, 'data pribadi')}]{text[item.end :]}"
    return text


def _long_numbers(text: str, digits: int) -> list[PersonalData]:
    """Numbers of people, of accounts and of telephones in a text with so many digits."""
    found = _sixteen(text) if digits >= 16 else []
    if digits >= 8:
        found += [PersonalData("account", *m.span(1)) for m in _ACCOUNT.finditer(text)]
    return found + [PersonalData("phone", m.start(), m.end()) for m in _PHONE.finditer(text) if _is_phone(m.group())]


def _sixteen(text: str) -> list[PersonalData]:
    """Numbers of sixteen digits: of a family card where that is said before them, else of a person."""
    return [
        PersonalData("kk" if _KK_CUE.search(text[max(0, m.start() - 40) : m.start()]) else "nik", m.start(), m.end())
        for m in _SIXTEEN.finditer(text)
    ]


def _is_phone(number: str) -> bool:
    """Nine to fourteen digits (some may be masked by x), not written like an amount of money."""
    digits = [char for char in number if char.isdigit() or char in "xX*"]
    return 9 <= len(digits) <= 15 and sum(char.isdigit() for char in digits) >= 4


def _plates(text: str, groups: Sequence[tuple[int, int]]) -> list[PersonalData]:
    """Plates stand around a group of one to four digits; only there is looked."""
    spans = []
    for start, end in groups:
        if end - start > 4 or text[start] == "0" or not _LETTER_NEAR.match(text, end):
            continue
        upper = _PLATE.search(text, max(0, start - 3), end + 6)
        lower = None if upper else _PLATE_LOWER.search(text, max(0, start - 24), end + 6)
        match = upper or lower
        if match and match.end() > start:
            spans.append(match.span(match.lastindex or 0))
    return [PersonalData("plate", start, end) for start, end in spans if not _unit(text[start:end])]


def _unit(plate: str) -> bool:
    """Whether it is rather a number with its unit or a part of an address: "RT 12", "L 300 KM", "A 1 B"."""
    _, *letters = re.findall(r"[A-Za-z]+", plate)
    too_short = len(_DIGITS.findall(plate)) < 3 and len("".join(letters)) < 2
    return too_short or any(part.upper() in _NOT_PLATES for part in letters)


def _without_overlaps(found: Sequence[PersonalData]) -> tuple[PersonalData, ...]:
    """The earlier kinds of the search win over what lies across them."""
    kept: list[PersonalData] = []
    for item in found:
        if all(item.end <= other.start or item.start >= other.end for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.start))
