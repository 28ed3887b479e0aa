"""The way in of WhatsApp groups that no API can join: the file which a member makes by "Export chat"."""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Author, Inbound, Media, Parsed
from connectors.export_file import UnsafeArchive, chat_lines
from connectors.export_lines import (
    AmbiguousDates,
    DateOrder,
    Dates,
    Form,
    ImpossibleDates,
    NotAnExport,
    Written,
    form_of,
    written,
)
from connectors.export_words import ExportKind, media_kind, normal, said
from connectors.payload import Json, MalformedElement, each, load, needed, record, text, whole

__all__ = [
    "AmbiguousDates",
    "DateOrder",
    "Export",
    "ExportConnector",
    "ExportMessage",
    "ImpossibleDates",
    "NotAnExport",
    "UnknownTimezone",
    "UnsafeArchive",
    "batches",
    "inbounds",
    "read_export",
]

CHANNEL = "whatsapp_export"
_PLACE = re.compile(
    r"(?:location: |lokasi: )?https://maps\.google\.com/\S*?[?&]q=(-?\d+\.?\d*),(-?\d+\.?\d*)\S*", re.IGNORECASE
)
_NUMBER = re.compile(r"\+[\d\s().\u2010-\u2015-]{8,20}")
_REMEMBERED = 4_096
"""Messages among which equals of one minute are counted; a late one stands only a few lines away."""


class UnknownTimezone(Exception):  # noqa: N818 - its docstring is the message
    """No such time zone is known; in Indonesia it is Asia/Jakarta, Asia/Makassar or Asia/Jayapura."""


@dataclass(frozen=True, slots=True)
class ExportMessage:
    """One message of a chat; `author` is the name by which the exporting phone knows the person, or the number."""

    sent_at: datetime
    author: str
    text: str
    kind: ExportKind
    media: str | None
    """The attached file's name, where the export has the files."""
    normal: str
    """What all members' exports have alike of it."""

    def as_json(self) -> dict[str, Any]:
        """Give the line that `elapor import-chat --dry-run` prints."""
        at = self.sent_at.isoformat()
        return {"sent_at": at, "author": self.author, "text": self.text, "kind": self.kind, "media": self.media}


@dataclass(frozen=True, slots=True)
class Export:
    """A chat that was looked through once; every iteration streams its messages anew, in bounded memory."""

    path: Path
    zone: tzinfo
    date_order: DateOrder
    headers: int
    """How many messages it has (at least nearly), for a progress bar."""
    form: Form

    def __iter__(self) -> Iterator[ExportMessage]:
        with chat_lines(self.path) as lines:
            for one in written(lines, self.form, self.date_order):
                yield _message(one, self.zone)


def read_export(path: Path | str, timezone: str, date_order: DateOrder | None = None) -> Export:
    """Look through a whole `.txt` or `.zip` once to learn how it is written.

    Raises NotAnExport, UnsafeArchive, AmbiguousDates (then ask and give `date_order`), ImpossibleDates, UnknownTimezone,
    or OSError where the file cannot be read.
    """
    path, zone, dates = Path(path), _zone(timezone), Dates()
    with chat_lines(path) as lines:
        form = form_of(lines)
    with chat_lines(path) as lines:
        for header in filter(None, map(form.header, lines)):
            dates.add(header)
    return Export(path, zone, dates.order(date_order), dates.headers, form)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise UnknownTimezone from None


def _message(one: Written, zone: tzinfo) -> ExportMessage:
    sorted_ = said(one.author, one.text)
    author = "" if sorted_.kind == "system" else one.author.removeprefix("~").strip()
    at = one.at.replace(tzinfo=zone)
    return ExportMessage(at, author, sorted_.words, sorted_.kind, sorted_.file, normal(sorted_, one.text))


def _entries(messages: Iterable[ExportMessage], group: str) -> Iterator[Json]:
    """Give what people said, each under its key: group, minute, normalised text, ordinal among equals.

    The author is no part of it, for every member's phone knows people by other names.
    """
    seen: OrderedDict[tuple[str, str], int] = OrderedDict()
    for message in messages:
        if message.kind not in ("message", "media"):
            continue
        minute = message.sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
        same = minute, message.normal
        seen[same] = seen.pop(same, 0) + 1
        if len(seen) > _REMEMBERED:
            seen.popitem(last=False)
        key = "\0".join((group, *same, str(seen[same])))
        if message.text or message.media:  # media left out of the export are counted, but tell nothing
            yield {"id": hashlib.sha256(key.encode(errors="replace")).hexdigest()[:32], **message.as_json()}


def inbounds(messages: Iterable[ExportMessage], group: str) -> Iterator[Inbound]:
    """Give the Inbounds of an export; the same message has the same key in every member's export of the group."""
    return (_inbound(group, entry) for entry in _entries(messages, group))


def batches(
    path: Path | str, group: str, timezone: str, date_order: DateOrder | None = None, size: int = 200
) -> Iterator[bytes]:
    """Give the bodies of the deliveries that store an export, `size` messages each, the same bytes for the same file.

    Raises what read_export raises, before the first body.
    """
    entries = _entries(read_export(path, timezone, date_order), group)
    while messages := list(islice(entries, size)):
        yield json.dumps({"group": group, "messages": messages}, ensure_ascii=False).encode(errors="replace")


def _inbound(group: str, entry: Json) -> Inbound:
    """Read one message of a batch; raises MalformedElement."""
    words, file, name = text(entry.get("text")), text(entry.get("media")), text(entry.get("author"))
    place = _PLACE.search(words)
    return Inbound(
        channel=CHANNEL,
        account=group,
        thread=group,
        external_id=needed(entry.get("id"), "id"),
        sent_at=_moment(entry.get("sent_at")),
        author=_author(name) if name else None,
        text=_PLACE.sub("", words).strip() if place else words,
        thread_name=group,
        media=(Media(media_kind(file), file),) if file else (),
        point=(float(place[1]), float(place[2])) if place else None,
    )


def _author(name: str) -> Author:
    """Give the author by the display name; a number stands there for people whom the exporting phone does not know."""
    return Author(name, name, phone=re.sub(r"\D", "", name) if _NUMBER.fullmatch(name) else "")


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise MalformedElement("no sent_at") from None


@dataclass(frozen=True, slots=True)
class ExportConnector:
    """Reads the deliveries that an import writes; nothing comes in over HTTP."""

    channel: str = CHANNEL

    def verify(self, _headers: Mapping[str, str], _body: bytes) -> bool:
        """No webhook exists, so nothing is ever proven."""
        return False

    def handshake(self, _query: Mapping[str, str]) -> str | None:
        """No webhook exists."""
        return None

    def parse(self, body: bytes, _received_at: datetime) -> Parsed:
        """Read one batch: `{"group": str, "messages": [{"id","sent_at","author","text","kind","media"}]}`."""

        def read() -> Parsed:
            batch = record(load(body), "batch")
            group = needed(batch.get("group"), "group")
            return each(batch.get("messages"), "messages", lambda entry: _inbound(group, entry))

        return whole(read)
