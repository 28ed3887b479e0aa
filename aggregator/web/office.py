"""What the pages need, as arguments: the Office, and the Desk that carries out what a person decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from aggregator.rules.preview import Preview
from aggregator.rules.report import Correction, Match, Unit, Viewer
from aggregator.store.files import Files
from aggregator.store.filing import Filed
from aggregator.store.noting import Noted
from aggregator.store.store import Store


class Desk(Protocol):
    """What people decide at the console; the pipeline files, routes, words the notices and commits.

    Every verb refuses what the viewer may not see as if it were not there (UnknownCodeError or DecidedError).
    A "report row" is a row of the store's report table.
    """

    def accept(self, viewer: Viewer, finding_id: int, correction: Correction, into: str = "") -> Filed:
        """File a finding, corrected, into the report `into` or by rule; DecidedError, UnknownCodeError, CannotJoinError."""
        ...

    def refuse(self, viewer: Viewer, finding_id: int, reason: str) -> None:
        """Decide that a finding is no report; DecidedError if somebody decided it before."""
        ...

    def move(self, viewer: Viewer, code: str, to: str, note: str) -> Any:
        """Change a report's status and owe the notices; MoveRefusedError, UnknownCodeError. The report row."""
        ...

    def join(self, viewer: Viewer, code: str, into: str) -> Any:
        """Join one report to another; CannotJoinError, UnknownCodeError. The row of the report that stays."""
        ...

    def split(self, viewer: Viewer, submission_code: str) -> Any:
        """Take one voice out of its report; UnknownCodeError. The row of the report where the voice stands now."""
        ...

    def regroup(self, viewer: Viewer, submission_code: str, into: str) -> Any:
        """Move one voice to another report; CannotJoinError, UnknownCodeError. The row of that report."""
        ...

    def undo(self, viewer: Viewer, event_id: int) -> Any:
        """Take back a join, split or move; CannotJoinError, UnknownCodeError. The row of the report with its voices again."""
        ...

    def assign(self, viewer: Viewer, code: str, unit: str, reason: str) -> Any:
        """Give a report to another unit, with the reason; UnknownCodeError."""
        ...

    def suggestions(self, viewer: Viewer, finding_id: int, limit: int = 3) -> list[tuple[Any, Match]]:
        """The reports that a finding is likely about, as (report row, Match), likeliest first."""
        ...


class Noter(Protocol):
    """Takes in what a reviewer saw elsewhere and notes; an entry is the JSON that the channel "catatan" reads."""

    def platform(self, link: str) -> str:
        """The platform of a link, "" for any other site; raises ValueError where it is no web address."""
        ...

    def known(self, viewer: Viewer, entry: Mapping[str, Any]) -> Noted | None:
        """The finding of what was noted or brought by a connector before, None where it is new."""
        ...

    def note(self, viewer: Viewer, entry: Mapping[str, Any]) -> Noted:
        """Take a note in and put it to review at once; raises ValueError where it holds nothing."""
        ...


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that the web pages are given."""

    store: Store
    desk: Desk
    units: Mapping[str, Unit]
    categories: Mapping[str, str]
    """Code → Indonesian name, in the order of `data/categories.yml`."""
    places: Callable[[str], list[tuple[str, str]]]
    """Search words → (region code, name with its kecamatan), best first."""
    region_name: str
    timezone: tzinfo
    cookie_key: str
    clock: Callable[[], datetime]
    """Aware now."""
    node_modules: Path
    ready: Callable[[], dict[str, bool]]
    """What /readyz checks (database, queue, model), each as whether it answers."""
    place_name: Callable[[str], str] = str
    """Region code → name with its kecamatan; "" where the code is unknown. By default codes stand for themselves."""
    secure_cookies: bool = False
    """Cookies only over HTTPS; off for the embedded default on http://127.0.0.1."""
    demo: bool = False
    """A banner says that all data are invented."""
    prefix: str = "BTL"
    """The region prefix of codes."""
    supervisors: frozenset[str] = frozenset({"inspektorat"})
    """The units to which an accusation may be given: the inspectorate, the regional head's coordinator."""
    emergency: tuple[tuple[str, str], ...] = ()
    """Emergency numbers that were confirmed, for the landing page: (name, number)."""
    ways: tuple[tuple[str, str], ...] = ()
    """How to report, for the landing page: (channel, address or number)."""
    preview: Callable[[Viewer, str, str, str], Preview] | None = None
    """(viewer, code, status, note) → what the move would tell whom; raises what the desk's move raises."""
    noter: Noter | None = None
    """Without one there is no `/tinjau/catat`."""
    keep_photo: Callable[[bytes], str] | None = None
    """Cleans and keeps a picture and gives its random name; raises ValueError for what is none. Without it no form takes any."""
    files: Files | None = None
    """Where the files of messages are read from."""
    stored: Callable[[], None] = _nothing
    """Told, in the event loop's thread, that a delivery was stored: wakes the worker."""
    channels: tuple[str, ...] = ()
    """The channels that are set up."""
    check_channels: Callable[[], Awaitable[object]] | None = None
    """Checks them all now and keeps what it finds."""

    sending: bool = True
    """Whether the settings let replies leave."""
    test_recipients: tuple[str, ...] = ()
    """The channels with a tester who gets every reply instead of the citizen; without any, citizens get theirs."""

    def may_review(self, viewer: Viewer) -> bool:
        """Whether the review pages are for this viewer; which findings, the store's queries say."""
        return viewer.role in ("reviewer", "administrator") or viewer.unit in self.supervisors
