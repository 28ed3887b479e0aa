"""Landmarks that reviewers name again and again, as rows that an administrator may add to `landmarks.csv`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from nlu import privacy
from nlu.detail_words import BESIDE
from nlu.folding import fold
from nlu.gazetteer import Gazetteer, Node
from nlu.normalise import spans

FILE = "landmarks-usulan.csv"
"""Its name in the data folder."""
OFTEN = 3
"""How often a place must have been corrected alike."""
COLUMNS = ("region_code", "name", "kind", "code", "also_called", "weak_names", "sure", "source")
"""Of `landmarks.csv`."""

_WORDS = range(2, 6)
"""How many words a name may have: one alone is seldom a name, more are a description."""
_VILLAGE_DOTS = 3
_LEADING = frozenset(fold(word) for word in (*BESIDE, "di", "ke", "dari", "d"))
_NO_NAMES = frozenset(fold(word) for word in ("rt", "rw", "km", "no", "nomor", "rumah", "rmh", "kos", "warung"))
"""Words of what is an address, or somebody's own."""
_KINDS = {
    "jalan": "jalan", "gang": "jalan", "jembatan": "jembatan", "titian": "jembatan", "pasar": "pasar", "dermaga": "dermaga",
    "pelabuhan": "pelabuhan", "puskesmas": "puskesmas", "pustu": "puskesmas", "sekolah": "sekolah", "sd": "sekolah", "smp": "sekolah",
    "sma": "sekolah", "smk": "sekolah", "komplek": "perumahan", "sungai": "sungai", "handil": "handil_kanal", "anjir": "handil_kanal",
    "terminal": "terminal",
}  # fmt: skip
_KIND_OF = {fold(word): kind for word, kind in _KINDS.items()}


class Placed(Protocol):
    """A report whose place somebody decided."""

    @property
    def accepted(self) -> bool: ...  # noqa: D102
    @property
    def reading(self) -> Mapping[str, Any]:
        """What had been read, as `Extraction.as_record` makes it."""
        ...

    @property
    def location(self) -> str:
        """A region code."""
        ...

    @property
    def place(self) -> str:
        """The detail below the village, as typed."""
        ...


def proposals(decided: Iterable[Placed], known: Gazetteer) -> list[dict[str, str]]:
    """Rows for `landmarks.csv`: names that were typed for the same village at least three times, or whose village was put
    right so often, under whatever spelling; neither known there nor somebody's address.
    """
    named: dict[tuple[str, tuple[str, ...]], Counter[str]] = {}
    for one in decided:
        if one.accepted and one.location.count(".") == _VILLAGE_DOTS and _corrected(one) and (name := _name(one.place)):
            named.setdefault((one.location, _folded(name)), Counter())[name] += 1
    often = {key: spellings for key, spellings in named.items() if spellings.total() >= OFTEN}
    return [
        _row(code, words, spellings)
        for (code, words), spellings in sorted(often.items())
        if not _knows(known.root, words, code)
    ]


def save(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows under the header of `landmarks.csv`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _corrected(one: Placed) -> bool:
    """Whether the reviewer typed the place, or chose another village than was read."""
    location = one.reading.get("location") or {}
    return one.place != (one.reading.get("place") or "") or one.location != location.get("code")


def _name(place: str) -> str:
    """The name in a place's words, without "depan", "di"…; "" where they are no name."""
    if privacy.find(place):
        return ""
    words = [place[start:end] for _, start, end in spans(place.replace("|", " "))]
    while words and fold(words[0].lower()) in _LEADING:
        words.pop(0)
    folded = {fold(word.lower()) for word in words}
    return " ".join(words) if len(words) in _WORDS and folded.isdisjoint(_NO_NAMES) else ""


def _folded(name: str) -> tuple[str, ...]:
    return tuple(fold(word) for word, _, _ in spans(name))


def _knows(node: Node, words: Sequence[str], code: str) -> bool:
    """Whether the gazetteer has a name of these words that may mean this village."""
    for word in words:
        if word not in node:
            return False
        node = node[word]
    return any(code in entry.codes for entry in node.get("", ()))


def _row(code: str, words: Sequence[str], spellings: Counter[str]) -> dict[str, str]:
    name, *others = sorted(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    same = {spelling.casefold(): spelling for spelling in reversed(others)}
    same.pop(name.casefold(), None)
    return {
        "region_code": ".".join(code.split(".")[:2]),
        "name": name,
        "kind": _KIND_OF.get(words[0], "lainnya"),
        "code": code,
        "also_called": "|".join(sorted(same.values())),
        "weak_names": "",
        "sure": "M",
        "source": f"koreksi peninjau, {spellings.total()} kali",
    }
