"""A stand-in of Meta's Graph API: WhatsApp Cloud API, Facebook Page and Instagram comments below /v<version>/."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aggregator.demo.platforms import listings, whatsapp
from aggregator.demo.platforms.answers import fields, file, settle
from aggregator.demo.platforms.errors import error, fail
from aggregator.demo.platforms.platforms import Fault, Platform, Platforms

_INSTAGRAM = "17841"
"""How the ids of Instagram's professional accounts begin."""


def routes(platforms: Platforms) -> list[Route]:
    """Give the routes of all that Meta answers at one address; the shape of a call tells which product is meant."""

    async def write(request: Request) -> Response:
        said, object_, edge = await fields(request), request.path_params["object"], request.path_params["edge"]
        token = said.pop("access_token", "") or _bearer(request.headers)
        if said.get("messaging_product") == "whatsapp" and edge == "messages":
            return whatsapp.send(platforms, said, f"{object_}/{edge}", token)
        return _reply(platforms, object_, edge, said, token)

    async def read(request: Request) -> Response:
        object_, query = request.path_params["object"], request.query_params
        told = listings.tell(platforms, object_, query, _bearer(request.headers))
        return told or _told(platforms, object_, query)

    async def edge(request: Request) -> Response:
        where = request.path_params["object"], request.path_params["edge"]
        page = listings.page(platforms, *where, request.query_params, _bearer(request.headers))
        if page:
            return page
        mine = {"id": request.path_params["object"], "subscribed_fields": ["feed", "comments", "messages"]}
        return JSONResponse({"data": [mine] if request.path_params["edge"] == "subscribed_apps" else []})

    async def download(request: Request) -> Response:
        mime, content = file(platforms, request.path_params["identity"])
        return Response(content, media_type=mime)

    return [
        Route("/v{version}/{object}/{edge}", write, methods=["POST"]),
        Route("/v{version}/{object}/{edge}", edge),
        Route("/v{version}/{object}", read),
        Route("/media/{identity}", download),
    ]


def _bearer(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _reply(platforms: Platforms, object_: str, edge: str, said: dict[str, Any], token: str) -> Response:
    """Take a public reply (`comments` on Facebook, `replies` on Instagram) or a private one (`messages`)."""
    platform: Platform = "instagram" if edge == "replies" or object_.startswith(_INSTAGRAM) else "facebook"
    private = edge == "messages"
    to = str((said.get("recipient") or {}).get("comment_id", "")) if private else object_
    text = said.get("message", "")
    text = json.loads(text).get("text", "") if private and text else text
    fault = platforms.fault(platform, to) or _usual(platforms, platform, edge, to, text, token)
    number = platforms.number()
    made = f"m_{number}" if private else f"{to.partition('_')[0]}_{number}"
    answer = {"recipient_id": f"77{number}", "message_id": made} if private else {"id": made}
    told = {"platform": platform, "method": f"{object_}/{edge}", "to": to, "text": text, "ref": "", "id": made}
    return settle(platforms, fault, fail, answer, body=said, **told)


def _usual(platforms: Platforms, platform: Platform, edge: str, to: str, text: str, token: str) -> Fault | None:
    """Give the fault that the platform itself would find."""
    if not token:
        return Fault(platform, 401, 190)
    if edge not in ("comments", "replies", "messages") or not to or not text:
        return Fault(platform, 400, 100)
    if edge == "messages" and any(one.to == to and one.id.startswith("m_") for one in platforms.sent(platform)):
        return Fault(platform, 400, 10900)
    return None


def _told(platforms: Platforms, object_: str, query: Mapping[str, str]) -> Response:
    """Tell of an object: with `fields`, a page, number or comment; else a file of WhatsApp, by its id."""
    if "fields" in query or object_ == "me":
        known = {"name": "E-LAPOR (peraga)", "username": "elapor.peraga", "display_phone_number": "62812-5555-0100"}
        known |= platforms.account.number
        asked = {name: known[name] for name in query.get("fields", "name").split(",") if name in known}
        return JSONResponse({"id": object_, **asked})
    if object_ == "missing":
        return error(400, 100, 33)
    mime, content = file(platforms, object_)
    digest = hashlib.sha256(content).hexdigest()
    told = {"messaging_product": "whatsapp", "url": f"{platforms.base_url}/media/{object_}", "mime_type": mime}
    return JSONResponse(told | {"sha256": digest, "file_size": len(content), "id": object_})
