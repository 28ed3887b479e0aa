"""Compares what a listing shows with what we know: what is new, what reads otherwise, what is missing, and where to go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.payload import Json, ident, part, rows, text
from connectors.poll import Known

OVERLAP = timedelta(minutes=10)
"""How far before the newest known comment a round looks: platforms list a comment some time after it was written."""
FULL_EVERY = timedelta(hours=1)
NEAREST = 25
"""Threads that every round looks at; the others wait for the next that lists everything."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)

Key = tuple[str, str]
"""Thread and external id."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment or post of somebody else as a listing shows it; `value` is the webhook's, without its verb."""

    thread: str
    id: str
    text: str
    at: datetime
    value: Json


@dataclass(frozen=True, slots=True)
class Span:
    """How far a round looks back: for threads, and for comments in them (None: to each thread's first)."""

    threads: datetime
    comments: datetime | None

    @property
    def full(self) -> bool:
        """Whether everything is listed."""
        return self.comments is None


@dataclass(slots=True)
class Listing:
    """What one round saw."""

    shown: list[Shown] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    """Threads of which every comment was listed."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the last round ended: the newest time seen, the last round that listed everything, and its threads."""

    newest: datetime | None = None
    full_at: datetime | None = None
    threads: tuple[str, ...] = ()

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> Cursor:
        """Read what `as_json` wrote; anything else is a beginning."""
        threads = tuple(one for one in map(ident, rows(held.get("threads"))) if one)
        return cls(when(held.get("newest")), when(held.get("full_at")), threads)

    def as_json(self) -> dict[str, Any]:
        """The JSON that is kept."""
        return {
            "newest": self.newest.isoformat() if self.newest else None,
            "full_at": self.full_at.isoformat() if self.full_at else None,
            "threads": list(self.threads),
        }

    def span(self, now: datetime, days: int) -> Span:
        """How far the next round looks back: once an hour and at first to everything in threads of `days` days."""
        since = now - timedelta(days=days)
        if self.newest is None or self.full_at is None or not timedelta(0) <= now - self.full_at < FULL_EVERY:
            return Span(since, None)
        return Span(since, self.newest - OVERLAP)

    def advanced(self, listing: Listing, span: Span, now: datetime) -> Cursor:
        """Where the next round goes on; threads are kept newest first."""
        times = [one.at for one in listing.shown if one.at <= now] + ([self.newest] if self.newest else [])
        threads = listing.threads if span.full else dict.fromkeys((*listing.threads, *self.threads))
        return Cursor(max(times, default=now - OVERLAP), now if span.full else self.full_at, tuple(threads))


def differences(listed: Iterable[Shown], *known: Known) -> Iterator[Json]:
    """Give the values of what is new or reads otherwise than we know, with their verbs; what was removed stays so.

    What we know is only asked, never gone through: it need not name what was removed.
    """
    for one in listed:
        key = (one.thread, one.id)
        held = next((found for found in known if key in found), None)
        words = held[key] if held is not None else None
        if held is None:
            yield one.value | {"verb": "add"}
        elif words is not None and words != one.text:
            yield one.value | {"verb": "edited"}


def missing(listing: Listing, before: Known) -> list[Key]:
    """Give what we knew and a round does not show; nothing where it shows nobody's words at all while several are
    missing, for a lost permission is likelier than that everybody removed theirs.
    """
    listed = {(one.thread, one.id) for one in listing.shown}
    found = [key for key, words in before.items() if words is not None and key not in listed]
    return found if listed or len(found) == 1 else []


def shown(thread: str, external_id: str, words: Any, at: Any, value: Json) -> Shown:
    """Make what a listing shows, without keys that hold nothing."""
    held = {name: one for name, one in value.items() if one not in (None, "", {}, [])}
    return Shown(thread, external_id, text(words), when(at) or _BEGINNING, held)


def when(value: Any) -> datetime | None:
    """Read a time of the Graph API (ISO 8601 with an offset), None where it is none; aware."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def seconds(value: Any) -> int | None:
    """Give a time of the Graph API as webhooks tell it, in seconds since 1970."""
    found = when(value)
    return int(found.timestamp()) if found else None


def oldest(elements: Iterable[Json], name: str) -> datetime:
    """Give the earliest time of some elements; without any, a time before all others."""
    return min((found for found in (when(one.get(name)) for one in elements) if found), default=_BEGINNING)


def data(page: Any) -> list[Json]:
    """Give a page's elements."""
    return [one for one in rows(part(page).get("data")) if isinstance(one, dict)]


def next_page(page: Any) -> str:
    """Give the cursor of the page that follows, "" at the end (Graph API: Paginated results)."""
    paging = part(page, "paging")
    return ident(part(paging, "cursors").get("after")) if paging.get("next") else ""
