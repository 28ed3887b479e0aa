"""The product's own nouns: Unit, Viewer, NewSubmission, and the Report as its readers see it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from aggregator.rules.relations import Kind, Stand, same

Visibility = Literal["public", "anonim", "rahasia"]
Role = Literal["reviewer", "unit_admin", "administrator", "system"]

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's
_LOOKALIKES = str.maketrans("ILOU", "110V")
_TOKEN = re.compile(r"\baduan-[0-9a-hjkmnp-tv-z]{26}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the government or an operator (SKPD, OPD, PLN…) that answers reports."""

    code: str
    name: str
    short: str = ""
    operator: bool = False
    """Not a unit of the kabupaten (PLN, PDAM, BPJN): reports are passed on to it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks; the store returns only what this viewer may see.

    A reviewer sees all that is not an accusation; a unit admin the reports of the own unit, without identities; an
    administrator like a reviewer. An accusation against officials (`supervised`) is seen by the unit that it was routed
    to (the inspectorate, or the coordinator) and nobody else. `system` is the program on its own machine.
    """

    role: Role
    unit: str = ""
    name: str = ""


INGESTED = "ingest"
"""Stands where a platform's account would, for messages that another program brought: there is no way back."""
SYSTEM = Viewer("system", name="sistem")


@dataclass(frozen=True, slots=True)
class Dues:
    """Until when a report is to be verified, first followed up, and done; aware times."""

    verify: datetime
    follow: datetime
    done: datetime


@dataclass(frozen=True, slots=True)
class Traits:
    """What matching compares of one voice; `location` is a region code, `slots` the place's detail as folded keys."""

    text: str
    category: str
    sent_at: datetime
    location: str | None = None
    place: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    thread: str = ""
    """What tells threads apart: two voices of one thread may answer each other."""
    author: str = ""
    photos: tuple[int, ...] = ()
    """Fingerprints of its pictures (see rules.photo)."""
    rivals: tuple[str, ...] = ()
    """Other categories that reading thought likely."""
    faint: tuple[str, ...] = ()
    """Other categories that reading thought unlikely, but not out of the question."""
    confidence: float = 1.0
    """How surely reading took it for a report."""
    also: tuple[str, ...] = ()
    """Other regions that it names as scenes."""
    by_thread: bool = False
    """Whether only its thread's name tells the location."""
    day: float = field(init=False, repr=False, compare=False)
    stand: Stand = field(init=False, repr=False, compare=False)
    kind: Kind = field(init=False, repr=False, compare=False)
    """What every comparison asks for: when it was sent, in days since 1970, and by what its place and category are looked up."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", self.sent_at.timestamp() / 86400)
        object.__setattr__(self, "stand", same(self.location, self.also, self.category))
        object.__setattr__(self, "kind", same(self.category, self.rivals))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A voice that the queue already holds, and the report that it supports."""

    report: int
    traits: Traits
    open: bool = True
    """False once the report was resolved, closed, rejected…: what comes later is another event."""
    mergeable: bool = True
    """False for confidential reports and accusations: never joined by rule, nor offered to citizens."""


@dataclass(frozen=True, slots=True)
class Match:
    """The nearest report: `score` in 0..1, reasons in Indonesian for the reviewer, and whether the rule joins by itself."""

    report: int
    score: float
    reasons: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """All that filing one person's complaint, wish or question needs; times are aware."""

    code: str
    channel: str
    source_key: str
    """What it is filed from (a turn, a finding, an ingested id): the same is never filed twice."""
    text: str
    """Personal data masked; the unmasked text goes sealed as `original`."""
    category: str
    report_class: str
    urgency: str
    supervised: bool
    sent_at: datetime
    received_at: datetime
    """The clock of the due dates starts here (harvested: when it was accepted)."""
    unit: str
    unit_reason: str
    dues: Dues
    block: str
    """Kabupaten and category group: where matching looks."""
    report_code: str
    """The code of the report that is opened if it joins none."""
    status: str = "received"
    original: str = ""
    conversation_id: int | None = None
    contact_id: int | None = None
    turn_id: int | None = None
    location: str | None = None
    location_name: str = ""
    place: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    visibility: Visibility = "public"
    permalink: str = ""
    thread_name: str = ""
    photos: tuple[int, ...] = ()
    """Fingerprints of those of its pictures that are kept already."""
    rivals: tuple[str, ...] = ()
    """Other categories that reading thought likely; none where a person chose the category."""
    faint: tuple[str, ...] = ()
    """Others that were not out of the question; likewise."""
    also: tuple[str, ...] = ()
    """Other regions that it names as scenes."""
    by_thread: bool = False
    """Whether only its thread's name tells the location."""
    follows: str = ""
    """The code of its author's earlier submission, done long ago, that it takes up again."""

    @property
    def confidential(self) -> bool:
        """Whether no rule may join it to anything."""
        return self.supervised or self.visibility == "rahasia"

    @property
    def traits(self) -> Traits:
        """What matching compares."""
        return Traits(
            text=self.text,
            category=self.category,
            sent_at=self.sent_at,
            location=self.location,
            place=self.place,
            slots=self.slots,
            point=self.point,
            thread=str(self.conversation_id or ""),
            author=str(self.contact_id or ""),
            photos=self.photos,
            rivals=self.rivals,
            faint=self.faint,
            also=self.also,
            by_thread=self.by_thread,
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reviewer changes of a reading before accepting it; None leaves it as it was read."""

    category: str | None = None
    location: str | None = None
    """A region code; "" says that no place is known."""
    place: str | None = None
    report_class: str | None = None
    urgency: str | None = None
    supervised: bool | None = None


def new_code(prefix: str) -> str:
    """A fresh code such as BTL-7Q4M-2XPH-9K3R: 11 random characters and a Luhn mod-32 check character."""
    return derived_code(prefix, secrets.token_bytes(11))


def derived_code(prefix: str, seed: bytes) -> str:
    """The code that a secret seed of at least 11 bytes always gives."""
    body = "".join(_BASE32[byte % 32] for byte in seed[:11])
    whole = body + _check_character(body)
    return "-".join((prefix, whole[:4], whole[4:8], whole[8:]))


def parse_code(words: str, prefix: str) -> str | None:
    """The code that someone typed (any case, with or without hyphens, I/L/O/U mistaken), or None if it is none."""
    bare = words.strip().upper().replace("-", "").replace(" ", "")
    if not bare.startswith(prefix):
        return None
    body = bare[len(prefix) :].translate(_LOOKALIKES)
    if len(body) != 12 or any(c not in _BASE32 for c in body) or _check_character(body[:11]) != body[11]:
        return None
    return "-".join((prefix, body[:4], body[4:8], body[8:]))


def new_token() -> str:
    """A fresh token of a link to the bot: 130 random bits in the signs that t.me and wa.me links carry alike."""
    return "aduan-" + "".join(_BASE32[byte % 32] for byte in secrets.token_bytes(26)).lower()


def token_in(text: str) -> str:
    """The token that stands in a text, or ""."""
    found = _TOKEN.search(text)
    return found.group().lower() if found else ""


def _check_character(body: str) -> str:
    """Luhn's algorithm in base 32: catches every single mistyped character and most swapped neighbours."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = _BASE32.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return _BASE32[-total % 32]
