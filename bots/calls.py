"""What the bots' calls over HTTP share: one TLS context, quiet logs, and what an answer means by its status alone."""

from __future__ import annotations

import functools
import logging
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from bots.base import NO_ANSWER, Later, Refused, SendError, Throttled, TokenDead

NOT_CONNECTED = "no connection"
"""Reason of a Later after which the platform certainly has not taken the message."""
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@functools.cache
def tls() -> ssl.SSLContext:
    """Give the one TLS context of all clients; making it reads every certificate authority, 0.1 s each time."""
    return httpx.create_ssl_context()


def hush(*libraries: str) -> None:
    """Silence libraries that log what must not be logged: tokens (in addresses), texts, numbers."""
    for name in ("httpx", "httpcore", *libraries):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def by_status(status: int, wait: float | None = None) -> SendError:
    """Judge an answer by its HTTP status alone; `wait` is in seconds."""
    reason = f"http {status}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Throttled(reason, wait)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return TokenDead(reason)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        return Later(reason, wait)
    return Refused(reason)


def by_network(why: BaseException | None) -> Later:
    """Judge an exception of httpx: whether the platform may have taken the message nonetheless."""
    return Later(NOT_CONNECTED if isinstance(why, _UNSENT) else NO_ANSWER)


def seconds(headers: Mapping[str, str]) -> float | None:
    """Give the Retry-After of an answer in seconds, whether told as such or as a date (RFC 9110, 10.2.3)."""
    told = headers.get("retry-after", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp())
