"""The console and the public pages as one FastAPI application."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig

from aggregator.web import (
    accounts,
    answering,
    channels,
    health,
    lodge,
    noting,
    own_account,
    photos,
    public,
    queue,
    report,
    review,
    signing_in,
)
from aggregator.web.errors import add_error_pages
from aggregator.web.guard import Guard
from aggregator.web.office import Office
from aggregator.web.pages import HERE, LIBRARIES, Pages
from aggregator.web.passwords import Throttle
from aggregator.web.turnstile import Turnstile

PARTS = (
    public,
    answering,
    lodge,
    signing_in,
    noting,
    review,
    queue,
    report,
    photos,
    accounts,
    own_account,
    channels,
    health,
)
"""The modules whose `router` makes up the application; one that takes pictures says its own MAX_BODY."""
MAX_FORM = 64 * 1024
"""Bytes; the longest form is a note of 2,000 characters."""

# FastAPI would hand addresses, and the messages of exceptions and of refused forms, to any OpenTelemetry provider.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def create_app(office: Office) -> FastAPI:
    """The application over an office; opens nothing by itself."""
    app = FastAPI(
        title="E-LAPOR",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=_NO_TELEMETRY,
    )
    furnish(app, office)
    for part in PARTS:
        app.include_router(part.router, max_body_size=getattr(part, "MAX_BODY", MAX_FORM))
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for name, folder in LIBRARIES.items():
        if (office.node_modules / folder).is_dir():
            app.mount(f"/lib/{name}", StaticFiles(directory=office.node_modules / folder), name=name)
    add_error_pages(app)
    app.add_middleware(Guard)
    return app


def furnish(app: FastAPI, office: Office) -> None:
    """Give the pages their office, its names, and counters of its own."""
    app.state.office = office
    app.state.pages = Pages(office)
    app.state.throttle = Throttle(office.clock)
    app.state.turnstile = Turnstile(office.clock)
    app.state.answers = Turnstile(office.clock, most=answering.MOST_AT_ONCE)
