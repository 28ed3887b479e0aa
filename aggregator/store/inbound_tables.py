"""The tables of what came in: deliveries, who wrote and where, messages, and the turns that they make."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from aggregator.store.columns import flag, json_value, moment, number, sealed, words


class Delivery(SQLModel, table=True):
    """What a platform delivered, sealed as it came; `key` is the SHA-256 of channel and raw body."""

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    key: str = Field(unique=True)
    body: bytes | None = sealed()
    received_at: datetime = moment(index=True)
    outcome: str = words("kept", index=True)  # kept | accepted | ignored | malformed
    reason: str = words()
    read_at: datetime | None = moment(nullable=True)


class Contact(SQLModel, table=True):
    """A person on one channel; who it is stands only in `identity`, found again by the keyed hash."""

    __table_args__ = (UniqueConstraint("channel", "fingerprint"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    fingerprint: str
    identity: bytes | None = sealed()
    language: str = words("id")
    last_seen_at: datetime | None = moment(nullable=True)
    unreachable: str = words()
    reach: str | None = Field(
        default=None, index=True
    )  # keyed hash of the phone number or e-mail address: the same person on other channels
    volunteer: str = (
        words()
    )  # for whom a registered volunteer collects (a KIM, a village office); "" for everybody else
    misses: int = number()  # links followed lately that are none
    missed_at: datetime | None = moment(nullable=True)
    allowed_until: datetime | None = moment(nullable=True)  # leave to write more than the limit
    allowed_by: str = words()


class Conversation(SQLModel, table=True):
    """A chat, group, topic or post on one channel; its platform ids are sealed in `address`."""

    __table_args__ = (UniqueConstraint("channel", "fingerprint"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    fingerprint: str
    address: bytes | None = sealed()
    name: str = words()
    direct: bool = flag()
    window_until: datetime | None = moment(nullable=True)
    dialogue: bytes | None = sealed()  # where the conversation with the bot stands
    membership: str = (
        words()
    )  # what the bot is there: the platform's word, "left" where it may not speak, "" if unknown
    digest_at: datetime | None = moment(
        nullable=True
    )  # up to when the weekly digest told; null where nobody asked for it


class Message(SQLModel, table=True):
    """One Inbound; `key` covers channel, account, thread, external id and revision, `ref` the same without revision."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    ref: str = Field(index=True)
    kind: str
    channel: str
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id", index=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    turn_id: int | None = Field(default=None, foreign_key="turn.id", index=True)
    sent_at: datetime = moment()
    received_at: datetime = moment()
    revision: str = words()
    content: bytes | None = sealed()
    removed_at: datetime | None = moment(nullable=True)


class Turn(SQLModel, table=True):
    """Messages of one author in one thread that belong together; read when settled."""

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    state: str = words("open")  # open | done
    direct: bool = flag()
    opened_at: datetime = moment()
    settle_at: datetime = moment()
    last_sent_at: datetime = moment()
    edition: int = number()  # counts what was added: a reading of an older edition is not committed

    __table_args__ = (Index("ix_turn_gather", "conversation_id", "contact_id", "last_sent_at"),)


class Attachment(SQLModel, table=True):
    """One file of a message; `ref` is what the platform hands it out by, `name` the random name under which we keep it."""

    __table_args__ = (UniqueConstraint("message_id", "n"),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    submission_id: int | None = Field(
        default=None, foreign_key="submission.id", index=True
    )  # filed before, added to later
    n: int
    kind: str
    ref: bytes | None = sealed()
    state: str = words("owed", index=True)  # owed | kept | refused | gone
    reason: str = words()
    name: str = words()
    mime: str = words()
    size: int = number()  # bytes, as kept
    photo: str = words()  # fingerprint of a still picture in hexadecimal (rules.photo), "" without one


class EarlyReceipt(SQLModel, table=True):
    """What a platform said of a reply before we had noted that it was sent; `ref` as in Outbox.platform_ref."""

    ref: str = Field(primary_key=True)
    state: str
    error: str = words()
    at: datetime = moment()


class ChannelState(SQLModel, table=True):
    """How well we hear and speak on one channel: what the door, the pollers, the senders and the checks last saw."""

    channel: str = Field(primary_key=True)
    last_item_at: datetime | None = moment(nullable=True)
    paused_until: datetime | None = moment(nullable=True)
    trouble: str = words()  # why it is paused; an alarm is raised when it appears, not again
    trouble_since: datetime | None = moment(nullable=True)
    polled_at: datetime | None = moment(nullable=True)
    poll_error: str = words()
    cursor: dict[str, Any] = json_value()  # where polling goes on
    checks: list[dict[str, Any]] = json_value()  # what the last self-test found
    checked_at: datetime | None = moment(nullable=True)
