"""What goes into one step of a conversation and what comes out: heard and known, said and wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bots.base import Button
from bots.hearing import Visibility
from bots.memory import Dialogue
from nlu.base import Extraction


@dataclass(frozen=True, slots=True)
class StatusLine:
    """Where one submission stands, as whoever holds its code may know it."""

    code: str
    status: str
    """The English code of the interface's states."""
    category: str
    """Its name as people read it, like the unit's."""
    unit: str
    note: str = ""
    """The last public answer."""
    mine: bool = False
    """It came from this very contact."""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Similar:
    """An open report that everybody may know of, and that a complaint seems to mean; never a confidential one."""

    category: str
    """Its name as people read it."""
    place: str
    """Its village or kecamatan, "" where none is known."""
    status: str
    """The English code of the interface's states."""
    days: int
    """How many midnights ago it was opened."""
    sure: bool = False
    """The rule joins by itself; else its author is asked."""
    own: str = ""
    """The code of the citizen's own voice in it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """An own submission whose report was told as done or closed."""

    code: str
    category: str
    """Its name as people read it."""
    reopen: Literal["may", "late", "again"] = "may"
    """Whether its author may have it reopened: yes, too late for it, or did so once before."""
    asked: bool = False
    """How satisfied its author is was asked."""
    rated: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn, its messages already joined; `point` is latitude, longitude in degrees (WGS 84)."""

    text: str
    button: str = ""
    point: tuple[float, float] | None = None
    photos: int = 0
    voice: bool = False
    other_media: bool = False
    before: str = ""
    """What the turn said when it was read before, where this is an edit of it."""
    removed: bool = False
    direct: bool = True
    passed: tuple[int | str, ...] = ()
    """What a volunteer passed on, in order: the number of each forwarded message, the name of each group."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the queue and the region's data know that bears on this turn."""

    fresh_code: str
    """The code that a File wish uses if one is made now."""
    own: tuple[StatusLine, ...] = ()
    """The citizen's own submissions, newest first."""
    finished: tuple[Finished, ...] = ()
    """Those of them that are done, the last one first."""
    named: StatusLine | None = None
    """The submission whose code stands in the text, if it exists."""
    named_code: str = ""
    """The well-formed code found in the text, if any."""
    replied: StatusLine | None = None
    """The own submission that a message of ours was about to which this turn replies."""
    revised: str = ""
    """The own submission in which the words stand that this turn edits."""
    similar: Similar | None = None
    """What a complaint that is filed in this turn seems to be."""
    may_join: tuple[str, ...] = ()
    """Codes of own submissions that may join what they seem to be, newest first."""
    may_leave: tuple[str, ...] = ()
    """Codes of own submissions that may leave what they were joined to, newest first."""
    category_names: Mapping[str, str] = field(default_factory=dict)
    region_name: str = "Barito Kuala"
    home: str = "63.04"
    emergency: tuple[tuple[str, str], ...] = ()
    """(name, number) of the emergency services, sure ones only."""
    volunteer: str = ""
    """For whom this citizen passes on what groups say (a KIM, a village office); "" for everybody else."""


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the citizen: a key of the wording, what fills it, and the choices under it."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


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


Wish = File | AddVoice | StandApart | Status | Withdraw | Reopen | Rate | Remark | Answer | EraseMe | ToPerson | Harvest


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one turn: where the conversation stands, what is said in which language, what is to be done."""

    state: Dialogue
    says: tuple[Say, ...]
    wishes: tuple[Wish, ...]
    language: str
