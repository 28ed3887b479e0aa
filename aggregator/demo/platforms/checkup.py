"""A stand-in of what Meta answers to a self-test: debug_token in a batch, subscriptions, templates (Graph API)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aggregator.demo.platforms.account import Account
from aggregator.demo.platforms.errors import error
from aggregator.demo.platforms.platforms import Platforms


def routes(platforms: Platforms) -> list[Route]:
    """Give what Meta answers of an account; they stand before the routes of graph.py, which answer any object."""
    account = platforms.account

    def answering(answer: Callable[[Request], Any]) -> Callable[[Request], Response]:
        def call(request: Request) -> Response:
            account.asked.append(str(request.url))
            if account.unavailable:
                return error(503, 2)
            if _refused(account, request):
                return error(401, 190)
            return JSONResponse({"data": answer(request)})

        return call

    async def batch(request: Request) -> Response:
        account.asked.append(str(request.url))
        if account.unavailable:
            return error(503, 2)
        if _refused(account, request):
            return error(401, 190)
        calls = json.loads(parse_qs((await request.body()).decode())["batch"][0])
        return JSONResponse([_debugged(account, call["relative_url"]) for call in calls])

    async def submitted(request: Request) -> Response:
        account.asked.append(str(request.url))
        if _refused(account, request):
            return error(401, 190)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        account.submitted.append(form | {"components": json.loads(form["components"])})
        return JSONResponse({"id": "5550301", "status": "PENDING", "category": form["category"]})

    return [
        Route("/v{version}/", batch, methods=["POST"]),
        Route("/v{version}/{object}/subscribed_apps", answering(lambda _: account.subscribed)),
        Route("/v{version}/{object}/subscriptions", answering(lambda _: account.subscriptions)),
        Route("/v{version}/{object}/message_templates", submitted, methods=["POST"]),
        Route("/v{version}/{object}/message_templates", answering(lambda request: _templates(account, request))),
    ]


def _refused(account: Account, request: Request) -> bool:
    """Whether the caller's token is refused; an app's own is its id and secret with a bar between."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    return not token or ("app" if "|" in token else "token") in account.refused


def _debugged(account: Account, call: str) -> dict[str, Any]:
    known = parse_qs(urlsplit(call).query).get("input_token")
    dead = {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Session has expired"}}
    data = dead if "token" in account.refused else account.token
    body: dict[str, Any] = {"data": data} if known else {"error": {"code": 100, "message": "no input_token"}}
    return {"code": 200 if known else 400, "body": json.dumps(body)}


def _templates(account: Account, request: Request) -> list[dict[str, Any]]:
    return [{"name": request.query_params.get("name", ""), **account.template}] if account.template else []
