"""A stand-in of an SMS gateway: POST /send {to, text, id} with a bearer secret; the same id is sent once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aggregator.demo.platforms.answers import fields, settle
from aggregator.demo.platforms.errors import fail
from aggregator.demo.platforms.platforms import Platforms


def routes(platforms: Platforms) -> list[Route]:
    """Give the one route."""

    async def send(request: Request) -> Response:
        said = await fields(request)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return JSONResponse({"error": "unauthorized"}, 401)
        to, text, ref = (str(said.get(name, "")) for name in ("to", "text", "id"))
        before = next((entry for entry in platforms.sent("sms") if entry.ref == ref), None)
        if before:
            return JSONResponse({"id": before.id})
        identity = f"sms-{platforms.number()}"
        told = {"platform": "sms", "method": "send", "to": to, "text": text, "ref": ref, "id": identity}
        return settle(platforms, platforms.fault("sms", to), fail, {"id": identity}, body=said, **told)

    return [Route("/send", send, methods=["POST"])]
