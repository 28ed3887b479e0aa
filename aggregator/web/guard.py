"""The outermost layer of the web: security headers on every answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def security_headers(path: str) -> tuple[tuple[bytes, bytes], ...]:
    """What every answer carries; pages are never kept by a cache, static files are revalidated."""
    kept = b"no-cache" if path.startswith(("/static/", "/lib/")) else b"no-store"
    asks_where = b"(self)" if path == "/lapor" else b"()"  # the form's own button, pressed by the person
    permissions = b"permissions-policy", b"camera=(), microphone=(), geolocation=" + asks_where
    return (*_HEADERS, permissions, (b"cache-control", kept))


class Guard:
    """ASGI middleware that adds the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}  # a file that is shown says itself how long it is kept
                ours = [header for header in security_headers(scope["path"]) if header[0] not in own]
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        await self.app(scope, receive, send_guarded)
