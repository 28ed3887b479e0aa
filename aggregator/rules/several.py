"""Several problems in one message: where its sentences, read one by one, tell two things that nobody takes for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from aggregator.rules.blocks import kin
from nlu.base import Extraction, Location, Part

Read = Callable[[str], Extraction]

SENTENCE = 0.96
"""Confidence from which a mere next sentence, which must name its own place, is a report by itself: mostly it tells what follows."""
CATEGORY = 0.7
"""Confidence from which a part's category is one."""
LONGEST = 12
"""Pieces of a text above which nothing is looked for: that is a letter, for a person to read."""

_BEGINS = (
    r"oh? ?(?:iya|ya|hiih)\b|(?:satu|sabuting) (?:lagi|pulang)\b|(?:selain|salain|di ?samping|lain) itu\b"
    r"|(?:dan|wan|terus|tarus|trus|lalu|kemudian|sekalian|sakalian|sama) (?:juga|jua|jg|ada|minta|lapor)\b"
    r"|(?:kedua|kadua|yang kedua|nang kadua|masalah kedua)\b"
)
"""Words by which people go on to something else."""
_OTHER = re.compile(rf"\s*(?:\d{{1,2}}[.)]|[-*•]|{_BEGINS})[\s,:]*", re.IGNORECASE)
_ALSO = re.compile(r"\b(?:juga|jua|jg)\b", re.IGNORECASE)
_CUT = re.compile(
    rf"\n+|(?<=[.!?;])(?<!\b\w\.)(?<!\b[a-z]{{2}}\.)(?<!\bjln\.)\s+|\s(?=\d{{1,2}}[.)]\s)|[,\s]\s*(?={_BEGINS})|,\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text: from where to where, how it goes on from what was said before, and its reading."""

    begin: int
    end: int
    other: bool
    """It says itself that it tells something else."""
    also: bool
    """It says "also"."""
    read: Extraction


def read_whole(text: str, read: Read) -> Extraction:
    """The reading of a text with the two problems that it may tell, as grave as the graver of them."""
    whole, parts = read(text), problems(text, read)
    if not parts:
        return whole
    all_read = (whole, *(part.read for part in parts))
    return replace(
        whole,
        parts=parts,
        is_report=True,
        report_confidence=max(one.report_confidence for one in all_read),
        urgency=max((one.urgency or "normal" for one in all_read), key=("normal", "tinggi", "darurat").index),
        supervised=any(one.supervised for one in all_read),
    )


def problems(text: str, read: Read) -> tuple[Part, ...]:
    """The two problems that a text tells, or nothing where it tells one, none, or more than a person would list."""
    pieces = list(islice(_pieces(text, read), LONGEST + 1))
    if not 1 < len(pieces) <= LONGEST:
        return ()
    told = _told(pieces)
    if len(told) != 2:  # two are offered
        return ()
    begins = (0, told[1].begin, len(text))
    both = [_part(text[a:b].strip(" ,\n"), read) for a, b in pairwise(begins)]
    first, second = both[0].read, both[1].read
    return tuple(both) if _tells(first) and _tells(second) and _apart(first, replace(told[1], read=second)) else ()


def _pieces(text: str, read: Read) -> Iterator[_Piece]:
    """The text cut at its sentences, lines and commas."""
    begin = 0
    for cut in (*_CUT.finditer(text), None):
        end = cut.start() if cut else len(text)
        words = text[begin:end]
        if len(words.split()) > 1:
            other = bool(_OTHER.match(words))
            yield _Piece(begin, end, other, bool(_ALSO.search(words)), _part(words, read).read)
        begin = cut.end() if cut else end


def _part(words: str, read: Read) -> Part:
    """Words read without those by which they only go on; personal data is found where it stands in all of them."""
    begins = _OTHER.match(words)
    skip = begins.end() if begins else 0
    found = read(words[skip:])
    there = tuple(replace(one, start=one.start + skip, end=one.end + skip) for one in found.personal_data)
    return Part(words, replace(found, personal_data=there))


def _told(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with which something else begins; what tells nothing by itself belongs to what was said before."""
    told: list[_Piece] = []
    for piece in pieces:
        if _tells(piece.read) and (not told or _apart(told[-1].read, piece)):
            told.append(piece)
    return told


def _tells(read: Extraction) -> bool:
    return read.is_report and read.category_confidence >= CATEGORY


def _apart(before: Extraction, piece: _Piece) -> bool:
    """Whether a piece cannot be about what was told before: another kind, or the same at another place."""
    read = piece.read
    if not (piece.other or piece.also):
        placed = read.location is not None or read.place is not None
        if read.report_confidence < SENTENCE or not placed:
            return False
    if before.category == read.category:
        return _elsewhere(before.location, read.location)
    likely = {*before.rivals, before.category} & {*read.rivals, read.category}
    return not likely and (piece.other or not kin(before.category or "", read.category or ""))


def _elsewhere(one: Location | None, other: Location | None) -> bool:
    """Whether two places are surely different ones, neither within the other."""
    if one is None or other is None or one.code is None or other.code is None or one.alternatives or other.alternatives:
        return False
    return not f"{one.code}.".startswith(f"{other.code}.") and not f"{other.code}.".startswith(f"{one.code}.")
