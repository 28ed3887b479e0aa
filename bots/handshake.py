"""The handshake by which an author takes over what was filed: where a link leads, and what somebody did with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Link:
    """What a link of ours leads to, as the one who may follow it may know it before any yes."""

    number: str
    category: str
    """Its name as people read it."""
    place: str
    line: str
    """How their own words begin."""
    code: str
    """Told only once it is theirs."""
    category_code: str = ""
    location: str = ""
    taken: bool = False
    """It is theirs already."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The citizen followed a link (`link` is its number), said no, or yes to the words of consent of this version."""

    act: Literal["opened", "declined", "taken", "missed"]
    link: str = ""
    consent: str = ""
