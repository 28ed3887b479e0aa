"""`ingest`, `import-chat`: messages brought by hand or by another program."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from aggregator.app import App
from aggregator.cli.lines import BadLineError, as_line, inbound_of
from aggregator.cli.streams import Streams
from aggregator.pipeline.filing import Origin
from aggregator.rules.report import NewSubmission
from aggregator.store.deliveries import Delivered
from aggregator.store.findings import NewFinding
from aggregator.worker import Worker
from connectors import whatsapp_export
from connectors.base import Inbound
from connectors.export_chat import UnknownTimezone
from connectors.export_file import UnsafeArchive
from connectors.export_lines import AmbiguousDates, ImpossibleDates, NotAnExport
from nlu.base import Extraction

AHEAD = 20
"""Deliveries of an import that are kept in one commit."""


_REFUSED: dict[type[Exception], str] = {
    NotAnExport: "bukan ekspor obrolan WhatsApp. Di WhatsApp: buka grup, menu, Lainnya, Ekspor chat.",
    UnsafeArchive: "arsip ini bukan buatan WhatsApp dan tidak dibuka.",
    AmbiguousDates: "tanggalnya dapat dibaca dua cara. Ulangi dengan --date-order dmy (hari dulu) atau mdy (bulan dulu).",
    ImpossibleDates: "tanggalnya tidak cocok dengan urutan yang diberikan pada --date-order.",
    UnknownTimezone: "zona waktu tidak dikenal. Contoh: --timezone Asia/Makassar.",
}


def ingest(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Take in messages a line each; print what became of each."""
    failed = False
    for number, line in enumerate(filter(str.strip, streams.lines), 1):
        try:
            held = json.loads(line)
            item = inbound_of(held, args.channel)
        except (ValueError, RecursionError):
            failed = True
            _write(streams, {"error": str(BadLineError.__doc__), "line": number})
            continue
        read = app.engine.read(item.text, item.thread_name, app.region.code)
        what: NewSubmission | NewFinding | None = None
        if item.text.strip():
            what = _submission(app, item, read) if args.direct else app.filer.finding(item.text, read, item.sent_at)
        done = app.store.ingest(item, what, app.filer.choose, app.clock())
        _write(
            streams,
            {"id": held["id"], "outcome": done.outcome, "submission": done.submission, "report": done.report},
        )
    return 1 if failed else 0


def _submission(app: App, item: Inbound, read: Extraction) -> NewSubmission:
    now = app.clock()
    origin = Origin(
        channel=item.channel,
        source_key=f"{item.channel}:{item.external_id}",
        sent_at=item.sent_at,
        received_at=now,
        thread_name=item.thread_name,
        point=item.point,
    )
    return app.filer.make(item.text, read, origin)


def import_chat(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Import WhatsApp "Export chat" files; the same or a longer export adds only what is new."""
    timezone = args.timezone or app.region.timezone
    for name in args.files:
        path = streams.folder / name
        try:
            export = whatsapp_export.read_export(path, timezone, args.date_order)
        except tuple(_REFUSED) as error:
            streams.err.write(f"{Path(name).name}: {_REFUSED[type(error)]}\n")
            return 1
        if args.dry_run:
            for message in export:
                _write(streams, message.as_json())
            continue
        before = app.store.messages_by_channel().get("whatsapp_export", 0)
        _keep(app, whatsapp_export.batches(path, args.group, timezone, args.date_order), export.headers, streams)
        read_now(app)
        if args.consent:
            app.store.note_consent("whatsapp_export", args.group, args.group, args.consent, app.clock())
        new = app.store.messages_by_channel().get("whatsapp_export", 0) - before
        streams.out.write(f"{Path(name).name}: {export.headers} pesan di berkas, {new} baru.\n")
    return 0


def _keep(app: App, bodies: Iterable[bytes], total: int, streams: Streams) -> None:
    """Store an import as deliveries, some at a time, showing how far it is."""
    with Progress(console=Console(file=streams.err), transient=True) as progress:
        bar = progress.add_task("Menyimpan pesan", total=total)
        left = iter(bodies)
        while some := list(islice(left, AHEAD)):
            app.store.keep([Delivered("whatsapp_export", body, app.clock()) for body in some])
            progress.advance(bar, 200 * len(some))


def read_now(app: App) -> None:
    """Read what was stored ourselves, or, beside a running worker, together with it."""
    handlers = app.handlers(sending=False)
    asyncio.run(until_quiet(app, Worker(app.store, handlers, app.clock), tuple(handlers)))


async def until_quiet(
    app: App, worker: Worker, tasks: tuple[str, ...], pause: Callable[[], float] = lambda: 0.05
) -> None:
    """Work until no job of these tasks is left."""
    working = asyncio.create_task(worker.run())
    while await asyncio.to_thread(app.store.busy, tasks):
        await asyncio.sleep(pause())
    worker.stop()
    await working


def _write(streams: Streams, line: Mapping[str, Any]) -> None:
    streams.out.write(as_line(dict(line)))
