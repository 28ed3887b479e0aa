"""instagrapi's client held in check: slow, timed, no challenge solved by program, its session in a file of mode 0600."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any, NoReturn, Protocol

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter

from connectors.payload import Json, part
from connectors.poll import AskLater, NotAllowed, PollError

TIMEOUT_S = (10.0, 30.0)
"""For connecting and for reading."""
DELAY_S = [2, 6]
"""Between two calls, as somebody who reads would."""
_SESSIONS = ("private", "public", "graphql")
_LOGGERS = ("instagrapi", "private_request", "public_request", "graphql_request")
_CONFIRM = "Instagram meminta konfirmasi: buka aplikasinya dengan akun ini, setujui, lalu jalankan ulang program"
_LOGGED_OUT = "Instagram mengeluarkan akun ini: masuk sekali di aplikasinya, lalu jalankan ulang program"
_REFUSED: dict[str, str] = {
    "TwoFactorRequired": "akun memakai verifikasi dua langkah: matikan untuk akun ini, atau pakai akses resmi",
    "AccountSuspended": "akun dibekukan Instagram: ajukan banding di aplikasinya",
    "ChallengeError": _CONFIRM,
    "CaptchaChallengeRequired": _CONFIRM,
    "BadPassword": "kata sandi ditolak Instagram: periksa ELAPOR_INSTAGRAM_PASSWORD, lalu jalankan ulang program",
    "BadCredentials": "nama atau kata sandi ditolak Instagram: periksa ELAPOR_INSTAGRAM_USERNAME dan _PASSWORD",
    "LoginRequired": _LOGGED_OUT,
    "ClientLoginRequired": _LOGGED_OUT,
    "ReloginAttemptExceeded": _LOGGED_OUT,
    "ClientUnauthorizedError": _LOGGED_OUT,
    "FeedbackRequired": "Instagram membatasi akun ini karena dikira otomatis: biarkan beberapa hari, atau pakai akses resmi",
    "SentryBlock": "Instagram memblokir akun ini: pakai akses resmi",
    "ProxyAddressIsBlocked": "Instagram memblokir alamat jaringan ini: pakai akses resmi",
    "ClientForbiddenError": "Instagram menolak akun ini: pakai akses resmi",
    "ClientNeedsUpgradeError": "pustaka instagrapi terlalu tua bagi Instagram: perbarui",
}
"""Exception (or its kind) of instagrapi → what a person must know; the console shows it."""
_THROTTLES = ("PleaseWaitFewMinutes", "RateLimitError", "ClientThrottledError")
_ABSENT = ("ClientNotFoundError", "NotFoundError", "MediaUnavailable", "InvalidMediaId", "CommentsDisabled")
THROTTLED_S = 7200.0


class Client(Protocol):
    """What we use of instagrapi's Client."""

    user_id: Any

    def login(self, username: str, password: str) -> bool:
        """Take up the session where it is still good, else log in."""
        ...

    def get_settings(self) -> dict[str, Any]:
        """Give the session."""
        ...

    def private_request(self, endpoint: str, params: dict[str, Any] | None = None) -> Any:
        """Read from the private API."""
        ...


class Timed(BaseAdapter):
    """An adapter whose calls end: the library gives none of its sessions a time-out (its request_timeout is a pause)."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self.inner = inner

    def send(self, request: PreparedRequest, *args: Any, **named: Any) -> Response:
        """Send within TIMEOUT_S, unless the caller names a time."""
        named["timeout"] = named.get("timeout") or TIMEOUT_S
        return self.inner.send(request, *args, **named)

    def close(self) -> None:
        """Give back connections."""
        self.inner.close()


def connect(session: Json | None) -> Client:
    """Make the real client, with the session of an earlier log-in if there is one; asks nobody anything yet."""
    from instagrapi import Client as Instagrapi  # noqa: PLC0415  # a second, for those alone who switched it on

    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they tell names, addresses and texts
    made = Instagrapi(session or {}, delay_range=DELAY_S, with_challenge_flow=False, session_retry_total=0)
    made.challenge_code_handler = made.change_password_handler = _ask_nobody
    for name in _SESSIONS:
        _limit(getattr(made, name))
    client: Client = made
    return client


def _limit(session: Session) -> None:
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, Timed(adapter))


def _ask_nobody(*_: Any) -> NoReturn:
    """Refuse what the library would ask at the terminal."""
    raise NotAllowed(_CONFIRM)


def kept_session(path: Path, username: str) -> Json | None:
    """The session of an earlier log-in of this account; None without one, or where the file cannot be read as such."""
    try:
        path.chmod(0o600)
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return part(held, "session") if part(held).get("username") == username else None


def keep_session(path: Path, username: str, session: Json) -> None:
    """Write the session whole or not at all; nobody else can read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600 from the start
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"username": username, "session": session}, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def absent(error: Exception) -> bool:
    """Whether it says that one medium is not there or takes no comments; the account is well."""
    return any(name in _ABSENT for name in _kinds(error))


def outcome(error: Exception, every: float) -> PollError:
    """What an exception of instagrapi, or of what lies below it, means for the round; its words are not repeated."""
    if isinstance(error, PollError):
        return error
    kinds = _kinds(error)
    refused = next((_REFUSED[name] for name in kinds if name in _REFUSED), None)
    if refused:
        return NotAllowed(refused)
    if any(name in _THROTTLES for name in kinds):
        return AskLater("throttled", max(every, THROTTLED_S))
    return AskLater(kinds[0], every)


def _kinds(error: Exception) -> list[str]:
    """The names of an exception's class and its kinds, the nearest first: they are known without importing the library."""
    return [kind.__name__ for kind in type(error).__mro__]
