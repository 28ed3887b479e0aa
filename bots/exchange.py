"""What goes into one step of a conversation and what comes out: heard and known, said and wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bots.base import Button
from bots.handshake import Link
from bots.memory import Dialogue
from bots.wishes import Wish


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
    album: bool = False
    """Part of an album, of which each picture comes alone."""


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
    leads_group: bool = False
    """Who speaks in a group may ask there for the weekly digest."""
    followed: bool = False
    """A link of ours stands in the text."""
    link: Link | None = None
    """Where that link leads, or the one that a choice is about; None where it leads nowhere for this citizen."""
    limited: bool = False
    """This citizen wrote more than the limit, and nobody gave leave."""


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the citizen: a key of the wording, what fills it, and the choices under it."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one turn: where the conversation stands, what is said in which language, what is to be done."""

    state: Dialogue
    says: tuple[Say, ...]
    wishes: tuple[Wish, ...]
    language: str
