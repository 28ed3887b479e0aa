"""The states of a report and the moves between them, as data (contract: States)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class State:
    """One state: its Indonesian name, where it may go, and whether the citizens are told when it is reached."""

    code: str
    name: str
    moves: tuple[str, ...]
    final: bool = False
    """Open311 counts it as closed."""
    told: bool = True


STATES: dict[str, State] = {
    s.code: s
    for s in (
        State("received", "diterima", ("verifying", "forwarded", "needs_info", "rejected", "transferred")),
        State("verifying", "diverifikasi", ("forwarded", "needs_info", "rejected", "transferred"), told=False),
        State("forwarded", "diteruskan", ("in_progress", "needs_info", "verifying", "resolved")),
        State("in_progress", "diproses", ("needs_info", "forwarded", "resolved")),
        State("needs_info", "butuh keterangan", ("closed",)),  # and back to the state that it came from
        State("resolved", "selesai dikerjakan", ("closed", "in_progress"), final=True),
        State("closed", "ditutup", ("in_progress",), final=True),
        State("rejected", "ditolak", (), final=True),
        State("withdrawn", "ditarik", (), final=True),
        State("transferred", "dilimpahkan", (), final=True),
    )
}


class MoveRefusedError(Exception):
    """Perpindahan status ini tidak diperbolehkan."""

    def __init__(self, status: str, to: str, allowed: tuple[str, ...]) -> None:
        names = ", ".join(f"{code} ({STATES[code].name})" for code in allowed) or "tidak ada"
        super().__init__(f"Status {status} tidak dapat diubah menjadi {to}. Yang diperbolehkan: {names}.")
        self.status, self.to, self.allowed = status, to, allowed


def allowed_moves(
    status: str, came_from: str = "", *, closed_at: datetime | None = None, now: datetime | None = None
) -> tuple[str, ...]:
    """Where a person may move a report from `status`; `came_from` is the state before needs_info.

    A closed report goes back to in_progress only within 10 days of `closed_at`. Withdrawing is not here: it follows
    from the last voice withdrawing.
    """
    if status == "needs_info":
        return (came_from or "verifying", "closed")
    if status == "closed" and closed_at and now and now - closed_at > REOPEN_WITHIN:
        return ()
    return STATES[status].moves


def may_reopen(status: str, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a reporter may have a report worked on again: what was told as done or closed, within 10 days of that."""
    goes_back = STATES[status].final and "in_progress" in STATES[status].moves
    return goes_back and closed_at is not None and now - closed_at <= REOPEN_WITHIN


def check_move(
    status: str, to: str, came_from: str = "", *, closed_at: datetime | None = None, now: datetime | None = None
) -> None:
    """Raise MoveRefusedError unless a person may move a report from `status` to `to`."""
    allowed = allowed_moves(status, came_from, closed_at=closed_at, now=now)
    if to not in allowed:
        raise MoveRefusedError(status, to, allowed)
