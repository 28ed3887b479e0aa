"""The console and the public pages as one FastAPI application."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from aggregator.web import accounts, health, public, queue, report, review, signing_in
from aggregator.web.errors import add_error_pages
from aggregator.web.guard import Guard
from aggregator.web.office import Office
from aggregator.web.pages import HERE, LIBRARIES, Pages
from aggregator.web.passwords import Throttle

PARTS = (public, signing_in, review, queue, report, accounts, health)
"""The modules whose `router` makes up the application."""


def create_app(office: Office) -> FastAPI:
    """The application over an office; opens nothing by itself."""
    app = FastAPI(title="E-LAPOR", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = office
    app.state.pages = Pages(office)
    app.state.throttle = Throttle(office.clock)
    for part in PARTS:
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for name, folder in LIBRARIES.items():
        if (office.node_modules / folder).is_dir():
            app.mount(f"/lib/{name}", StaticFiles(directory=office.node_modules / folder), name=name)
    add_error_pages(app)
    app.add_middleware(Guard)
    return app
