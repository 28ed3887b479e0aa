"""Channels: how well we hear and speak on each, as the door, the pollers, the senders and the checks last saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from aggregator.store.attachments import Attachments
from aggregator.store.channel_view import ChannelView, Noted, Side, joined, kept, noted, parted, state_of, views
from aggregator.store.tables import channel_states
from connectors.check import UNANSWERED, Check


class Channels(Attachments):
    """The verbs of the channels' state."""

    def saw(self, tx: Connection, channel: str, at: datetime) -> None:
        """Note when something was last heard on a channel."""
        statement = self.insert(channel_states).values(channel=channel, last_item_at=at)
        older = or_(channel_states.c.last_item_at.is_(None), channel_states.c.last_item_at < at)
        newer = {"last_item_at": statement.excluded.last_item_at}
        tx.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=newer, where=older))

    def trouble(self, channel: str, reason: str, now: datetime, side: Side = "polling") -> bool:
        """Note what a channel suffers from; True when it was in no trouble before: only then an alarm is raised.

        `reason` is the platform's own code or a short English phrase. Who met trouble is who says that it is over.
        """
        with self.writing() as tx:
            return self.note_trouble(tx, channel, reason, now, side)

    def note_trouble(self, tx: Connection, channel: str, reason: str, now: datetime, side: Side) -> bool:
        """Do what `trouble` does as part of a transaction."""
        before = self._troubles(tx, channel)
        since = {} if before else {"trouble_since": now}
        self._write(tx, channel, {"trouble": joined(before | {side: reason}), **since})
        return not before

    def trouble_over(self, channel: str, side: Side = "polling") -> bool:
        """Note that a channel works again for one who met trouble; True when this ended its trouble altogether."""
        with self.writing() as tx:
            return self.end_trouble(tx, channel, side)

    def end_trouble(self, tx: Connection, channel: str, side: Side) -> bool:
        """Do what `trouble_over` does as part of a transaction."""
        before = self._troubles(tx, channel)
        if side not in before:
            return False
        left = {one: reason for one, reason in before.items() if one != side}
        self._write(tx, channel, {"trouble": joined(left), **({} if left else {"trouble_since": None})})
        return not left

    def checked(self, channel: str, checks: Sequence[Check], now: datetime) -> list[Check]:
        """Keep what the checks of a channel found; returns those for which an alarm is due: bad, and not bad before.

        A token that is refused is the channel's trouble, of which a sender or a poller may have raised the alarm.
        """
        with self.writing() as tx:
            row = self._row(tx, channel)
            before = {one.check.name: one for one in map(noted, row.checks or ())} if row else {}
            found = _found(before, checks, now)
            self._write(tx, channel, {"checks": [kept(one) for one in found], "checked_at": now})
            return _newly_bad(before, checks) + self._token(tx, channel, checks, now)

    def found_bad(self, channel: str, check: Check, now: datetime) -> bool:
        """Keep one bad check that was met between two self-tests; True where it was not bad before: an alarm is due."""
        with self.writing() as tx:
            row = self._row(tx, channel)
            before = {one.check.name: one for one in map(noted, row.checks or ())} if row else {}
            found = before | {check.name: Noted(check, _since(before.get(check.name), check, now))}
            self._write(tx, channel, {"checks": [kept(one) for one in found.values()]})
            return bool(_newly_bad(before, [check]))

    def is_bad(self, tx: Connection, channel: str, name: str) -> bool:
        """Whether the check of this name was bad when it was last looked at."""
        checks = tx.execute(select(channel_states.c.checks).where(channel_states.c.channel == channel)).scalar()
        return any((one.check.name, one.check.level) == (name, "bad") for one in map(noted, checks or ()))

    def _token(self, tx: Connection, channel: str, checks: Sequence[Check], now: datetime) -> list[Check]:
        """Enter or end the trouble of a token that the platform refuses, and give it where it is new."""
        token = next((check for check in checks if check.name == "token"), None)
        if token is not None and token.level == "bad":
            return [token] if self.note_trouble(tx, channel, "token refused", now, "checking") else []
        if token is not None and token.level != "bad":
            self.end_trouble(tx, channel, "checking")
        return []

    def retire(self, in_use: Sequence[str]) -> None:
        """Forget what was found of channels that are in use no more; what has no checker is left alone."""
        gone = channel_states.c.checked_at.is_not(None), channel_states.c.channel.not_in(in_use)
        nothing: dict[str, Any] = {
            "checks": [],
            "checked_at": None,
            "trouble": "",
            "trouble_since": None,
            "paused_until": None,
        }
        with self.writing() as tx:
            tx.execute(update(channel_states).where(*gone).values(nothing))

    def channel_states(self, now: datetime) -> list[ChannelView]:
        """Every channel of which anything is known, by name; deliveries are counted over the 24 hours before `now`."""
        with self.reading() as tx:
            return views(tx, now)

    def troubled_channels(self) -> list[str]:
        """The channels that hear nothing or cannot answer, by name: one look at a table of a few rows."""
        with self.reading() as tx:
            known = [ChannelView(row.channel, **state_of(row)) for row in tx.execute(select(channel_states))]
        return sorted(view.channel for view in known if view.state in ("deaf", "mute"))

    def prove_writable(self) -> None:
        """Raise unless the database takes a write; changes nothing."""
        with self.writing() as tx:
            tx.execute(update(channel_states).where(channel_states.c.channel == "").values(poll_error=""))

    def _row(self, tx: Connection, channel: str) -> Any:
        self.lock(tx, f"channel:{channel}")
        return tx.execute(select(channel_states).where(channel_states.c.channel == channel)).one_or_none()

    def _troubles(self, tx: Connection, channel: str) -> dict[Side, str]:
        row = self._row(tx, channel)
        return parted(row.trouble) if row else {}

    def _write(self, tx: Connection, channel: str, values: Mapping[str, Any]) -> None:
        statement = self.insert(channel_states).values(channel=channel, **values)
        tx.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=dict(values)))


def _found(before: Mapping[str, Noted], checks: Sequence[Check], now: datetime) -> list[Noted]:
    """What was found, with since when; where the platform gave no answer, what was bad stands until it is asked again."""
    names = {check.name for check in checks}
    found = [Noted(check, _since(before.get(check.name), check, now)) for check in checks]
    unseen = [one for one in before.values() if one.check.level == "bad" and one.check.name not in names]
    return found + (unseen if UNANSWERED in names else [])


def _since(before: Noted | None, check: Check, now: datetime) -> datetime:
    return before.since if before is not None and before.check.level == check.level else now


def _newly_bad(before: Mapping[str, Noted], checks: Sequence[Check]) -> list[Check]:
    """The bad checks that were not bad before; the token's alarm is its trouble's."""
    known = {name for name, one in before.items() if one.check.level == "bad"} | {"token"}
    return [check for check in checks if check.level == "bad" and check.name not in known]
