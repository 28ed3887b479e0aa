"""The way in by e-mail: whole letters (RFC 5322) as a mailbox hands them out; what machines wrote is never a complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from connectors.base import Author, Inbound, Media, MediaKind, Parsed, Receipt, ReceiptState
from connectors.email_words import content_of, words_of
from connectors.payload import IgnoredElement, MalformedElement, needed, text, whole

CHANNEL = "email"
_ADDRESS = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,255}")
_ID = re.compile(r"<([^<>\s]{1,300})>")
_MACHINES = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+.-].*)?@", re.IGNORECASE)
_REPLY = re.compile(r"\s*(?:re|bls|balas|fwd?|fw|terusan)\s*:", re.IGNORECASE)
_KINDS: dict[str, MediaKind] = {"image": "photo", "video": "video", "audio": "audio"}
_OUTCOMES: dict[str, ReceiptState] = {"failed": "failed", "delivered": "delivered"}
_MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class EmailConnector:
    """Reads letters to `address` (with a name or without). Where `authserv` names our mail server (RFC 8601), only senders that it proved are heard.

    A conversation is one sender's, whatever the subject; Message-ID and In-Reply-To tell which letter answers which.
    """

    address: str = ""
    authserv: str = ""
    channel: str = CHANNEL

    def verify(self, _headers: Mapping[str, str], _body: bytes) -> bool:
        """No webhook exists, so nothing is ever proven."""
        return False

    def handshake(self, _query: Mapping[str, str]) -> str | None:
        """No webhook exists."""
        return None

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read one letter, or what a mail server says became of one of ours (RFC 3464)."""
        return whole(lambda: self._read(body, received_at))

    def _read(self, body: bytes, received_at: datetime) -> Parsed | Inbound:
        letter = message_from_bytes(body)
        if letter.get_content_type() == "multipart/report":
            return _report(letter, received_at)
        sender = _address(letter, "from")
        if not sender:
            raise MalformedElement("no sender")
        key = needed(_identity(letter, "message-id"), "message id")
        self._heard(letter, sender)
        name = text(parseaddr(_header(letter, "from"))[0]).strip()[:200]
        return Inbound(
            channel=CHANNEL,
            account="",
            thread=sender,
            external_id=key,
            sent_at=_sent_at(letter, received_at),
            author=Author(sender, name),
            text=_said(letter),
            direct=True,
            media=_files(letter, key),
            reply_to=_identity(letter, "in-reply-to"),
        )

    def _heard(self, letter: Message, sender: str) -> None:
        """Raise IgnoredElement for what nobody wrote to us (RFC 3834, 2), and for a sender that is not proven."""
        if sender == parseaddr(self.address)[1].casefold():
            raise IgnoredElement("our own letter")
        automatic = _header(letter, "auto-submitted").partition(";")[0].strip().casefold() not in ("", "no")
        bulk = _header(letter, "precedence").strip().casefold() in ("bulk", "list", "junk", "auto_reply")
        marks = ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond")
        if automatic or bulk or _MACHINES.match(sender) or any(_header(letter, mark) for mark in marks):
            raise IgnoredElement("written by a machine")
        if self.authserv and not self._proven(letter):
            raise IgnoredElement("sender not proven")

    def _proven(self, letter: Message) -> bool:
        """Whether our own mail server found that the sender's domain sent this (DMARC); a header below may be forged."""
        server, _, found = _header(letter, "authentication-results").partition(";")
        return server.split()[:1] == [self.authserv] and re.search(r"\bdmarc\s*=\s*pass\b", found) is not None


def _header(letter: Message, name: str) -> str:
    """A header as readable text; several lines are one."""
    raw = letter.get(name)
    try:
        return " ".join(text(str(make_header(decode_header(str(raw or ""))))).split())
    except (ValueError, LookupError):
        return " ".join(text(str(raw or "")).split())


def _address(letter: Message, name: str) -> str:
    found = text(parseaddr(_header(letter, name))[1]).casefold()
    return found if _ADDRESS.fullmatch(found) else ""


def _identity(letter: Message, name: str) -> str:
    found = _ID.search(_header(letter, name))
    return found[1] if found else ""


def _sent_at(letter: Message, received_at: datetime) -> datetime:
    """When it was sent by the sender's clock, but never later than it came."""
    try:
        told = parsedate_to_datetime(_header(letter, "date"))
        aware = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return received_at.astimezone(UTC)
    return min(aware, received_at.astimezone(UTC))


def _said(letter: Message) -> str:
    """The words; the subject too where it begins a conversation, for many write the trouble there."""
    words, subject = text(words_of(letter)).strip(), _header(letter, "subject")
    opening = subject and not _REPLY.match(subject) and not _identity(letter, "in-reply-to")
    if not opening or subject.casefold() in words.casefold():
        return words
    return f"{subject}\n{words}".strip()


def _files(letter: Message, key: str) -> tuple[Media, ...]:
    """The attachments; they are fetched from the mailbox again, by Message-ID and place."""
    found = list(attachments(letter))[:_MOST_FILES]
    return tuple(
        Media(_KINDS.get(part.get_content_maintype(), "document"), f"{key} {n}", part.get_content_type())
        for n, part in enumerate(found)
    )


def attachments(letter: Message) -> Iterator[Message]:
    """The parts that are files: what has a file name or is no text, the pictures within HTML too."""
    for part in letter.walk():
        named = part.get_filename() or part.get_content_disposition() == "attachment"
        if not part.is_multipart() and (named or _is_file(part)):
            yield part


def _is_file(part: Message) -> bool:
    return part.get_content_maintype() in ("image", "video", "audio", "application")


def _report(letter: Message, received_at: datetime) -> Parsed:
    """What became of a letter of ours; known by its Message-ID, which nobody else can guess."""
    told: dict[str, str] = {}
    for part in list(letter.walk())[1:]:
        for name, value in _fields(part):
            told.setdefault(name, value)
    state = _OUTCOMES.get(told.get("action", "").casefold())
    if state is None or "message-id" not in told:
        raise IgnoredElement("a report of nothing final")
    status = re.match(r"\d\.\d{1,3}\.\d{1,3}\b", told.get("status", ""))
    error = status[0] if status and state == "failed" else ""
    return Parsed((Receipt(CHANNEL, told["message-id"], state, received_at.astimezone(UTC), error),))


def _fields(part: Message) -> Iterator[tuple[str, str]]:
    """What a part of a report tells: a recipient's fields, or the headers of the letter that it is about."""
    if part.get_content_type() == "text/rfc822-headers":
        part = message_from_string(content_of(part))
    yield from ((name, _header(part, name)) for name in ("action", "status") if part.get(name))
    if identity := _identity(part, "message-id"):
        yield "message-id", identity
