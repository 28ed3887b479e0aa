"""The tables. Identities and raw words are sealed columns; everything else names a person by an opaque number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import aggregator.store.inbound_tables  # noqa: F401  # all tables have one metadata
from aggregator.store.columns import flag, json_value, moment, number, sealed, words


class Finding(SQLModel, table=True):
    """A harvested turn in review: a person accepts or refuses it."""

    id: int | None = Field(default=None, primary_key=True)
    turn_id: int = Field(foreign_key="turn.id", unique=True)
    channel: str
    conversation_id: int = Field(foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    state: str = words("waiting", index=True)  # waiting | set_aside | accepted | refused | removed
    text: str = words()  # personal data masked
    original: bytes | None = sealed()
    text_print: str = words()  # keyed hash of the words as they were captured: it stays when they go
    thread_name: str = words()
    permalink: str = words()
    sent_at: datetime = moment()
    received_at: datetime = moment()
    reading: dict[str, Any] = json_value()  # the Extraction as `elapor classify` prints it, with slots and words
    confidence: float = number()
    urgency: str = words("normal")
    supervised: bool = flag()
    unit: str = words()  # who alone reviews an accusation
    relay_id: int | None = Field(default=None, foreign_key="conversation.id")  # the volunteer who passes answers on
    about_submission_id: int | None = Field(
        default=None, foreign_key="submission.id"
    )  # what a private answer belongs to
    decided_by: str = words()
    decided_at: datetime | None = moment(nullable=True)
    reason: str = words()


class Report(SQLModel, table=True):
    """One problem in the queue, supported by one or more submissions."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    status: str = Field(index=True)
    came_from: str = words()  # the state before needs_info
    category: str
    report_class: str
    supervised: bool = flag()
    urgency: str = words("normal")
    location: str | None = None
    location_name: str = words()
    place: str = words()
    block: str = words()  # kabupaten and category group: where matching looks
    text: str = words()  # the first voice's, personal data masked
    confidential: bool = flag()  # any voice is rahasia, or an accusation: never joined by rule
    unit: str = Field(index=True)
    unit_reason: str = words()
    opened_at: datetime = moment(index=True)
    last_voice_at: datetime = moment()
    changed_at: datetime = moment()
    verify_due: datetime | None = moment(nullable=True)
    follow_due: datetime | None = moment(nullable=True)
    due: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    merged_into: int | None = Field(default=None, foreign_key="report.id")

    __table_args__ = (
        Index("ix_report_block", "block", "last_voice_at"),
        Index("ix_report_place", "block", "location", "last_voice_at"),
    )


