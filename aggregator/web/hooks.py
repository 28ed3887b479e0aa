"""The durable door: one raw ASGI endpoint for all platforms. Verified bytes are stored before anything reads them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

from aggregator.store.deliveries import Delivered
from connectors.base import Connector

MAX_BODY = 4 * 1024 * 1024
"""Bytes; the largest delivery of a platform is Meta's 3 MB."""
CAPACITY = 4096
"""Deliveries that may wait for their commit; beyond it the platform is asked to send again."""
MAX_BATCH = 512
FORGED_A_MINUTE = 60
"""Wrongly signed requests that one address may make in a minute before it gets 429."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Keeper(Protocol):
    """What stores deliveries."""

    def keep(self, batch: Sequence[Delivered], forged: Sequence[str] = ()) -> int:
        """Store a batch in one commit."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes = b""
    retry_after: int | None = None


class TooLargeError(Exception):
    """The body is larger than MAX_BODY."""


class HungUpError(Exception):
    """The caller went away in the middle of the body: half a delivery must not pass a proof that stands in a header."""


class Door:
    """`/hooks/<channel>`: verify the raw bytes, store them with whatever else arrived meanwhile, answer 200."""

    def __init__(
        self,
        keeper: Keeper,
        connectors: Mapping[str, Connector],
        stored: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._keeper = keeper
        self._connectors = connectors
        self._stored = stored
        self._clock = clock
        self._waiting: deque[tuple[Delivered, asyncio.Future[None]]] = deque()
        self._forged: list[str] = []
        self._committing: asyncio.Task[None] | None = None
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        connector = self._connectors.get(scope["path"].removeprefix("/hooks/").strip("/"))
        if connector is None:
            answer = _Answer(404)
        elif scope["method"] == "GET":
            answer = _handshake(connector, scope)
        elif scope["method"] == "POST":
            answer = await self._post(connector, scope, receive)
        else:
            answer = _Answer(405)
        await _respond(send, answer)

    async def _post(self, connector: Connector, scope: Scope, receive: Receive) -> _Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            body = await _read(receive, headers)
        except TooLargeError:
            return _Answer(413)
        except HungUpError:
            return _Answer(400)
        if not connector.verify(headers, body):
            self._forged.append(connector.channel)
            self._commit()
            address = (scope.get("client") or ("",))[0]
            return _Answer(429, retry_after=60) if self._refusals.too_many(address) else _Answer(403)
        if len(self._waiting) >= CAPACITY:
            return _Answer(503, retry_after=5)
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((Delivered(connector.channel, body, self._clock()), kept))
        self._commit()
        try:
            await kept
        except Exception:  # noqa: BLE001  # whatever kept us from storing it, the platform must send it again
            return _Answer(503, retry_after=5)
        return _Answer(200)

    def _commit(self) -> None:
        """Start committing unless a commit is under way: what arrives during one is the next one's batch."""
        if self._committing is None or self._committing.done():
            self._committing = asyncio.get_running_loop().create_task(self._commit_all())

    async def _commit_all(self) -> None:
        await asyncio.sleep(0)  # requests that are ready now go into the same commit
        while self._waiting or self._forged:
            batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
            forged, self._forged = self._forged, []
            try:
                await asyncio.to_thread(self._keeper.keep, [delivered for delivered, _ in batch], forged)
            except Exception as error:  # noqa: BLE001  # each waiting request answers 503
                for _, kept in batch:
                    _settle(kept, error)
                continue
            for _, kept in batch:
                _settle(kept, None)
            self._stored()


class Refusals:
    """Counts wrongly signed requests by address, for a minute; bounded."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._by_address: dict[str, int] = {}

    def too_many(self, address: str) -> bool:
        """Count one more refused request, and say whether this address has had its share for this minute."""
        if self._clock() - self._since > 60 or len(self._by_address) > 10_000:
            self._since = self._clock()
            self._by_address.clear()
        self._by_address[address] = self._by_address.get(address, 0) + 1
        return self._by_address[address] > FORGED_A_MINUTE


def _settle(kept: asyncio.Future[None], error: Exception | None) -> None:
    if kept.done():  # the caller hung up
        return
    if error is None:
        kept.set_result(None)
    else:
        kept.set_exception(error)


def _handshake(connector: Connector, scope: Scope) -> _Answer:
    challenge = connector.handshake(dict(parse_qsl(scope["query_string"].decode("latin-1"))))
    return _Answer(403) if challenge is None else _Answer(200, challenge.encode())


async def _read(receive: Receive, headers: Mapping[str, str]) -> bytes:
    declared = headers.get("content-length", "0")
    if len(declared) > 9 or (declared.isdecimal() and int(declared) > MAX_BODY):
        raise TooLargeError(TooLargeError.__doc__)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUpError(HungUpError.__doc__)
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise TooLargeError(TooLargeError.__doc__)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _respond(send: Send, answer: _Answer) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(answer.body)).encode())]
    if answer.retry_after is not None:
        headers.append((b"retry-after", str(answer.retry_after).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def in_front(door: Door, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> Any:
    """One ASGI app: the door for what is below /hooks, `app` for all else."""

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/hooks/"):
            await door(scope, receive, send)
        else:
            await app(scope, receive, send)

    return front
