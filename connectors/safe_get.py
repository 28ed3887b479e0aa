"""GET from the internet without being led astray: allow-listed hosts, public addresses, limits of bytes and time."""

from __future__ import annotations

import functools
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from connectors.addresses import is_public
from connectors.fetch import FetchGone, FetchLater, FetchRefused
from connectors.pinned import Pinned

Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) → its IP addresses; raises OSError."""
REDIRECTS = 3
SECONDS = 60.0
"""For one file in all, its redirects included: half the lease of a job."""
_TOLD = 64 * 1024  # bytes that are read of an answer that is not the file
_VISIBLE = re.compile(r"[!-\[\]-~]+")  # ASCII without the backslash, which programs read differently
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_MOVED = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429)
_GONE = (403, 404, 410)  # Meta's file servers say 403 when the signature of an address ran out
_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError)


def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers by their names in lower case, the body."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""

    @property
    def retry_after(self) -> float | None:
        """Seconds that the other side asks us to wait, where it tells them as a number."""
        told = self.headers.get("retry-after", "").strip()
        return float(told) if told.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes; `trusted` is the configured base, which may be a stand-in on this machine."""

    scheme: str
    host: str
    port: int
    path: str
    trusted: bool = False

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must stay the same for a token to go along."""
        return self.scheme, self.host, self.port


@dataclass(frozen=True, slots=True)
class Rules:
    """Where one may go: `hosts` exact or as a suffix with a leading dot; `allowed_base` (scheme://host:port) besides."""

    hosts: Sequence[str]
    allowed_base: str = ""
    resolve: Resolve = resolve


def safe_get(
    url: str, rules: Rules, limit_bytes: int, headers: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> Answer:
    """GET a file; raises FetchRefused, FetchGone or FetchLater, also by the status of the answer."""
    answer = ask(url, rules, limit_bytes, headers, seconds)
    if answer.status != 200:
        raise by_status(answer)
    return answer


def ask(
    url: str, rules: Rules, limit_bytes: int, headers: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> Answer:
    """GET whatever the status; follows redirects, each judged anew, `headers` (the token) only within one origin."""
    deadline = time.monotonic() + seconds
    target, sent = judge(url, rules), dict(headers or {})
    for _ in range(REDIRECTS + 1):
        answer = _once(target, _addresses(target, rules.resolve), sent, limit_bytes, deadline)
        if answer.status not in _MOVED:
            return answer
        url = urljoin(url, answer.headers.get("location", ""))
        onward = judge(url, rules)
        sent = sent if onward.origin == target.origin else {}
        target = onward
    raise FetchRefused("redirects")


def judge(url: str, rules: Rules) -> Target:
    """Where an address leads; raises FetchRefused unless it is https to an allowed host, or the configured base."""
    target = _read(url)
    if rules.allowed_base and target.origin == _read(rules.allowed_base).origin:
        return replace(target, trusted=True)
    named = any(target.host == one or (one[0] == "." and target.host.endswith(one)) for one in rules.hosts)
    if (target.scheme, target.port) != ("https", 443) or not named or not _HOST.fullmatch(target.host):
        raise FetchRefused("host")
    return target


def by_status(answer: Answer) -> FetchGone | FetchLater | FetchRefused:
    """Judge an answer by its status alone."""
    if answer.status in _GONE:
        return FetchGone("gone")
    if answer.status in _LATER or answer.status >= 500:
        return FetchLater(f"http {answer.status}", answer.retry_after)
    return FetchRefused("request")


def _read(url: str) -> Target:
    """Take an address apart, once: what is judged is what is connected to."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        raise FetchRefused("host") from None
    if not _VISIBLE.fullmatch(url) or "@" in parts.netloc or not parts.hostname:
        raise FetchRefused("host")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path)


def _addresses(target: Target, resolve: Resolve) -> Sequence[str]:
    """The addresses of a host, all of them public: one that is not says that the name is not to be trusted."""
    try:
        found = resolve(target.host, target.port)
    except (OSError, UnicodeError):
        raise FetchLater("no answer") from None
    if not found or not (target.trusted or all(map(is_public, found))):
        raise FetchRefused("address")
    return found


def _once(
    target: Target, addresses: Sequence[str], headers: Mapping[str, str], limit_bytes: int, deadline: float
) -> Answer:
    """One request, to no other address than these."""
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    asked: list[tuple[bytes | str, bytes | str]] = [("User-Agent", "E-LAPOR"), ("Accept-Encoding", "identity")]
    asked += headers.items()
    backend = Pinned(addresses, deadline)
    try:
        with (
            httpcore.ConnectionPool(_tls(), network_backend=backend) as pool,
            pool.stream("GET", url, headers=asked) as response,
        ):
            return _answer(response, limit_bytes)
    except _FAILURES:
        raise FetchLater("no answer") from None  # the exception's own words hold the address


def _answer(response: httpcore.Response, limit_bytes: int) -> Answer:
    """Read an answer up to the limit, whatever it says of its length."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _MOVED:
        return Answer(response.status, headers)
    good = response.status == 200
    told = headers.get("content-length", "")
    if good and told.isdecimal() and int(told) > limit_bytes:
        raise FetchRefused("size")
    content = bytearray()
    for chunk in response.iter_stream():
        content += chunk
        if len(content) > (limit_bytes if good else _TOLD):
            break
    if good and len(content) > limit_bytes:
        raise FetchRefused("size")
    return Answer(response.status, headers, bytes(content))


@functools.cache
def _tls() -> ssl.SSLContext:
    """One context for all: making it reads every certificate authority. What httpcore logs may hold addresses."""
    logging.getLogger("httpcore").setLevel(logging.CRITICAL)
    return httpx.create_ssl_context()
