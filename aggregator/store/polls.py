"""Polls: where asking a channel goes on, what we know of its threads, and which program may ask just now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from aggregator.store import jobs as job_rows
from aggregator.store.jobs import Claimed
from aggregator.store.offering import Offering
from aggregator.store.tables import channel_states, conversations, messages

MOST = 50_000
"""Messages that one look at what we know opens, the newest; older ones are taken for new, which their keys forgive."""

_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_GIVE_BACK = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class PollState:
    """Where the rounds of one channel stand."""

    cursor: Mapping[str, Any]
    polled_at: datetime | None
    """When the last round went well."""


@dataclass(frozen=True, slots=True)
class KnownTexts(Mapping[tuple[str, str], str | None]):
    """(thread, external_id) → newest text, None where it was removed or is no longer kept.

    What is gone has no id left to tell, only its keyed hash: it is found when asked for, and no iteration names it.
    """

    texts: Mapping[tuple[str, str], str]
    refs: frozenset[str]
    ref_of: Callable[[str, str], str]

    def __getitem__(self, key: tuple[str, str]) -> str | None:
        """The newest text of a message that we know; raises KeyError for any other."""
        if key in self.texts:
            return self.texts[key]
        if self.ref_of(*key) in self.refs:
            return None
        raise KeyError(key)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every message that still has its words."""
        return iter(self.texts)

    def __len__(self) -> int:
        """How many still have their words."""
        return len(self.texts)


class Polls(Offering):
    """The verbs of the pollers."""

    def poll_state(self, channel: str) -> PollState:
        """Where polling of a channel goes on; an empty cursor at first."""
        wanted = select(channel_states.c.cursor, channel_states.c.polled_at)
        with self.reading() as tx:
            row = tx.execute(wanted.where(channel_states.c.channel == channel)).one_or_none()
        return PollState(row.cursor or {}, row.polled_at) if row else PollState({}, None)

    def polled(self, channel: str, cursor: Mapping[str, Any], now: datetime) -> None:
        """Note that a round went well and is stored: the next goes on at `cursor`."""
        self._note_poll(channel, {"cursor": dict(cursor), "polled_at": now, "poll_error": ""})

    def poll_failed(self, channel: str, reason: str) -> None:
        """Note why the last round brought nothing; the cursor stays."""
        self._note_poll(channel, {"poll_error": reason[:200]})

    def _note_poll(self, channel: str, told: dict[str, Any]) -> None:
        statement = self.insert(channel_states).values({"channel": channel} | told)
        with self.writing() as tx:
            tx.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=told))

    def known_texts(self, channel: str, account: str, threads: Sequence[str]) -> KnownTexts:
        """What we know of some threads of ours on a channel, each message in its newest edition."""
        thread_of = {self.vault.fingerprint(channel, account, thread): thread for thread in threads}
        named = conversations.c.channel == channel, conversations.c.fingerprint.in_(thread_of)
        wanted = select(messages, conversations.c.fingerprint).join(
            conversations, conversations.c.id == messages.c.conversation_id
        )
        with self.reading() as tx:
            rows = tx.execute(wanted.where(*named).order_by(messages.c.id.desc()).limit(MOST)).all()
        told: dict[str, list[Any]] = {}
        for row in rows:
            told.setdefault(thread_of[row.fingerprint], []).append(row)
        texts = {
            (thread, said.external_id): said.text
            for thread, editions in told.items()
            for said in self._newest(editions)
            if said.external_id and not said.removed
        }
        refs = frozenset(row.ref for row in rows)
        return KnownTexts(texts, refs, lambda thread, ident: self.vault.fingerprint(channel, account, thread, ident))

    @contextmanager
    def poll_lease(self, channel: str) -> Iterator[bool]:
        """Whether this program alone may ask a channel, for as long as the block lasts.

        On PostgreSQL a lock of a connection of its own, which ends with the program however that dies; the one program
        on SQLite needs none.
        """
        if not self.postgres:
            yield True
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # closed at the end instead of pooled, and with it the lock, whatever goes wrong
            ours = bool(connection.execute(_TAKE, {"name": f"poll:{channel}"}).scalar_one())
            try:
                yield ours
            finally:
                if ours:  # at once: the server may notice the end of a connection only after our next round began
                    connection.execute(_GIVE_BACK, {"name": f"poll:{channel}"})

    def found_nothing(self, job: Claimed, channel: str, reason: str) -> None:
        """End a look-up that brought no delivery, and count why."""
        with self.writing() as tx:
            job_rows.finish(tx, job)
            self.count(tx, {("look_ups", f"{channel}:{reason}"): 1})
