"""Streams the messages of one exported chat, in bounded memory however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.export_file import chat_lines
from connectors.export_headers import DateOrder, Form, form_of
from connectors.export_lines import Dates, Written, written
from connectors.export_words import ExportKind, normal, said


class UnknownTimezone(Exception):
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
    return ExportMessage(at, author, sorted_.words, sorted_.kind, sorted_.file, normal(sorted_))
