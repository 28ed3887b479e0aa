"""What every way of asking a platform has in common, where a webhook may be silent: the Poller and its errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.base import Pointer

Known = Mapping[tuple[str, str], str | None]
"""What we know of some threads: (thread, external_id) → the newest text, None where it was removed."""
TellKnown = Callable[[str, Sequence[str]], Known]
"""Called with an account and its threads."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one round brought: deliveries in the shape that the channel's connector parses, and where to go on."""

    bodies: tuple[bytes, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    """JSON; kept once the bodies are stored."""


class PollError(Exception):
    """The platform could not be asked; its reason is the platform's own code or a short English phrase."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        """Seconds that the platform asks us to wait, where it does."""


class AskLater(PollError):
    """No answer, a platform that fails by itself, or too many calls: ask again."""


class NotAllowed(PollError):
    """Our credentials are refused, or a person must prove something: nothing is asked until somebody mends it."""


class Poller(Protocol):
    """Asks one channel what is new. Synchronous: called in a thread, never twice at once."""

    @property
    def channel(self) -> str:
        """The channel under which its deliveries are stored and parsed."""
        ...

    @property
    def every(self) -> float:
        """Seconds between two rounds (0 where a round itself waits for news)."""
        ...

    def poll(self, cursor: Mapping[str, Any], known: TellKnown, now: datetime) -> Polled:
        """Ask once, going on at `cursor` ({} at first); raises PollError and nothing else."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


class Finder(Protocol):
    """Fetches what a platform only pointed at."""

    def look_up(self, pointer: Pointer, now: datetime) -> bytes | None:
        """Give a delivery in the shape that the channel's connector parses, None where it is gone; raises PollError."""
        ...
