"""The tables. Identities and raw words are sealed columns; everything else names a person by an opaque number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 (UTC): the same, and in order, on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To microseconds; a naive time is an error of ours."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        since = value - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Back to an aware time in UTC."""
        del dialect
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(*, index: bool = False, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Moment, index=index, nullable=nullable))


def _text(default: str = "", *, index: bool = False) -> Any:
    return Field(default=default, index=index, sa_column_kwargs={"server_default": default})


def _flag() -> Any:
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def _number() -> Any:
    return Field(default=0, sa_column_kwargs={"server_default": "0"})


def _sealed() -> Any:
    """Encrypted bytes (see secrets.Vault); null once erased."""
    return Field(default=None, sa_column=Column(LargeBinary, nullable=True))


def _json() -> Any:
    return Field(default=None, sa_column=Column(JSON, nullable=True))


class Delivery(SQLModel, table=True):
    """What a platform delivered, sealed as it came; `key` is the SHA-256 of channel and raw body."""

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    key: str = Field(unique=True)
    body: bytes | None = _sealed()
    received_at: datetime = _moment(index=True)
    outcome: str = _text("kept", index=True)  # kept | accepted | ignored | malformed
    reason: str = _text()
    read_at: datetime | None = _moment(nullable=True)


class Contact(SQLModel, table=True):
    """A person on one channel; who it is stands only in `identity`, found again by the keyed hash."""

    __table_args__ = (UniqueConstraint("channel", "fingerprint"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    fingerprint: str
    identity: bytes | None = _sealed()
    language: str = _text("id")
    last_seen_at: datetime | None = _moment(nullable=True)
    unreachable: str = _text()


class Conversation(SQLModel, table=True):
    """A chat, group, topic or post on one channel; its platform ids are sealed in `address`."""

    __table_args__ = (UniqueConstraint("channel", "fingerprint"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    fingerprint: str
    address: bytes | None = _sealed()
    name: str = _text()
    direct: bool = _flag()
    window_until: datetime | None = _moment(nullable=True)
    dialogue: bytes | None = _sealed()  # where the conversation with the bot stands


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
    sent_at: datetime = _moment()
    received_at: datetime = _moment()
    revision: str = _text()
    content: bytes | None = _sealed()
    removed_at: datetime | None = _moment(nullable=True)


class Turn(SQLModel, table=True):
    """Messages of one author in one thread that belong together; read when settled."""

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    state: str = _text("open")  # open | done
    direct: bool = _flag()
    opened_at: datetime = _moment()
    settle_at: datetime = _moment()
    last_sent_at: datetime = _moment()
    edition: int = _number()  # counts what was added: a reading of an older edition is not committed

    __table_args__ = (Index("ix_turn_gather", "conversation_id", "contact_id", "last_sent_at"),)


class Finding(SQLModel, table=True):
    """A harvested turn in review: a person accepts or refuses it."""

    id: int | None = Field(default=None, primary_key=True)
    turn_id: int = Field(foreign_key="turn.id", unique=True)
    channel: str
    conversation_id: int = Field(foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    state: str = _text("waiting", index=True)  # waiting | set_aside | accepted | refused | removed
    text: str = _text()  # personal data masked
    original: bytes | None = _sealed()
    thread_name: str = _text()
    permalink: str = _text()
    sent_at: datetime = _moment()
    received_at: datetime = _moment()
    reading: dict[str, Any] = _json()  # the Extraction as `elapor classify` prints it, with slots and words
    confidence: float = _number()
    urgency: str = _text("normal")
    supervised: bool = _flag()
    unit: str = _text()  # who alone reviews an accusation
    decided_by: str = _text()
    decided_at: datetime | None = _moment(nullable=True)
    reason: str = _text()


class Report(SQLModel, table=True):
    """One problem in the queue, supported by one or more submissions."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    status: str = Field(index=True)
    came_from: str = _text()  # the state before needs_info
    category: str
    report_class: str
    supervised: bool = _flag()
    urgency: str = _text("normal")
    location: str | None = None
    location_name: str = _text()
    place: str = _text()
    block: str = _text()  # kabupaten and category group: where matching looks
    text: str = _text()  # the first voice's, personal data masked
    confidential: bool = _flag()  # any voice is rahasia, or an accusation: never joined by rule
    unit: str = Field(index=True)
    unit_reason: str = _text()
    opened_at: datetime = _moment(index=True)
    last_voice_at: datetime = _moment()
    changed_at: datetime = _moment()
    verify_due: datetime | None = _moment(nullable=True)
    follow_due: datetime | None = _moment(nullable=True)
    due: datetime | None = _moment(nullable=True)
    closed_at: datetime | None = _moment(nullable=True)
    merged_into: int | None = Field(default=None, foreign_key="report.id")

    __table_args__ = (Index("ix_report_block", "block", "last_voice_at"),)


class Submission(SQLModel, table=True):
    """One person's complaint, wish or question, with the code that its author gets."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    first_report_id: int | None = Field(default=None, foreign_key="report.id")  # where it was filed: undoing a join
    channel: str
    source_key: str | None = Field(default=None, unique=True)  # what it was filed from: never filed twice
    turn_id: int | None = Field(default=None, foreign_key="turn.id", index=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    visibility: str = _text("public")
    category: str
    report_class: str
    supervised: bool = _flag()
    urgency: str = _text("normal")
    location: str | None = None
    location_name: str = _text()
    place: str = _text()
    slots: dict[str, Any] = _json()
    lat: float | None = None
    lon: float | None = None
    text: str = _text()  # personal data masked
    original: bytes | None = _sealed()
    thread_name: str = _text()
    permalink: str = _text()
    sent_at: datetime = _moment()
    received_at: datetime = _moment()
    withdrawn_at: datetime | None = _moment(nullable=True)
    removed_at: datetime | None = _moment(nullable=True)  # removed at its source
    reasons: list[str] = _json()  # why it joined its report, or might belong to `likely_report_id`
    score: float | None = None
    likely_report_id: int | None = Field(default=None, foreign_key="report.id")


class Event(SQLModel, table=True):
    """One change of a report: who, when, from where to where, with what public note."""

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    kind: str  # opened | joined | split | merged | moved | corrected | added | withdrawn | removed
    from_status: str = _text()
    to_status: str = _text()
    note: str = _text()
    by: str = _text()
    at: datetime = _moment()
    submission_id: int | None = Field(default=None, foreign_key="submission.id")


class Outbox(SQLModel, table=True):
    """A reply owed; `key` is (turn, n) for an answer and (event, submission) for a notice: owed once."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str  # answer | notice
    state: str = _text("owed", index=True)  # owed | sent | failed | by_hand
    channel: str
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    submission_id: int | None = Field(default=None, foreign_key="submission.id", index=True)
    report_id: int | None = Field(default=None, foreign_key="report.id")
    content: bytes | None = _sealed()  # text, buttons, what it replies to
    status: str = _text()
    tries: int = _number()
    reason: str = _text()
    created_at: datetime = _moment()
    attempted_at: datetime | None = _moment(nullable=True)
    sent_at: datetime | None = _moment(nullable=True)
    platform_ref: str | None = Field(default=None, index=True)  # keyed hash of the platform's id
    platform_id: bytes | None = _sealed()
    receipt: str = _text()  # sent | delivered | read | failed, as the platform says later


class Job(SQLModel, table=True):
    """One step to do; (task, subject) is its key. Jobs of one lane are done one after the other, in order."""

    id: int | None = Field(default=None, primary_key=True)
    task: str
    subject: str
    lane: str | None = None
    state: str = _text("ready")  # ready | running | done | quarantined
    run_at: datetime = _moment()
    lease_until: datetime | None = _moment(nullable=True)
    tries: int = _number()
    reason: str = _text()

    __table_args__ = (
        UniqueConstraint("task", "subject"),
        Index("ix_job_due", "state", "run_at"),
        Index(
            "ix_job_lane",
            "lane",
            "id",
            sqlite_where=text("lane IS NOT NULL"),
            postgresql_where=text("lane IS NOT NULL"),
        ),
    )


class Count(SQLModel, table=True):
    """A figure for /metrics that no table tells: counted in the store so that every process tells the same."""

    name: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    value: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))


class Account(SQLModel, table=True):
    """Someone who signs in to the console."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str = _text()
    role: str  # reviewer | unit_admin | administrator
    unit: str = _text()
    password: str = _text()  # argon2id
    epoch: int = _number()  # raised to end all sessions
    disabled: bool = _flag()
    created_at: datetime = _moment()


_TABLES = SQLModel.metadata.tables
deliveries = _TABLES["delivery"]
contacts = _TABLES["contact"]
conversations = _TABLES["conversation"]
messages = _TABLES["message"]
turns = _TABLES["turn"]
findings = _TABLES["finding"]
reports = _TABLES["report"]
submissions = _TABLES["submission"]
events = _TABLES["event"]
outbox = _TABLES["outbox"]
jobs = _TABLES["job"]
counts = _TABLES["count"]
accounts = _TABLES["account"]
