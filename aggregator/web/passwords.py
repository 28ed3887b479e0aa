"""Passwords: argon2id hashes, the same time for unknown logins, and a throttle on wrong ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
"""Characters; NIST SP 800-63B asks for at least 8 and for length over rules of composition."""
WINDOW = timedelta(minutes=15)
PER_LOGIN = 10
PER_ADDRESS = 30
"""Wrong passwords within WINDOW; an office often shares one address."""

# The hash of a password that nobody knows, made with the defaults: an unknown login takes as long as a known one.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$S4NIfawW970FDvA5SaaydA$HZRgRjTf8KiK12VRGnK/xjjsxALs1GFB69TPVoieYi4"

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)  # each takes 64 MiB


def hash_password(password: str) -> str:
    """The argon2id hash to keep of a password."""
    with _at_once:
        return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether the password is the one that `kept` was made of; None (no such login) takes as long and is never right."""
    with _at_once:
        try:
            return _hasher.verify(kept or NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


class Throttle:
    """Counts wrong passwords per login and per address in this process, for WINDOW; names nobody in any log."""

    def __init__(self, clock: Callable[[], datetime], most_kept: int = 10_000) -> None:
        self._clock = clock
        self._most_kept = most_kept
        self._wrong: dict[tuple[str, str], list[datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, login: str, address: str) -> timedelta:
        """How long this login or address must wait; zero where it may try."""
        now = self._clock()
        with self._lock:
            return max(self._wait(key, most, now) for key, most in _limits(login, address))

    def note_wrong(self, login: str, address: str) -> None:
        """Count a wrong password."""
        now = self._clock()
        with self._lock:
            for key, _ in _limits(login, address):
                self._wrong[key] = [*self._recent(key, now), now]
            if len(self._wrong) > self._most_kept:
                self._forget_old(now)

    def _wait(self, key: tuple[str, str], most: int, now: datetime) -> timedelta:
        recent = self._recent(key, now)
        return recent[-most] + WINDOW - now if len(recent) >= most else timedelta()

    def _recent(self, key: tuple[str, str], now: datetime) -> list[datetime]:
        return [at for at in self._wrong.get(key, ()) if now - at < WINDOW][-PER_ADDRESS:]

    def _forget_old(self, now: datetime) -> None:
        """Drop what has lapsed; if an attack still fills the table, the oldest half."""
        alive = {key: recent for key in self._wrong if (recent := self._recent(key, now))}
        newest = sorted(alive, key=lambda key: alive[key][-1], reverse=True)[: self._most_kept // 2]
        self._wrong = {key: alive[key] for key in newest}


def _limits(login: str, address: str) -> Iterable[tuple[tuple[str, str], int]]:
    return (("login", login), PER_LOGIN), (("address", address), PER_ADDRESS)
