"""A report's way as a row of steps: what is behind, where it stands, what is ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

WAY = ("received", "verifying", "forwarded", "in_progress", "resolved", "closed")
"""The usual way; a report may leave it at any point (contract: States)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One state on the way; `at` is when it was last reached, None where it was passed over or lies ahead."""

    status: str
    place: Literal["behind", "here", "ahead"]
    at: datetime | None


def steps(status: str, events: Sequence[Any]) -> list[Step]:
    """The row of steps of a report in `status`; `events` are its opening and its moves, in order."""
    reached = {event.to_status: event.at for event in events if event.to_status}
    way = _way(status, events, reached)
    here = way.index(status)
    return [Step(s, _place(i, here), reached.get(s) if i <= here else None) for i, s in enumerate(way)]


def _way(status: str, events: Sequence[Any], reached: dict[str, datetime]) -> list[str]:
    if status in WAY:
        return list(WAY)
    if status == "needs_info":
        came_from = next((e.from_status for e in reversed(events) if e.to_status == status), "received")
        cut = WAY.index(came_from) + 1 if came_from in WAY else 1
        return [*WAY[:cut], status, *WAY[cut:]]
    return [*(s for s in WAY if s in reached), status]  # rejected, withdrawn, transferred: nothing lies ahead


def _place(position: int, here: int) -> Literal["behind", "here", "ahead"]:
    if position == here:
        return "here"
    return "behind" if position < here else "ahead"
