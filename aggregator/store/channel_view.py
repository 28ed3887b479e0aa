"""What is known of a channel, as doctor, the channel page and the metrics read it: how well it hears and speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from aggregator.store.tables import channel_states, deliveries, outbox
from connectors.check import Check

Side = Literal["sending", "polling", "checking"]
"""Who met a channel's trouble: each clears only its own."""
State = Literal["deaf", "mute", "ailing", "hearing", "unknown"]
HEARING = frozenset({"settings", "token", "permission"})
"""The checks without which nothing is heard; a bad one of another name hinders something less."""
PUSHED = frozenset({"webhook", "subscription", "subscribed_app", "door"})
"""The same of what is delivered to us: not where we ask by ourselves."""
_POLLED = timedelta(minutes=15)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a check found, and since when it has been finding that."""

    check: Check
    since: datetime


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel as everybody who works on it last saw it."""

    channel: str
    last_item_at: datetime | None = None
    trouble: Mapping[Side, str] = field(default_factory=dict)
    """Who meets trouble, and its reason."""
    trouble_since: datetime | None = None
    paused_until: datetime | None = None
    polled_at: datetime | None = None
    poll_error: str = ""
    checks: tuple[Noted, ...] = ()
    checked_at: datetime | None = None
    unread_since: datetime | None = None
    """When the oldest delivery came that is still to be read."""
    deliveries: Mapping[str, int] = field(default_factory=dict)
    """Outcome → how many of the last 24 hours."""
    malformed: str = ""
    """Why the last delivery that could not be read could not."""
    replies: Mapping[str, int] = field(default_factory=dict)
    """State (owed, failed, by_hand) → how many."""

    @property
    def state(self) -> State:
        """Whether it hears nothing, cannot answer, has something less that is bad, is fine, or was never looked at."""
        bad = {noted.check.name for noted in self.bad}
        if bad & (HEARING if self.polls else HEARING | PUSHED) or self.trouble.keys() & {"polling", "checking"}:
            return "deaf"
        if "sending" in self.trouble:
            return "mute"
        if bad:
            return "ailing"
        return "hearing" if self.checked_at or self.last_item_at or self.polled_at else "unknown"

    @property
    def polls(self) -> bool:
        """Whether we asked the platform by ourselves about when we looked last, and it answered."""
        lately = self.polled_at is not None and self.polled_at > (self.checked_at or self.polled_at) - _POLLED
        return lately and not self.poll_error

    @property
    def bad(self) -> tuple[Noted, ...]:
        """The checks that are bad."""
        return tuple(noted for noted in self.checks if noted.check.level == "bad")

    @property
    def since(self) -> datetime | None:
        """Since when something is wrong; None where nothing is."""
        known = [noted.since for noted in self.bad]
        return min(known + ([self.trouble_since] if self.trouble and self.trouble_since else []), default=None)

    @property
    def expires_at(self) -> datetime | None:
        """When the first thing expires that a check knows to do so."""
        return min((n.check.expires_at for n in self.checks if n.check.expires_at), default=None)


def views(tx: Connection, now: datetime) -> list[ChannelView]:
    """Every channel of which anything is known, by name."""
    states = {row.channel: state_of(row) for row in tx.execute(select(channel_states))}
    told: dict[str, Mapping[str, Any]] = {
        "unread_since": _unread(tx),
        "deliveries": _by_outcome(tx, now - _DAY),
        "malformed": _malformed(tx),
        "replies": _replies(tx),
    }
    names = states.keys() | {channel for part in told.values() for channel in part}
    return [_view(name, states.get(name, {}), told) for name in sorted(names)]


def _view(channel: str, state: dict[str, Any], told: Mapping[str, Mapping[str, Any]]) -> ChannelView:
    known = {name: part[channel] for name, part in told.items() if channel in part}
    return ChannelView(channel=channel, **state, **known)


def state_of(row: Any) -> dict[str, Any]:
    """The fields of a view that a row of channel_states holds."""
    plain = ("last_item_at", "trouble_since", "paused_until", "polled_at", "poll_error", "checked_at")
    return {name: getattr(row, name) for name in plain} | {
        "trouble": parted(row.trouble),
        "checks": tuple(map(noted, row.checks or ())),
    }


def parted(trouble: str) -> dict[Side, str]:
    """A row's trouble by who met it."""
    known: dict[Side, str] = {}
    for one in filter(None, trouble.split("; ")):
        side, _, reason = one.partition(": ")
        known[side] = reason  # type: ignore[index]  # written by joined() alone
    return known


def joined(troubles: Mapping[Side, str]) -> str:
    """Troubles as a row keeps them."""
    return "; ".join(f"{side}: {reason.replace(';', ',')[:200]}" for side, reason in sorted(troubles.items()))


def noted(told: Mapping[str, Any]) -> Noted:
    """A check as JSON keeps it, opened."""
    expires = told.get("expires_at")
    check = Check(told["name"], told["level"], told["words"], datetime.fromisoformat(expires) if expires else None)
    return Noted(check, datetime.fromisoformat(told["since"]))


def kept(one: Noted) -> dict[str, Any]:
    """A check as JSON keeps it."""
    check = one.check
    expires = check.expires_at.isoformat() if check.expires_at else None
    told = {"name": check.name, "level": check.level, "words": check.words, "expires_at": expires}
    return told | {"since": one.since.isoformat()}


def _unread(tx: Connection) -> dict[str, datetime]:
    oldest = select(deliveries.c.channel, func.min(deliveries.c.received_at, type_=deliveries.c.received_at.type))
    return _pairs(tx.execute(oldest.where(deliveries.c.outcome == "kept").group_by(deliveries.c.channel)))


def _by_outcome(tx: Connection, since: datetime) -> dict[str, dict[str, int]]:
    columns = (deliveries.c.channel, deliveries.c.outcome)
    recent = select(*columns, func.count()).where(deliveries.c.received_at >= since).group_by(*columns)
    return _nested(tx.execute(recent))


def _malformed(tx: Connection) -> dict[str, str]:
    bad = select(func.max(deliveries.c.id)).where(deliveries.c.outcome == "malformed").group_by(deliveries.c.channel)
    return _pairs(tx.execute(select(deliveries.c.channel, deliveries.c.reason).where(deliveries.c.id.in_(bad))))


def _replies(tx: Connection) -> dict[str, dict[str, int]]:
    columns = (outbox.c.channel, outbox.c.state)
    unsent = outbox.c.state.in_(("owed", "failed", "by_hand"))
    return _nested(tx.execute(select(*columns, func.count()).where(unsent).group_by(*columns)))


def _pairs(found: Iterable[Any]) -> dict[str, Any]:
    return {key: value for key, value in found}  # noqa: C416  # rows are no pairs to dict()


def _nested(found: Iterable[Any]) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for channel, inner, figure in found:
        told.setdefault(channel, {})[inner] = figure
    return told
