"""`ingest`: messages brought by another program; and how a command has what was stored read at once."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from aggregator.app import App
from aggregator.cli.lines import BadLineError, as_line, inbound_of
from aggregator.cli.streams import Streams
from aggregator.pipeline.filing import Origin
from aggregator.rules.report import NewSubmission
from aggregator.store.findings import NewFinding
from aggregator.worker import Worker
from connectors.base import Inbound
from nlu.base import Extraction


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


def read_now(app: App, pause: Callable[[], float] = lambda: 0.05) -> None:
    """Read what was stored ourselves, or, beside a running worker, together with it; `pause` is asked between looks."""
    handlers = app.handlers(sending=False)
    asyncio.run(until_quiet(app, Worker(app.store, handlers, app.clock), tuple(handlers), pause))


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
