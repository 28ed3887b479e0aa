"""Holds what a storm's town said, and what the platforms took, against what the program knows."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from aggregator.store.deliveries import Delivered
from aggregator.store.tables import attachments, deliveries, findings, jobs, messages, outbox, submissions, turns

if TYPE_CHECKING:
    from storming import Storm
    from voices import Spoken


class Reckoning:
    """What is wrong, as short sentences that name no more than five examples each."""

    def __init__(self, storm: Storm) -> None:
        self._storm = storm

    def of_what_was_said(self) -> list[str]:
        """Once all was heard and nobody has decided yet."""
        rows = self._rows()
        return [*self._messages(rows), *self._turns(rows), *self._deliveries(), *self._findings(), *self._private()]

    def of_everything(self) -> list[str]:
        """At the end."""
        return [
            *self._messages(self._rows()),
            *self._deliveries(),
            *self._submissions(),
            *self._replies(),
            *self._gone(),
        ]

    def waiting(self) -> dict[str, int]:
        """The jobs that are not done and how polling stands, for whoever waits for them."""
        now = self._storm.app.clock()
        with self._store.reading() as tx:
            rows = tx.execute(select(jobs).where(jobs.c.state != "done")).all()
        rounds = {f"{one.channel} {one.polled_at} {one.poll_error}": 1 for one in self._store.channel_states(now)}
        return Counter(rounds) + Counter(
            f"{row.task} {row.state} {row.reason} in {row.run_at - now} try {row.tries}" for row in rows
        )

    def private_replies(self) -> list[tuple[str, str]]:
        """Platform id and channel of private replies to comments that were sent."""
        sent = [row for row in self._store.outbox("sent") if row["platform_id"].startswith("m_") and row["submission"]]
        return [(row["platform_id"], row["channel"]) for row in sent]

    @property
    def _store(self) -> Any:
        return self._storm.app.store

    def _ref(self, one: Spoken) -> str:
        return self._store.ref_of(*one.key)

    def _rows(self) -> dict[str, list[Any]]:
        with self._store.reading() as tx:
            told = tx.execute(select(messages).order_by(messages.c.id)).all()
        rows = defaultdict(list)
        for row in told:
            rows[row.ref].append(row)
        return rows

    def _messages(self, rows: dict[str, list[Any]]) -> list[str]:
        """Every message is known, with its newest words, and none that nobody said."""
        said = {self._ref(one): one for one in self._storm.town.said.values()}
        wrong = _of("unknown to the town", [ref for ref in rows if ref not in said])
        wrong += _of("lost", [one for ref, one in said.items() if ref not in rows and (one.heard or not one.removed)])
        both = [(one, rows[ref]) for ref, one in said.items() if ref in rows]
        wrong += _of(
            "not the newest words", [one for one, told in both if not one.removed and self._words(told) != one.text]
        )
        wrong += _of(
            "removed and kept", [one for one, told in both if one.removed and any(row.content for row in told)]
        )
        twice = [one for one, told in both if sum(row.kind == "message" for row in told) > 1]
        return wrong + _of("twice", twice)

    def _words(self, told: list[Any]) -> str:
        (newest,) = self._store._newest(told)
        return newest.text

    def _turns(self, rows: dict[str, list[Any]]) -> list[str]:
        """What an author says in one thread at about the same time is one turn, and nothing else is."""
        ours, theirs = defaultdict(set), defaultdict(set)
        for one in self._storm.town.said.values():
            told = rows.get(self._ref(one), [])
            turn = next((row.turn_id for row in told if row.turn_id is not None and row.kind == "message"), None)
            if turn is None or one.direct:
                continue
            ours[one.channel, one.key[2], one.author, one.turn].add(one.key)
            theirs[turn].add(one.key)
        different = {frozenset(keys) for keys in ours.values()} ^ {frozenset(keys) for keys in theirs.values()}
        return _of("turns gathered otherwise", sorted(map(sorted, different)))

    def _findings(self) -> list[str]:
        """Each turn has what comes of it, once: a harvested one a finding, a private one an answer."""
        with self._store.reading() as tx:
            told = tx.execute(select(messages.c.turn_id).where(messages.c.content.is_not(None))).scalars()
            live = {turn for turn in told if turn is not None}
            open_ = tx.execute(select(turns.c.id, turns.c.direct, turns.c.state)).all()
            found = Counter(tx.execute(select(findings.c.turn_id)).scalars())
            filed = Counter(tx.execute(select(submissions.c.turn_id)).scalars())
            shown = set(
                tx.execute(select(findings.c.turn_id).where(findings.c.state.in_(("waiting", "set_aside")))).scalars()
            )
            keys = tx.execute(select(outbox.c.key)).scalars()
        answered = {int(key.split(":")[1]) for key in keys if key.startswith("answer:")}
        harvested = {row.id for row in open_ if not row.direct}
        direct = {row.id for row in open_ if row.direct}
        wrong = _of("turns without a finding", sorted((harvested & live) - shown))
        wrong += _of("findings of nothing", sorted(shown - live))
        wrong += _of("turns answered in no way", sorted((direct & live) - answered))
        wrong += _of("private turns left open", [row.id for row in open_ if row.direct and row.state != "done"])
        return wrong + _of("found or filed twice", [turn for turn, n in (found + filed).items() if n > 1])

    def _private(self) -> list[str]:
        """Who says something complete in private has it filed, once."""
        rows, missing = self._rows(), []
        with self._store.reading() as tx:
            filed = Counter(tx.execute(select(submissions.c.turn_id)).scalars())
        for one in self._storm.town.said.values():
            if one.direct and not one.removed:
                turn = next((row.turn_id for row in rows.get(self._ref(one), []) if row.turn_id), None)
                missing += [one] if filed[turn] != 1 else []
        ways = {row["key"].rpartition(":")[0] for row in self._store.outbox() if row["key"].startswith("way:")}
        wrong = [] if len(ways) == len(self._storm.town.strangers) else [f"{len(ways)} strangers shown the way"]
        return wrong + _of("said in private and not filed", missing)

    def _deliveries(self) -> list[str]:
        """Whatever was answered 200 is kept and read; what was forged is not; nothing waits or gave up."""
        with self._store.reading() as tx:
            kept = {row.key: row.outcome for row in tx.execute(select(deliveries.c.key, deliveries.c.outcome))}
            stuck = tx.execute(select(jobs.c.task, jobs.c.reason).where(jobs.c.state != "done")).all()
            files = Counter(tx.execute(select(attachments.c.state)).scalars())
        keys = {Delivered(channel, body, None).key for channel, body in self._storm.bodies}
        malformed = sum(kept.get(key) == "malformed" for key in keys)
        wrong = _of("deliveries lost", sorted(keys - set(kept)))
        wrong += _of("deliveries unread", [key for key, outcome in kept.items() if outcome == "kept"])
        wrong += [] if malformed == self._storm.town.malformed else [f"{malformed} malformed deliveries"]
        wrong += _of("jobs left", [tuple(row) for row in stuck])
        return wrong + _of("files not fetched", [state for state in files if state not in ("kept", "gone")])

    def _submissions(self) -> list[str]:
        """What was accepted is filed once, with its newest words; every finding was decided."""
        with self._store.reading() as tx:
            rows = tx.execute(select(submissions.c.turn_id, submissions.c.text, submissions.c.removed_at)).all()
            accepted = set(
                tx.execute(
                    select(findings.c.turn_id).where(
                        findings.c.state == "accepted", findings.c.about_submission_id.is_(None)
                    )
                ).scalars()
            )
        by_turn = {row.turn_id: row for row in rows}
        wrong = _of("filed twice", [turn for turn, n in Counter(row.turn_id for row in rows).items() if n > 1])
        wrong += _of("accepted and not filed", sorted(accepted - set(by_turn)))
        told, stale = self._rows(), []
        for one in self._storm.town.said.values():
            turn = next((row.turn_id for row in told.get(self._ref(one), []) if row.turn_id), None)
            row = by_turn.get(turn)
            if row is not None and one.words and not one.removed and one.words[-1] not in row.text:
                stale.append(one)
        return wrong + _of("filed with older words", stale)

    def _replies(self) -> list[str]:
        """What the platforms took is what we know as sent, but for the hole; nothing owed is left without an end."""
        storm, rows = self._storm, self._store.outbox()
        ours = Counter(row["platform_id"] for row in rows if row["platform_id"])
        theirs = Counter(entry.id for entry in storm.platforms.ledger)
        storm.figures.replies, storm.figures.polls = sum(ours.values()), len(storm.platforms.wall.reads)
        holes = storm.figures.holes = sum((theirs - ours).values())
        silent = sum(fault.times == 0 and fault.platform != "sms" for fault in storm.drops)
        most = silent + storm.weather.at_once * storm.figures.kills
        wrong = _of("sent and not taken", list(ours - theirs)) + _of(
            "one id twice", [i for i, n in ours.items() if n > 1]
        )
        wrong += [] if holes <= most else [f"{holes} replies that we do not know of, {most} at most"]
        refs = Counter(entry.ref for entry in storm.platforms.ledger if entry.ref)
        again = sum(refs.values()) - len(refs)
        wrong += [] if again <= holes else [f"{again} replies sent again"]
        ended = {"sent": True, "failed": bool, "by_hand": bool}
        odd = [row["id"] for row in rows if row["state"] not in ended or (row["state"] != "sent" and not row["reason"])]
        wrong += _of("replies without an end", odd)
        late = [row["id"] for row in rows if storm.states.get(row["platform_id"], row["receipt"]) != row["receipt"]]
        return wrong + _of("what WhatsApp said of it", late)

    def _gone(self) -> list[str]:
        """Words that were taken back, or never came from who they named, stand nowhere that is shown or kept."""
        everything, town = self._everything(), self._storm.town
        kept = [
            one
            for one in town.said.values()
            if one.removed and self._must_go(one) and any(word in everything for word in one.words)
        ]
        wrong = _of("words taken back and kept", [(one, self._where(one.words)) for one in kept])
        return wrong + _of("forged or unheard", [word for word in town.unheard if word in everything])

    def _must_go(self, one: Spoken) -> bool:
        """What was confirmed to the bot in private stays filed until its author withdraws it there."""
        return not one.direct

    def _where(self, words: list[str]) -> list[str]:
        return [name for name, held in self._tables() if any(word in held for word in words)]

    def _everything(self) -> str:
        return "\n".join(held for _, held in self._tables())

    def _tables(self) -> list[tuple[str, str]]:
        """Every table but the raw deliveries, opened."""
        found = []
        with self._store.reading() as tx:
            for name, table in SQLModel.metadata.tables.items():
                if name != "delivery":
                    rows = tx.execute(select(table)).all()
                    found.append((name, "\n".join(self._opened(value) for row in rows for value in row)))
            tx.execute(select(func.count()).select_from(deliveries))
        return found

    def _opened(self, value: Any) -> str:
        if not isinstance(value, bytes | memoryview):
            return json.dumps(value, default=str)
        try:
            return self._store.vault.open(bytes(value)).decode(errors="replace")
        except Exception:  # noqa: BLE001  # not sealed
            return repr(bytes(value))


def _of(what: str, found: list[Any]) -> list[str]:
    return [f"{what} ({len(found)}): {found[:5]}"] if found else []
