"""The outermost layer of the web: security headers on every answer, and a bound on what a form may hold."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_FORM = 64 * 1024
"""Bytes; the longest form is a note of 2,000 characters."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def security_headers(path: str) -> tuple[tuple[bytes, bytes], ...]:
    """What every answer carries; pages are never kept by a cache, static files are revalidated."""
    kept = b"no-cache" if path.startswith(("/static/", "/lib/")) else b"no-store"
    return (*_HEADERS, (b"cache-control", kept))


class Guard:
    """ASGI middleware: adds the headers, and answers 413 to a body over MAX_FORM before anything parses it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *security_headers(scope["path"])]
            await send(message)

        body = await _whole(receive)
        if body is None:
            await _answer_too_big(send_guarded)
        else:
            await self.app(scope, _once(body, receive), send_guarded)


async def _whole(receive: Receive) -> bytes | None:
    """The request's body, or None where it is longer than any of our forms."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_FORM:
            return None
    return body


def _once(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read, then whatever follows (the end of the connection)."""
    told = False

    async def receive_again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def _answer_too_big(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"Isian terlalu panjang."})
