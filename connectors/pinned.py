"""Connections of httpcore that go to addresses judged before, so that no second look-up leads elsewhere, and end in time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

STEP_S = 10.0
"""Seconds that any one step (connecting, reading, writing) may take at most."""


class Pinned(httpcore.NetworkBackend):
    """Connects to one of `addresses`, whatever host is asked for; `deadline` is on the monotonic clock."""

    def __init__(self, addresses: Sequence[str], deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        del host, timeout
        failure: Exception = httpcore.ConnectError()
        for address in self._addresses:
            left = left_until(self._deadline)
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as why:
                failure = why
            else:
                return Timed(stream, self._deadline)
        raise failure


class Timed(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline, however slowly bytes trickle."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        del timeout
        return self._stream.read(max_bytes, left_until(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        del timeout
        self._stream.write(buffer, left_until(self._deadline))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on in TLS, checking the certificate of the host's name and not of the address."""
        del timeout
        secured = self._stream.start_tls(ssl_context, server_hostname, left_until(self._deadline))
        return Timed(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection."""
        return self._stream.get_extra_info(info)


def left_until(deadline: float) -> float:
    """Seconds for the next step; raises ReadTimeout when none are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return min(left, STEP_S)
