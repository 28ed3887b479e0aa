"""People whose complaints stand filed, and the replies owed to them: each can be told apart in the platforms' ledgers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from feeds import ACCOUNT, NUMBER, PAGE
from sqlalchemy import Connection
from weather import CHANNELS

from aggregator.demo.platforms.platforms import Entry
from aggregator.rules.report import Dues, NewSubmission, new_code
from aggregator.store.store import Store
from bots.wording import notice
from connectors.base import Author, Inbound

EACH = 4
"""Replies owed to one person."""
BESIDE = 25
"""People who comment below one post or medium."""
_MARK = re.compile(r"utang-\d+-\d+")


@dataclass
class Debtor:
    """Somebody to whom we owe replies; `fate` is what the platform does with them."""

    number: int
    channel: str
    fate: str = ""
    """"": takes all; "gone": has blocked us; "shut", "late": the 24 hours are over, which we don't know, or know."""

    @property
    def thread(self) -> str:
        """The chat, post or medium."""
        if self.channel == "telegram":
            return f"{5_550_000 + self.number}"
        if self.channel in ("whatsapp", "sms"):
            return f"62812555{self.number:05}"
        account = PAGE if self.channel == "facebook" else "179"
        return f"{account}_{self.number // len(CHANNELS) // BESIDE}"

    @property
    def account(self) -> str:
        return {"telegram": "bot", "whatsapp": NUMBER, "facebook": PAGE, "instagram": ACCOUNT, "sms": "1708"}[
            self.channel
        ]

    @property
    def direct(self) -> bool:
        return self.channel not in ("facebook", "instagram")

    def mark(self, n: int) -> str:
        """What tells the nth reply from all others: its key in the outbox, and said in its words."""
        return f"utang-{self.number}-{n}"

    def comment(self, n: int) -> str:
        """The comment that the nth reply answers, where it answers one."""
        return f"9{self.number:06}{n}"


@dataclass
class Debts:
    """All that is owed, and how it is found again in a ledger."""

    debtors: list[Debtor]
    _comments: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._comments = {d.comment(n): d.mark(n) for d in self.debtors if not d.direct for n in range(EACH)}

    @classmethod
    def of(cls, replies: int, channels: Sequence[str] = CHANNELS) -> Debts:
        """About so many replies, to people of every channel in turn."""
        return cls([Debtor(number, channels[number % len(channels)]) for number in range(replies // EACH)])

    def with_fates(self) -> Debts:
        """The same, of whom a few cannot be reached as usual."""
        for one in self.debtors:
            turn = one.number // len(CHANNELS) % 10
            fates = {"telegram": {3: "gone"}, "whatsapp": {2: "shut", 5: "late"}}
            one.fate = fates.get(one.channel, {}).get(turn, "")
        return self

    def owe(self, store: Store, now: datetime) -> None:
        """Write all of it down, a person's replies in order."""
        for start in range(0, len(self.debtors), 50):
            with store.writing() as tx:
                for one in self.debtors[start : start + 50]:
                    _owe(store, tx, one, now)

    def mark_of(self, entry: Entry) -> str:
        """Which reply a platform took."""
        found = _MARK.search(entry.text)
        return found.group() if found else entry.ref or self._comments[entry.to]

    def marks(self) -> Iterator[tuple[Debtor, str]]:
        """Every reply by its mark."""
        return ((one, one.mark(n)) for one in self.debtors for n in range(EACH))


def _owe(store: Store, tx: Connection, one: Debtor, now: datetime) -> None:
    said = Inbound(
        channel=one.channel,
        account=one.account,
        thread=one.thread,
        external_id=f"m{one.number}",
        sent_at=now,
        author=Author(f"{one.channel}-{one.number}", "Warga Rekaan"),
        text="jalan berlubang",
        direct=one.direct,
    )
    heard_at = now - timedelta(hours=30) if one.fate == "late" else now
    conversation = store.conversation_of(tx, said, heard_at)
    contact = store.contact_of(tx, one.channel, said.author, now)
    filed = store.file_within(tx, _complaint(one, conversation, contact, now), lambda *_: None, now, by="uji")
    concerns = {"kind": "notice", "channel": one.channel, "conversation_id": conversation, "contact_id": contact}
    concerns |= {"submission_id": filed.submission_id, "report_id": filed.report_id, "status": "in_progress"}
    for n in range(EACH):
        say = notice(one.mark(n), "forwarded")
        if not one.direct:  # a public answer and a private one in turn, each to a comment of its own
            say |= {"reply_to": one.comment(n), "private": bool(n % 2)}
        store.owe(tx, one.mark(n), say, concerns, now)


def _complaint(one: Debtor, conversation: int, contact: int | None, now: datetime) -> NewSubmission:
    return NewSubmission(
        code=new_code("BTL"),
        report_code=new_code("BTL"),
        channel=one.channel,
        source_key=f"utang:{one.number}",
        text="jalan berlubang",
        category="jalan",
        report_class="pengaduan",
        urgency="normal",
        supervised=False,
        sent_at=now,
        received_at=now,
        unit="pupr",
        unit_reason="kategori jalan",
        dues=Dues(*(now.astimezone(UTC) + timedelta(days=days) for days in (3, 8, 20))),
        block=f"63.04:jalan:{one.number}",
        conversation_id=conversation,
        contact_id=contact,
    )
