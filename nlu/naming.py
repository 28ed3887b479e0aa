"""What things of a region are called: the rows of a data folder's tables as names with what they may mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlu.folding import fold
from nlu.normalise import spans

_TITLES = re.compile(
    r"(?<=\w\s)(?:(?:gubernur|jenderal|jend|jendral|brigjend?|letjen|mayjen|kolonel|letkol|mayor|kapten|panglima|pangeran|h|kh|haji|dr|ir)\b[. ]*)+",
    re.IGNORECASE,
)
"""Behind the word for a road or bridge."""
Kind = Literal["region", "landmark", "elsewhere"]

_VARIANTS = frozenset(
    "1 2 3 4 5 luar dalam tengah hilir ilir hulu ulu utara selatan barat timur besar kecil kanan kiri".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Region:
    """One row of wilayah.csv; `lat`, `lon` its centre in degrees (WGS 84)."""

    code: str
    parent: str
    level: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name may mean: the codes of regions, or none for a place outside them or a landmark without one."""

    kind: Kind
    name: str
    codes: tuple[str, ...]
    region: str = ""
    """The kabupaten of a landmark."""
    sort: str = ""
    """The sort of a landmark: jembatan, pasar, sekolah…"""
    weak: bool = False
    """An everyday word or a very common name: needs a cue or its region named beside it."""
    spelling: str = ""
    """The form under which the name is entered, in lower case."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the entries of one name say together, worked out once."""

    entries: tuple[Entry, ...]
    codes: tuple[str, ...]
    """Of the regions that it may mean, in their order."""
    weak: bool
    landmark: bool
    """Whether it may mean a landmark."""
    elsewhere: bool
    spot: bool
    """Whether it is a landmark's name first of all."""

    @classmethod
    def of(cls, entries: tuple[Entry, ...]) -> Meaning:
        """Look at the entries of a name."""
        codes = {code for entry in entries if entry.kind == "region" for code in entry.codes}
        kinds = {entry.kind for entry in entries}
        weak = any(entry.weak for entry in entries)
        return cls(
            entries,
            tuple(sorted(codes)),
            weak,
            "landmark" in kinds,
            "elsewhere" in kinds,
            entries[0].kind == "landmark",
        )


def region_of(row: dict[str, str]) -> Region:
    """A row of wilayah.csv."""
    return Region(row["code"], row["parent"], row["level"], row["name"], float(row["lat"]), float(row["lon"]))


def official_names(regions: dict[str, Region]) -> dict[str, list[str]]:
    """Official names → codes in their order, and what villages of numbered or directed names are called for short."""
    names: dict[str, list[str]] = {}
    for code in sorted(regions):
        names.setdefault(regions[code].name.removeprefix("Kabupaten ").lower(), []).append(code)
    official = {key(name) for name in names}
    short: dict[str, list[str]] = {}
    for name, codes in names.items():
        words = name.split()
        if len(words) > 1 and fold(words[-1]) in _VARIANTS and len(base := " ".join(words[:-1])) > 5:
            short.setdefault(base, []).extend(codes)
    return names | {b: sorted(codes) for b, codes in short.items() if len(codes) > 1 and key(b) not in official}


def landmarks(path: Path, weak: set[str]) -> Iterator[tuple[str, Entry]]:
    """The names of landmarks.csv; `weak` are the folded names that count only where they are cued."""
    for row in table(path):
        if row["sure"] == "L":
            continue
        codes = (row["code"] or row["region_code"],)
        common = [name for name in row["weak_names"].split("|") if name]
        plain = [name for name in (bare(row["name"]), *row["also_called"].split("|")) if name and name not in common]
        short = _short(row["kind"], plain)
        weak_short = _short(row["kind"], common) + _untitled(row["kind"], plain + common)
        for name in plain + short + common + weak_short:
            doubtful = name in common or name in weak_short or key(name) in weak
            yield name, Entry("landmark", row["name"], codes, row["region_code"], row["kind"], doubtful)


def _short(kind: str, names: list[str]) -> list[str]:
    """What people call a housing estate for short: Komplek Persada Permai Baru 2 → Persada Permai Baru."""
    if kind != "perumahan":
        return []
    short = [re.sub(r"\s+\d+$", "", re.sub(r"^(?:komplek|kompleks|perumahan)\s+", "", name.lower())) for name in names]
    return [name for name in short if " " in name]


def _untitled(kind: str, names: list[str]) -> list[str]:
    """What people call a road or bridge for short that has somebody's name: Jalan Brigjen H. Hasan Basri → Jalan Hasan Basri."""
    if kind not in ("jalan", "jembatan"):
        return []
    untitled = [_TITLES.sub("", name) for name in names]
    return [name for name in untitled if " " in name and name not in names]


def bare(name: str) -> str:
    """A landmark's name without what stands in brackets."""
    return re.sub(r"\s*\([^)]*\)", "", name)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[str]:
    """The lines of a list that are neither empty nor comments."""
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] != "#"]


def key(name: str) -> str:
    """The folded words of a name."""
    return " ".join(fold(word) for word, _, _ in spans(name))
