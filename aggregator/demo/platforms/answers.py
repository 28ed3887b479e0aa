"""How the stand-ins read a call and answer it, or don't answer at all."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from aggregator.demo.platforms.platforms import Fault, How, Platforms

_PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////"
    "////////wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEG"
    "E1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJ"
    "ipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/ACv/2Q=="
)
"""A grey JPEG of 8 by 8 points."""


class Silence(Response):
    """An answer that never comes: the connection is held until the caller gives up, or dropped in the middle."""

    def __init__(self, how: How) -> None:
        super().__init__()
        self.how = how

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Begin an answer without ending it, upon which the server drops the connection, or wait."""
        if self.how == "drop":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            return
        while (await receive())["type"] != "http.disconnect":
            pass


_NESTED = ("reply_markup", "reply_parameters", "link_preview_options", "recipient")
"""Fields that hold JSON within a form."""


async def fields(request: Request) -> dict[str, Any]:
    """Give what a call says, in its address and in its body of JSON or a form."""
    body = (await request.body()).decode()
    told: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        told.update(json.loads(body))
    else:
        told.update((name, json.loads(value) if name in _NESTED else value) for name, value in parse_qsl(body))
    return told


def settle(
    platforms: Platforms, fault: Fault | None, refuse: Callable[[Fault], Response], answer: Any, **told: Any
) -> Response:
    """Take a message into the ledger and answer, unless a fault says otherwise; `told` are Entry's fields."""
    if fault and fault.how == "refuse":
        return refuse(fault)
    entry = platforms.take(**told)
    if fault is None:
        return JSONResponse(answer)
    platforms.silenced.append(entry)
    return Silence(fault.how)


def file(platforms: Platforms, identity: str) -> tuple[str, bytes]:
    """Give the type and content of a file; of an unknown id a picture that no other id has."""
    comment = identity.encode()[:1000]
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return platforms.media.get(identity) or ("image/jpeg", _PICTURE[:2] + segment + _PICTURE[2:])
