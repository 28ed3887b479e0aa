"""What will be told before it is told: the sentences, and how many voices hear each by which way; nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Silence = Literal["withdrawn", "removed", "no_contact"]
"""Why a voice is told nothing: taken back, removed at its source, or sent by a form without number or address."""
Way = Literal["private", "public", "template", "relay", "hand"]
"""How a notice leaves: to its citizen, as a public reply, as the approved template outside of WhatsApp's 24 hours, to the
volunteer who passes it on, or by a person's hand."""
Wait = Literal["stopped", "resting", "quiet", "gathering"]
"""Why a notice does not leave at once."""


@dataclass(frozen=True, slots=True)
class Held:
    """Until when a notice waits; None where a person must end it."""

    why: Wait
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as it will be sent."""

    channel: str
    way: Way
    language: str
    text: str
    code: str
    held: Held | None = None

    @property
    def sentence(self) -> str:
        """Its words without what differs from voice to voice."""
        return self.text.replace(self.code, "") if self.code else self.text


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that go out alike to `count` voices, as the first of them reads them (with its own code)."""

    text: str
    language: str
    way: Way
    channels: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """All of it, summed up."""

    count: int
    """Voices that are told something."""
    sentences: tuple[Sentence, ...]
    ways: Mapping[tuple[str, Way], int]
    """(channel, way) → voices."""
    held: Mapping[Held, int]
    silent: Mapping[Silence, int]

    @property
    def by_hand(self) -> int:
        """How many a person must send."""
        return sum(count for (_, way), count in self.ways.items() if way == "hand")


def summed_up(notices: Sequence[Notice], silent: Mapping[Silence, int]) -> Preview:
    """Sum notices up; what goes to most comes first."""
    ways = Counter((one.channel, one.way) for one in notices)
    held = Counter(one.held for one in notices if one.held is not None and one.way != "hand")
    return Preview(len(notices), _sentences(notices), dict(ways.most_common()), dict(held.most_common()), silent)


def _sentences(notices: Sequence[Notice]) -> tuple[Sentence, ...]:
    alike: dict[tuple[str, str, Way], list[Notice]] = {}
    for one in notices:
        alike.setdefault((one.sentence, one.language, one.way), []).append(one)
    found = [
        Sentence(told[0].text, language, way, tuple(dict.fromkeys(one.channel for one in told)), len(told))
        for (_, language, way), told in alike.items()
    ]
    return tuple(sorted(found, key=lambda sentence: -sentence.count))
