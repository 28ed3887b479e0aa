"""Runs the stand-ins on loopback in a thread, all at one address, with routes to look at the ledger and script faults."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aggregator.demo.platforms import checkup, graph, sms, telegram
from aggregator.demo.platforms.answers import fields
from aggregator.demo.platforms.platforms import Platforms

_HOST = "127.0.0.1"


def application(platforms: Platforms) -> Starlette:
    """Give the ASGI application of all stand-ins."""
    parts = (_control, telegram.routes, sms.routes, checkup.routes, graph.routes)
    return Starlette(routes=[route for part in parts for route in part(platforms)])


def _control(platforms: Platforms) -> list[Route]:
    """GET /ledger; POST /faults (a Fault), /windows {to, open} and /reset."""

    async def ledger(_request: Request) -> Response:
        return JSONResponse([asdict(entry) for entry in platforms.ledger])

    async def faults(request: Request) -> Response:
        platforms.fail_next(**await fields(request))
        return Response(status_code=204)

    async def windows(request: Request) -> Response:
        told = await fields(request)
        (platforms.shut.discard if told.get("open") else platforms.shut.add)(str(told["to"]))
        return Response(status_code=204)

    async def reset(_request: Request) -> Response:
        platforms.reset()
        return Response(status_code=204)

    changes = (("/faults", faults), ("/windows", windows), ("/reset", reset))
    return [Route("/ledger", ledger), *(Route(path, change, methods=["POST"]) for path, change in changes)]


@contextlib.contextmanager
def serving(port: int = 0, file: Path | None = None) -> Iterator[Platforms]:
    """Serve the stand-ins in a thread; `port` 0 takes any free one; `base_url` of what is given tells the address."""
    with socket.create_server((_HOST, port)) as door:
        platforms = Platforms(file, f"http://{_HOST}:{door.getsockname()[1]}")
        config = uvicorn.Config(
            application(platforms), log_config=None, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        try:
            yield platforms
        finally:
            server.should_exit = True
            thread.join()


@contextlib.asynccontextmanager
async def running_platforms(port: int = 0, file: Path | None = None) -> AsyncIterator[Platforms]:
    """Serve the stand-ins as `serving` does, for the length of an async block."""
    with serving(port, file) as platforms:
        yield platforms
