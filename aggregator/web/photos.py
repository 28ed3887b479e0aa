"""The files of messages, handed only to those who may see the finding or report that they belong to."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from aggregator.store.lookup import UnknownCodeError
from aggregator.web.session import SignedIn

router = APIRouter(prefix="/lampiran")

ENDINGS = {
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "application/pdf": "pdf",
}
"""What is handed out, and how it is named; pictures were written anew by ourselves."""
_KEPT_S = 300
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


@router.get("/{identity}")
def one(visit: SignedIn, request: Request, identity: int) -> Response:
    """One file; a picture, sound or film may show itself in the page, a document is only saved."""
    view, files = visit.office.store.file(visit.viewer, identity), visit.office.files
    content = files.read(view.name) if view is not None and files is not None else None
    if view is None or content is None or view.mime not in ENDINGS:
        raise UnknownCodeError(UnknownCodeError.__doc__)
    shown = "attachment" if view.mime.startswith("application/") else "inline"
    headers = {
        "Content-Disposition": f'{shown}; filename="lampiran-{identity}.{ENDINGS[view.mime]}"',
        "Content-Type": view.mime,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": f"private, max-age={_KEPT_S}",
        "Accept-Ranges": "bytes",
    }
    return _part(content, request.headers.get("range", ""), headers)


def _part(content: bytes, wanted: str, headers: dict[str, str]) -> Response:
    """The whole, or the one range that is asked for: iPhones play sound and films only so (RFC 9110, 14.2)."""
    asked = _RANGE.fullmatch(wanted)
    if asked is None:
        return Response(content, headers=headers)
    first = int(asked[1])
    last = min(int(asked[2]) if asked[2] else len(content) - 1, len(content) - 1)
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    told = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return Response(content[first : last + 1], 206, headers=headers | told)
