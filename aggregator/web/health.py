"""Liveness, readiness and figures, for whoever watches the program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from aggregator.rules.report import SYSTEM
from aggregator.rules.status import STATES
from aggregator.store.channel_view import ChannelView
from aggregator.store.store import Store
from aggregator.web.session import Anyone

router = APIRouter()

Series = Iterable[tuple[tuple[str, ...], int]]


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(visit: Anyone) -> JSONResponse:
    """Each part that must answer, as true or false; 503 while one does not."""
    parts = visit.office.ready()
    return JSONResponse(parts, 200 if all(parts.values()) else 503)


@router.get("/metrics")
def metrics(visit: Anyone) -> PlainTextResponse:
    """The figures in Prometheus' text format 0.0.4, told from the store: every process tells the same."""
    return PlainTextResponse(
        "".join(_told(visit.office.store, visit.office.clock())), media_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _told(store: Store, now: datetime) -> Iterable[str]:
    figures = store.figures()
    by_status = store.queue_counts(SYSTEM)
    statuses = [((status,), by_status.get(status, 0)) for status in STATES]
    yield from _family(
        "elapor_deliveries_total", "counter", ("channel", "outcome"), figures.get("deliveries", {}).items()
    )
    yield from _family("elapor_inbound_total", "counter", ("channel",), figures.get("inbound", {}).items())
    yield from _family("elapor_jobs", "gauge", ("task", "state"), figures["jobs"].items())
    yield from _family("elapor_reports", "gauge", ("status",), statuses)
    yield from _family("elapor_replies_total", "counter", ("channel", "outcome"), store.reply_figures().items())
    yield from _channels(store.channel_states(now), now)


def _channels(views: Iterable[ChannelView], now: datetime) -> Iterable[str]:
    """How well each channel hears: 0 where it is deaf or cannot answer, and the seconds since it last heard or was asked."""
    known = [view for view in views if view.state != "unknown"]
    up = [((view.channel,), int(view.state in ("hearing", "ailing"))) for view in known]
    heard = [((view.channel,), _seconds(now, view.last_item_at)) for view in known if view.last_item_at]
    asked = [((view.channel,), _seconds(now, view.polled_at)) for view in known if view.polled_at]
    yield from _family("elapor_channel_up", "gauge", ("channel",), up)
    yield from _family("elapor_channel_last_item_seconds", "gauge", ("channel",), heard)
    yield from _family("elapor_poll_lag_seconds", "gauge", ("channel",), asked)


def _seconds(now: datetime, then: datetime) -> int:
    return max(0, int((now - then).total_seconds()))


def _family(name: str, kind: str, labels: tuple[str, ...], series: Series) -> Iterable[str]:
    yield f"# TYPE {name} {kind}\n"
    for values, figure in sorted(series):
        told = ",".join(f'{label}="{_escaped(value)}"' for label, value in zip(labels, values, strict=True))
        yield f"{name}{{{told}}} {figure}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
