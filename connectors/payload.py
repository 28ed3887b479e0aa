"""Reads JSON that nobody promised: every field may be missing or of another type, and no bad element loses its neighbours."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from connectors.base import Item, Parsed

Json = dict[str, Any]

_ID_LENGTH = 300
"""The longest id that a platform gives stays below this; a longer one would not fit a database's index."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of surrogate pairs: legal in JSON, refused by PostgreSQL and by UTF-8."""
_WORD = re.compile(r"[a-z][a-z0-9_]{0,40}")


class IgnoredElement(Exception):
    """An element that can be read and is none of ours; its argument says why."""


class MalformedElement(Exception):
    """An element that cannot be read; its argument says why."""


def load(body: bytes) -> Any:
    """Decode one delivery; raises MalformedElement where it is no JSON (too deep and too long numbers included)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedElement("not JSON") from None


def record(value: Any, what: str) -> Json:
    """Give a JSON object; raises MalformedElement where it is something else."""
    if not isinstance(value, dict):
        raise MalformedElement(f"{what} is no object")
    return value


def part(value: Any, *path: str) -> Json:
    """Give the object that stands at `path`, or an empty one."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    """Give a JSON array, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Give a string that every store takes, or ""."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def ident(value: Any) -> str:
    """Give an id, which platforms write as a string or a number, or ""."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = text(str(value))
    return found if len(found) <= _ID_LENGTH else ""


def needed(value: Any, what: str) -> str:
    """Give an id without which the element has no key; raises MalformedElement where there is none."""
    found = ident(value)
    if not found:
        raise MalformedElement(f"no {what}")
    return found


def word(value: Any) -> str:
    """Give a platform's own term (a type, a verb) as a reason may carry it: never free text."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else "unknown"


def moment(value: Any, otherwise: datetime) -> datetime:
    """Give an aware UTC time from seconds or milliseconds since 1970, or `otherwise`."""
    try:
        seconds = float(value)
        if seconds > 1e11:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else otherwise.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise.astimezone(UTC)


def point(place: Json) -> tuple[float, float] | None:
    """Give latitude and longitude in degrees where the object holds a place on earth."""
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if "" in (latitude, longitude):  # a field of a form that nothing was put into
        return None
    try:
        found = float(latitude or 0), float(longitude or 0)
    except (TypeError, ValueError, OverflowError):
        return None
    on_earth = math.isfinite(sum(found)) and abs(found[0]) <= 90 and abs(found[1]) <= 180
    return found if on_earth and None not in (latitude, longitude) else None


def ignored(reason: str) -> Parsed:
    """Give the outcome of an element that is none of ours."""
    return Parsed(ignored=(reason,))


def merge(parts: Iterable[Parsed]) -> Parsed:
    """Join what several elements held."""
    held = list(parts)
    return Parsed(
        tuple(item for one in held for item in one.items),
        tuple(reason for one in held for reason in one.ignored),
        tuple(reason for one in held for reason in one.malformed),
    )


def attempt(read: Callable[[], Parsed | Item]) -> Parsed:
    """Read one element and name its outcome; whatever goes wrong in it stays in it."""
    try:
        found = read()
    except IgnoredElement as why:
        return ignored(str(why))
    except MalformedElement as why:
        return Parsed(malformed=(str(why),))
    except Exception as why:  # noqa: BLE001 - a shape that nobody foresaw must not lose the rest of the batch
        return Parsed(malformed=(f"unforeseen {type(why).__name__}",))
    return found if isinstance(found, Parsed) else Parsed((found,))


def each(value: Any, what: str, read: Callable[[Json], Parsed | Item]) -> Parsed:
    """Read every object of an array by itself; a missing array holds nothing."""
    if value is None:
        return Parsed()
    if not isinstance(value, list):
        return Parsed(malformed=(f"{what} is no array",))
    return merge(attempt(lambda one=one: read(record(one, what))) for one in value)  # type: ignore[misc]


def whole(read: Callable[[], Parsed | Item]) -> Parsed:
    """Read one delivery; one that held nothing at all is ignored with a reason."""
    found = attempt(read)
    return found if found != Parsed() else ignored("nothing in it")
