"""The way in of WhatsApp groups that no API can join: the file which a member makes by "Export chat"."""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from connectors.base import Author, Inbound, Media, Parsed
from connectors.export_chat import Export, ExportMessage, UnknownTimezone, read_export
from connectors.export_file import DamagedArchive, UnsafeArchive, media, media_names, plain_name
from connectors.export_headers import DateOrder, NotAnExport
from connectors.export_lines import AmbiguousDates, ImpossibleDates
from connectors.export_words import media_kind
from connectors.payload import Json, MalformedElement, each, load, needed, record, text, whole

__all__ = [
    "AmbiguousDates",
    "DamagedArchive",
    "DateOrder",
    "Export",
    "ExportConnector",
    "ExportMessage",
    "ImpossibleDates",
    "NotAnExport",
    "UnknownTimezone",
    "UnsafeArchive",
    "attached",
    "batches",
    "bodies",
    "inbounds",
    "media",
    "media_names",
    "read_export",
]

CHANNEL = "whatsapp_export"
_PLACE = re.compile(
    r"(?:location: |lokasi: )?https://maps\.google\.com/\S*?[?&]q=(-?\d+\.?\d*),(-?\d+\.?\d*)\S*", re.IGNORECASE
)
_NUMBER = re.compile(r"\+[\d\s().\u2010-\u2015-]{8,20}")
_REMEMBERED = 4_096
"""Messages among which equals of one minute are counted; a late one stands only a few lines away."""


def _entries(messages: Iterable[ExportMessage], group: str) -> Iterator[Json]:
    """Give what people said, each under its key: group, minute, normalised text, ordinal among equals.

    The author is no part of it, for every member's phone knows people by other names.
    """
    seen: OrderedDict[tuple[str, str], int] = OrderedDict()
    for message in messages:
        if message.kind not in ("message", "media"):
            continue
        minute = str(int(message.sent_at.timestamp()) // 60)
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
    """Give the bodies of the deliveries that store an export; raises what read_export raises, before the first body."""
    return bodies(read_export(path, timezone, date_order), group, size)


def bodies(export: Iterable[ExportMessage], group: str, size: int = 200) -> Iterator[bytes]:
    """Give the bodies of deliveries, `size` messages each, the same bytes for the same file."""
    entries = _entries(export, group)
    while messages := list(islice(entries, size)):
        yield json.dumps({"group": group, "messages": messages}, ensure_ascii=False).encode(errors="replace")


def attached(messages: Iterable[ExportMessage], group: str, names: Collection[str]) -> dict[str, list[str]]:
    """Give which messages (external ids) name which of the files that stand beside the chat (`media_names`)."""
    found: dict[str, list[str]] = {}
    for entry in _entries(messages, group):
        name = plain_name(entry["media"] or "")
        if name in names:
            found.setdefault(name, []).append(entry["id"])
    return found


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
