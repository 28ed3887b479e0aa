"""`queue`, `report`, `outbox`, `move`: the queue on the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from aggregator.app import App
from aggregator.cli.streams import Streams
from aggregator.rules.report import SYSTEM, Viewer, parse_code
from aggregator.rules.status import STATES
from aggregator.store.queue import Filters


def queue(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Print the queue."""
    statuses = tuple(s for s in args.status.split(",") if s)
    rows = [_line(row) for row in app.store.queue(SYSTEM, Filters(statuses=statuses, unit=args.unit))]
    _print(streams, rows, jsonl=args.jsonl, short=_QUEUE)
    return 0


def report(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Print one report with its timeline and voices."""
    row = app.store.report(SYSTEM, _code(app, args.code))
    voices = app.store.voices(SYSTEM, row.id)
    line = _line(row) | {"voices": sum(v["withdrawn_at"] is None for v in voices)}
    line["timeline"] = [_event(event) for event in app.store.timeline(SYSTEM, row.id)]
    line["submissions"] = [_voice(voice) for voice in voices]
    if args.jsonl:
        _print(streams, [line], jsonl=True)
        return 0
    for rows, short in (([line], _QUEUE), (line["timeline"], _TIMELINE), (line["submissions"], _VOICES)):
        _print(streams, rows, jsonl=False, short=short)
    return 0


def outbox(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Print all replies."""
    names = ("id", "submission", "report", "channel", "kind", "state", "tries", "reason", "platform_id")
    rows = [{name: row[name] for name in names} for row in app.store.outbox()]
    _print(streams, rows, jsonl=args.jsonl, short=_OUTBOX)
    return 0


def move(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Change a report's status."""
    by = Viewer("system", name=args.by or "baris perintah")
    row = app.reviewer.move(by, _code(app, args.code), args.status, args.note)
    streams.out.write(f"{row.code}: {row.status}\n")
    return 0


def _code(app: App, typed: str) -> str:
    return parse_code(typed, app.region.code_prefix) or typed


def _line(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "status": row.status,
        "category": row.category,
        "class": row.report_class,
        "urgency": row.urgency,
        "location": row.location,
        "place": row.place,
        "unit": row.unit,
        "due": _time(row.due),
        "voices": getattr(row, "voices", 0),
        "opened_at": _time(row.opened_at),
    }


def _event(event: Any) -> dict[str, Any]:
    names = ("kind", "from_status", "to_status", "note", "by", "submission")
    return {"at": _time(event.at)} | {name: getattr(event, name) for name in names}


def _voice(voice: dict[str, Any]) -> dict[str, Any]:
    names = ("code", "channel", "visibility", "category", "location", "place", "text", "permalink", "score", "reasons")
    times = {name: _time(voice[name]) for name in ("sent_at", "received_at", "withdrawn_at")}
    return {name: voice[name] for name in names} | times


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _print(
    streams: Streams, rows: Sequence[dict[str, Any]], *, jsonl: bool, short: Mapping[str, str] = MappingProxyType({})
) -> None:
    """JSON lines with everything, or a table with the columns of `short` (name → heading)."""
    if jsonl:
        for row in rows:
            streams.out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for name, heading in short.items():
        table.add_column(heading, no_wrap=name in _NEVER_WRAPPED, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(name, row[name]) for name in short))
    Console(file=streams.out, width=max(streams.width, 100)).print(table)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in ("status", "from_status", "to_status") and value in STATES:
        return STATES[value].name
    return str(value)[:10] if name in ("due", "opened_at") else str(value)[:160]


_NEVER_WRAPPED = ("code", "submission", "report", "due", "id")
_QUEUE = {"code": "kode", "status": "status", "category": "kategori", "location": "wilayah", "place": "patokan"} | {
    "unit": "perangkat",
    "due": "batas",
    "voices": "suara",
}
_TIMELINE = {"at": "waktu", "kind": "peristiwa", "to_status": "menjadi", "note": "catatan", "by": "oleh"}
_VOICES = {"code": "kode", "channel": "kanal", "sent_at": "dikirim", "text": "isi"}
_OUTBOX = {
    "id": "no",
    "submission": "aduan",
    "channel": "kanal",
    "kind": "jenis",
    "state": "keadaan",
    "tries": "coba",
} | {
    "reason": "sebab",
}