class Submission(SQLModel, table=True):
    """One person's complaint, wish or question, with the code that its author gets."""

    __table_args__ = (Index("ix_submission_report", "report_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    report_id: int = Field(foreign_key="report.id")
    first_report_id: int | None = Field(default=None, foreign_key="report.id")  # where it was filed: undoing a join
    channel: str
    source_key: str | None = Field(default=None, unique=True)  # what it was filed from: never filed twice
    turn_id: int | None = Field(default=None, foreign_key="turn.id", index=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    private_conversation_id: int | None = Field(default=None, foreign_key="conversation.id", index=True)  # see Accepted
    relay_id: int | None = Field(default=None, foreign_key="conversation.id")  # the volunteer who passes answers on
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    visibility: str = words("public")
    category: str
    report_class: str
    supervised: bool = flag()
    urgency: str = words("normal")
    location: str | None = None
    location_name: str = words()
    place: str = words()
    slots: dict[str, Any] = json_value()
    lat: float | None = None
    lon: float | None = None
    text: str = words()  # personal data masked
    original: bytes | None = sealed()
    thread_name: str = words()
    permalink: str = words()
    sent_at: datetime = moment()
    received_at: datetime = moment()
    withdrawn_at: datetime | None = moment(nullable=True)
    removed_at: datetime | None = moment(nullable=True)  # removed at its source
    taken_over_at: datetime | None = moment(nullable=True)  # by who wrote it elsewhere: from then on theirs, here
    reasons: list[str] = json_value()  # why it joined its report, or might belong to `likely_report_id`
    score: float | None = None
    likely_report_id: int | None = Field(default=None, foreign_key="report.id")


class Handshake(SQLModel, table=True):
    """A link by which who wrote a harvested voice may take it over; of its token only the keyed hash is kept."""

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", unique=True)
    token: str = Field(unique=True)
    state: str = words("offered")  # offered | opened | declined | taken
    contact_id: int | None = Field(
        default=None, foreign_key="contact.id", index=True
    )  # who followed it: nobody else may
    until: datetime = moment()
    decided_at: datetime | None = moment(nullable=True)
    consent: str = words()  # the version of the words that were agreed to


class Event(SQLModel, table=True):
    """One change of a report: who, when, from where to where, with what public note."""

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    kind: str  # opened | joined | split | merged | moved | corrected | added | withdrawn | removed
    from_status: str = words()
    to_status: str = words()
    note: str = words()
    by: str = words()
    at: datetime = moment()
    submission_id: int | None = Field(default=None, foreign_key="submission.id")


class Outbox(SQLModel, table=True):
    """A reply owed; `key` is (turn, n) for an answer and (event, submission) for a notice: owed once."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str  # answer | notice
    state: str = words("owed", index=True)  # owed | sent | failed | by_hand | bundled (another told it)
    channel: str  # where it goes, which may be another than the complaint's
    shut: str = words()  # the channels that could not carry it
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    submission_id: int | None = Field(default=None, foreign_key="submission.id", index=True)
    report_id: int | None = Field(default=None, foreign_key="report.id")
    content: bytes | None = sealed()  # text, buttons, what it replies to
    status: str = words()
    tries: int = number()
    reason: str = words()
    created_at: datetime = moment()
    attempted_at: datetime | None = moment(nullable=True)
    sent_at: datetime | None = moment(nullable=True)
    platform_ref: str | None = Field(default=None, index=True)  # keyed hash of the platform's id
    platform_id: bytes | None = sealed()
    receipt: str = words()  # sent | delivered | read | failed, as the platform says later


class Job(SQLModel, table=True):
    """One step to do; (task, subject) is its key. Jobs of one lane are done one after the other, in order."""

    id: int | None = Field(default=None, primary_key=True)
    task: str
    subject: str
    lane: str | None = None
    state: str = words("ready")  # ready | running | done | quarantined
    run_at: datetime = moment()
    lease_until: datetime | None = moment(nullable=True)
    tries: int = number()
    reason: str = words()
    channel: str = words()  # whose platform it waits for

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


class Switch(SQLModel, table=True):
    """Something that a person switched on while the program runs; a row that is gone is off."""

    name: str = Field(primary_key=True)
    by: str = words()
    at: datetime = moment()


class Account(SQLModel, table=True):
    """Someone who signs in to the console."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str = words()
    role: str  # reviewer | unit_admin | administrator
    unit: str = words()
    password: str = words()  # argon2id
    epoch: int = number()  # raised to end all sessions
    disabled: bool = flag()
    created_at: datetime = moment()
    password_at: datetime | None = moment(nullable=True)  # when its owner changed it last


_TABLES = SQLModel.metadata.tables
deliveries = _TABLES["delivery"]
contacts = _TABLES["contact"]
conversations = _TABLES["conversation"]
messages = _TABLES["message"]
turns = _TABLES["turn"]
findings = _TABLES["finding"]
reports = _TABLES["report"]
submissions = _TABLES["submission"]
handshakes = _TABLES["handshake"]
events = _TABLES["event"]
outbox = _TABLES["outbox"]
jobs = _TABLES["job"]
attachments = _TABLES["attachment"]
early_receipts = _TABLES["earlyreceipt"]
channel_states = _TABLES["channelstate"]
counts = _TABLES["count"]
accounts = _TABLES["account"]
switches = _TABLES["switch"]
