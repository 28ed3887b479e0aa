"""The tables of what came in: deliveries, who wrote and where, messages, and the turns that they make."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from aggregator.store.columns import flag, moment, number, sealed, words


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
