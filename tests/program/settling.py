"""Holds what the platforms took against what was owed and what we know as sent, reply by reply."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, select

from aggregator.store.store import Store
from aggregator.store.tables import jobs, outbox

if TYPE_CHECKING:
    from replying import Figures, Storm

    from aggregator.demo.platforms.platforms import Entry

ENDS = {"gone": ("by_hand", "403")}
"""How a reply ends that its platform refuses for good; all others are sent."""


def held(store: Store) -> dict[str, int]:
    """The replies that are in a program's hands, by key, with the number of the try."""
    with store.reading() as tx:
        sending = select(outbox.c.key, jobs.c.tries).join(jobs, jobs.c.subject == cast(outbox.c.id, String))
        return {
            row.key: row.tries for row in tx.execute(sending.where(jobs.c.task == "send", jobs.c.state == "running"))
        }


@dataclass
class Death:
    """A program was killed: `held` is what it left undone, once what others held at that moment has moved on."""

    at: datetime
    held: dict[str, int]

    def narrow(self, now: dict[str, int], lease_s: float) -> None:
        """Drop what was another program's after all: until the lease ends nobody touches a dead one's."""
        if datetime.now(UTC) < self.at + timedelta(seconds=lease_s * 0.8):
            self.held = {key: tries for key, tries in self.held.items() if now.get(key) == tries}


class Settlement:
    """What is wrong after a storm of replies, as short sentences that name no more than five examples each."""

    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self._rows: dict[str, Any] = {row["key"]: row for row in storm.store.outbox()}
        self._silenced = {entry.id for entry in storm.platforms.silenced}
        self._taken: dict[str, list[Entry]] = defaultdict(list)
        for entry in storm.platforms.ledger:
            self._taken[storm.debts.mark_of(entry)].append(entry)

    def reckon(self, figures: Figures) -> None:
        """Fill in what came of it."""
        self._holes(figures)
        figures.by_hand = sum(row["state"] == "by_hand" for row in self._rows.values())
        checks = (self._arrived(), self._ended(), self._known(), self._order(), self._said())
        figures.wrong += [wrong for check in checks for wrong in check]

    def _arrived(self) -> Iterable[str]:
        """Each reply reached its platform, but for those whom it cannot reach."""
        marks = {mark: one.fate for one, mark in self._storm.debts.marks()}
        yield from of("lost", [mark for mark, fate in marks.items() if fate != "gone" and mark not in self._taken])
        yield from of(
            "to who is gone", [mark for mark, fate in marks.items() if fate == "gone" and mark in self._taken]
        )
        yield from of("never owed", sorted(self._taken.keys() - marks.keys()))

    def _ended(self) -> Iterable[str]:
        """Each ended as its platform said, and none is left without an end."""
        odd = []
        for one, mark in self._storm.debts.marks():
            row = self._rows[mark]
            failed = row["receipt"] == "failed"
            state, reason = ("by_hand", "platform") if failed else ENDS.get(one.fate, ("sent", ""))
            if row["state"] != state or not row["reason"].startswith(reason):
                odd.append((mark, row["state"], row["reason"]))
        return of("ended otherwise", odd)

    def _known(self) -> Iterable[str]:
        """The id that we know is one under which the platform took this reply."""
        rows = [row for row in self._rows.values() if row["platform_id"]]
        strange = [r["key"] for r in rows if r["platform_id"] not in {entry.id for entry in self._taken[r["key"]]}]
        return of("known under another's id", strange)

    def _order(self) -> Iterable[str]:
        """What is owed to one person arrives in the order in which it was owed."""
        place = {mark: (one.number, n) for n, (one, mark) in enumerate(self._storm.debts.marks())}
        last: dict[int, int] = {}
        wrong = []
        for entry in self._storm.platforms.ledger:
            mark = self._storm.debts.mark_of(entry)
            who, n = place[mark]
            if n < last.get(who, n):
                wrong.append(mark)
            last[who] = n
        return of("out of order", wrong)

    def _said(self) -> Iterable[str]:
        """What WhatsApp said last of a message stands with the reply."""
        told = self._storm.said
        rows = [row for row in self._rows.values() if row["platform_id"] in told]
        return of("said otherwise", [row["key"] for row in rows if row["receipt"] != told[row["platform_id"]]])

    def _holes(self, figures: Figures) -> None:
        """Count what nobody told us of, and find for each reply that went out again the hole through which it did."""
        silent = [entry for entry in self._storm.platforms.silenced if entry.platform != "sms"]
        cut_off = {entry.id: entry for death in self._storm.deaths for entry in self._cut_off(death)}
        figures.silent, figures.cut_off = len(silent), len(cut_off)
        figures.by_channel.update(entry.platform for entry in (*silent, *cut_off.values()))
        unexplained = []
        for mark, entries in self._taken.items():
            for first, again in pairwise(entries):
                figures.by_channel[f"{first.platform} again"] += 1
                if first.id in self._silenced:
                    figures.doubled_silent += 1
                elif any(first in self._cut_off(death) and _at(again) > death.at for death in self._storm.deaths):
                    figures.doubled_cut_off += 1
                else:
                    unexplained.append(mark)
        figures.wrong += of("sent again without need", unexplained)

    def _cut_off(self, death: Death) -> list[Entry]:
        """What a platform had taken of that which a dead program left undone: the last call of each, unless silenced."""
        before = [
            [entry for entry in self._taken[key] if _at(entry) < death.at] for key in death.held if key in self._taken
        ]
        return [entries[-1] for entries in before if entries and entries[-1].id not in self._silenced]


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)


def of(what: str, found: list[Any]) -> list[str]:
    """A sentence, where something is wrong."""
    return [f"{what} ({len(found)}): {found[:5]}"] if found else []
