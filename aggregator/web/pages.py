"""Templates: how a page is rendered, and the few things that templates cannot say themselves."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aggregator.web.office import Office

HERE = Path(__file__).parent
LIBRARIES = {"htmx": "htmx.org/dist"}
"""What is served below /lib, by its folder in node_modules."""


class Pages:
    """The templates, with the office's names at hand."""

    def __init__(self, office: Office) -> None:
        self._names: dict[str, Any] = {
            "region_name": office.region_name,
            "demo": office.demo,
            "scripts": has_libraries(office.node_modules),
            "categories": office.categories,
            "units": office.units,
            "ways": office.ways,
            "emergency": office.emergency,
            "local": lambda moment: moment.astimezone(office.timezone),
            "days_late": lambda due: _days_late(due, office.clock()),
        }

    def show(self, template: str, status: int, /, **context: Any) -> HTMLResponse:
        """Render a page."""
        return HTMLResponse(_environment().get_template(template).render(self._names | context), status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_address"] = web_address
    return environment


def has_libraries(node_modules: Path) -> bool:
    """Whether the browser libraries are installed; without them every page still works."""
    return all((node_modules / folder).is_dir() for folder in LIBRARIES.values())


def web_address(permalink: str) -> str:
    """The permalink where it is one that may stand in a link, else nothing."""
    return permalink if permalink.startswith(("https://", "http://")) else ""


def _days_late(due: datetime | None, now: datetime) -> int | None:
    """Whole days past the due date: 0 on the first late day, None while there is time."""
    return (now - due).days if due is not None and now > due else None
