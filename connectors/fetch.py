"""What every way of fetching the files of messages has in common: the Fetcher, what it brings, and why it may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as the platform handed it out; `mime` is what the platform says of it, and nothing is believed of it."""

    content: bytes
    mime: str = ""


class FetchError(Exception):
    """A file was not fetched; the reason is a short English word, never an address or a name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FetchLater(FetchError):
    """No answer, a platform that fails by itself, or too many calls: try again."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds that the platform asks us to wait, where it does."""


class FetchRefused(FetchError):
    """We don't want it: `host` or `address` that is not allowed, `redirects`, `size`, or a `request` that was not understood."""


class FetchGone(FetchError):
    """The platform has it no longer: deleted, or its address ran out."""


class Fetcher(Protocol):
    """One channel's way of getting files; blocks, so call it in a thread."""

    def fetch(self, ref: str, limit: int) -> Fetched:
        """Get what Media.ref names, at most `limit` bytes; raises one of the FetchErrors and nothing else."""
        ...
