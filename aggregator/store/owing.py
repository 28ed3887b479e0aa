"""Owing: replies written down with their cause, and what we owe to those who write to a page of ours in private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from aggregator.store.channels import Channels
from aggregator.store.jobs import add_jobs
from aggregator.store.tables import conversations, messages, outbox, submissions
from bots.base import Accepted
from connectors.base import Inbound, Parsed

STRANGER = "direct message of somebody whom we did not write to"
"""Why a delivery of nothing else counts as ignored."""

ANSWERED_WITHIN = timedelta(hours=24)
"""Messenger Platform and Instagram: Send API, the standard messaging window."""


class Owing(Channels):
    """Owes replies inside a transaction."""

    def owe(self, tx: Connection, key: str, say: Mapping[str, Any], row: dict[str, Any], now: datetime) -> None:
        """Owe a reply as part of its cause; `row` holds kind, channel and whom it concerns. The same key is owed once."""
        values = {"key": key, "content": self.vault.seal_json(dict(say)), "state": "owed", "tries": 0, "reason": ""}
        values |= {"created_at": now, "status": "", "receipt": "", **row}
        made = tx.execute(
            self.insert(outbox).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
        ).scalar_one_or_none()
        if made is not None:
            lane = f"send:{row['conversation_id']}" if row.get("conversation_id") else None
            add_jobs(
                self,
                tx,
                [{"task": "send", "subject": str(made), "run_at": now, "lane": lane, "channel": row["channel"]}],
            )

    def _stranger(self, tx: Connection, item: Inbound) -> bool:
        """Whether a message is private, on a channel of comments, and no answer to a private reply of ours."""
        if not item.uninvited:
            return False
        fingerprint = self.vault.fingerprint(item.channel, item.account, item.thread)
        here = select(conversations.c.id).filter_by(channel=item.channel, fingerprint=fingerprint)
        ours = select(submissions.c.id).where(
            submissions.c.private_conversation_id == here.scalar_subquery(), submissions.c.removed_at.is_(None)
        )
        return tx.execute(ours.limit(1)).first() is None

    def without_strangers(self, tx: Connection, parsed: Parsed, now: datetime) -> Parsed:
        """Give what a delivery held but for messages of strangers, who are shown the way to the bot instead."""
        strangers = [item for item in parsed.items if isinstance(item, Inbound) and self._stranger(tx, item)]
        if not strangers:
            return parsed
        for item in strangers:
            self._show_way(tx, item, now)
        known = tuple(item for item in parsed.items if item not in strangers)
        return replace(parsed, items=known, ignored=(*parsed.ignored, STRANGER))

    def _show_way(self, tx: Connection, item: Inbound, now: datetime) -> None:
        """Owe the way to the bot to somebody who wrote to a page of ours, once a day; nothing of what was said is kept."""
        if item.kind != "message" or now - item.sent_at > ANSWERED_WITHIN:
            return
        here = self.private_conversation(tx, item.channel, item.account, item.thread)
        concerns = {"kind": "answer", "channel": item.channel, "conversation_id": here}
        say = {"key": "way_to_bot", "courtesy": True}
        self.owe(tx, f"way:{here}:{now.astimezone(UTC).date()}", say, concerns, now)

    def private_conversation(self, tx: Connection, channel: str, account: str, thread: str) -> int:
        """The row of a private conversation that we begin: only an answer opens the other side's window."""
        row = {"channel": channel, "fingerprint": self.vault.fingerprint(channel, account, thread)}
        address = {"address": self.vault.seal_json({"account": account, "thread": thread})}
        upsert = self.insert(conversations).values(row | address | {"name": "", "direct": True})
        kept = {"address": func.coalesce(conversations.c.address, upsert.excluded.address)}
        renewed = upsert.on_conflict_do_update(index_elements=["channel", "fingerprint"], set_=kept)
        return int(tx.execute(renewed.returning(conversations.c.id)).scalar_one())

    def after_sending(self, tx: Connection, identity: int, account: str, platform_id: str) -> None:
        """Keep which private conversation a reply opened, and forget whom a stranger's answer went to."""
        row = tx.execute(select(outbox).where(outbox.c.id == identity)).one()
        self._forget_token(tx, row)
        if row.submission_id is None:
            self.forget_stranger(tx, row.key, row.conversation_id)
        elif isinstance(platform_id, Accepted) and platform_id.thread:
            opened = self.private_conversation(tx, row.channel, account, platform_id.thread)
            voice = update(submissions).where(submissions.c.id == row.submission_id)
            tx.execute(voice.values(private_conversation_id=opened))

    def _forget_token(self, tx: Connection, row: Any) -> None:
        """Know the token of a link no more, once the one whom it is for has it."""
        say = self.vault.open_json(row.content)
        if say.pop("token", ""):
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(content=self.vault.seal_json(say)))

    def forget_stranger(self, tx: Connection, key: str, conversation_id: int | None) -> None:
        """Unseal no more whom the way was shown to, unless we know them otherwise."""
        if not key.startswith("way:"):
            return
        c = conversations.c
        known = exists().where(messages.c.conversation_id == c.id)
        ours = exists().where(submissions.c.private_conversation_id == c.id)
        tx.execute(update(conversations).where(c.id == conversation_id, ~known, ~ours).values(address=None))
