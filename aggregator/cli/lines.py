"""JSON lines: messages in the shape of `elapor match`'s input, and the lines that commands print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aggregator.rules.report import INGESTED
from connectors.base import Author, Inbound, Media
from connectors.payload import point, rows, text

_YEARS = range(1990, 2200)
"""Other times are another program's slips, and no arithmetic with days holds at the ends of the calendar."""


class BadLineError(ValueError):
    """Baris ini bukan pesan: perlu objek JSON dengan id, text, author, channel dan sent_at (ISO 8601 dengan zona)."""


def inbound_of(line: Any, channel: str = "") -> Inbound:
    """A message in the shape of `match`'s input as an Inbound; raises BadLineError."""
    if not isinstance(line, Mapping) or not isinstance(line.get("text"), str) or line.get("id") in (None, ""):
        raise BadLineError(BadLineError.__doc__)
    sent_at = datetime.fromisoformat(str(line.get("sent_at", "")))
    if sent_at.tzinfo is None or sent_at.year not in _YEARS:
        raise BadLineError(BadLineError.__doc__)
    author, thread = (text(str(line.get(name) or "")) for name in ("author", "thread"))
    return Inbound(
        channel=text(channel or str(line.get("channel") or INGESTED)).replace(
            ":", "_"
        ),  # figures join labels by colons
        account=INGESTED,
        thread="",
        external_id=text(str(line["id"])),
        sent_at=sent_at,
        author=Author(author, author) if author else None,
        text=text(line["text"]),
        thread_name=thread,
        media=tuple(Media("photo", str(path)) for path in rows(line.get("photos"))),
        point=point({"latitude": line.get("lat"), "longitude": line.get("lon")}),
    )


def as_line(held: dict[str, Any]) -> str:
    """A JSON line; halves of surrogate pairs, which UTF-8 cannot hold, stay escaped as they came."""
    return json.dumps(held, ensure_ascii=False).encode(errors="backslashreplace").decode() + "\n"
