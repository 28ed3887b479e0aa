"""What one step of a conversation wants done: the closed list of wishes."""

from __future__ import annotations

from dataclasses import dataclass

from bots.handshake import Handshake
from bots.hearing import Visibility
from nlu.base import Extraction


@dataclass(frozen=True, slots=True)
class File:
    """File a submission under a fresh code; `place_text` is the place as typed where no region was recognised."""

    code: str
    text: str
    extraction: Extraction
    point: tuple[float, float] | None
    photos: int
    visibility: Visibility = "public"
    place_text: str = ""
    follows: str = ""
    """The code of the own submission that it takes up again."""
    apart_from: str = ""
    """The code of the own submission that it is surely not about."""


@dataclass(frozen=True, slots=True)
class Unsay:
    """Take these words out of the citizen's own submission: another one tells them now."""

    code: str
    text: str
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class AddVoice:
    """Join the citizen's own submission to the report that it seems to be."""

    code: str


@dataclass(frozen=True, slots=True)
class StandApart:
    """Take the citizen's own submission out of the report that it was joined to."""

    code: str


@dataclass(frozen=True, slots=True)
class Status:
    """The answer tells the status of this submission (already in what is said)."""

    code: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take back the citizen's own submission."""

    code: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Reopen the citizen's own submission; `text` says why, "" where that was not said yet."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """How satisfied the citizen is, 1 to 4 (the scale of the SKM)."""

    code: str
    stars: int


@dataclass(frozen=True, slots=True)
class Remark:
    """The one line of words beside a rating."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Add the turn's words to the citizen's own submission; media are named in brackets after them."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Hide:
    """Change who may know of the citizen's own submission."""

    code: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class EraseMe:
    """Erase the citizen's personal data, everywhere."""


@dataclass(frozen=True, slots=True)
class ToPerson:
    """Show this to an officer, at the submission `code` where there is one; begins with the turn's own words."""

    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """Put these forwarded messages (by their numbers) to review, as said in this group by somebody unknown."""

    group: str
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The group wants the weekly digest from now on, or no more."""

    wanted: bool


Wish = (
    File
    | Unsay
    | AddVoice
    | StandApart
    | Status
    | Withdraw
    | Reopen
    | Rate
    | Remark
    | Answer
    | Hide
    | EraseMe
    | ToPerson
    | Harvest
    | Handshake
    | Digest
)
