"""What every self-test asks by plain HTTP: whether our own door answers from outside, and whether our clock is right."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from connectors.check import Check

SKEW = timedelta(seconds=60)
"""How far our clock may be off before it is said: due dates, the 24-hour window and signatures go by it."""
_PATIENCE_S = 10


def quiet_client() -> httpx.AsyncClient:
    """A client that follows no redirect and logs nothing: addresses hold Telegram's token and Meta's verify token."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return httpx.AsyncClient(timeout=_PATIENCE_S)


def door(public_url: str, channel: str) -> str:
    """The address that a platform must deliver to."""
    return f"{public_url.rstrip('/')}/hooks/{channel}"


async def refuses_forgery(client: httpx.AsyncClient, address: str, wrong: Mapping[str, str]) -> Check:
    """Deliver with a wrong proof, which must be refused by status 403 (429 where it was tried too often)."""
    try:
        answer = await client.post(address, content=b"{}", headers={"content-type": "application/json", **wrong})
    except (httpx.HTTPError, httpx.InvalidURL):
        return _unreachable(address)
    if answer.status_code in (403, 429):
        return Check("door", "good", "Pintu webhook kita terbuka dari luar dan menolak kiriman palsu.")
    if answer.is_success:
        words = f"{address} menerima kiriman palsu. Periksa apakah alamat itu benar program ini, bukan program lain."
        return Check("door", "bad", words)
    return _astray(address, answer.status_code)


async def answers_handshake(client: httpx.AsyncClient, address: str, verify_token: str) -> Check:
    """Ask as Meta does before it delivers, with a challenge that nobody can know, which must come back."""
    challenge = secrets.token_hex(16)
    asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    try:
        answer = await client.get(address, params=asked)
    except (httpx.HTTPError, httpx.InvalidURL):
        return _unreachable(address)
    if answer.status_code == httpx.codes.OK and answer.text == challenge:
        return Check("door", "good", "Pintu webhook kita menjawab jabat tangan Meta dari luar.")
    return _astray(address, answer.status_code)


async def meta_door(client: httpx.AsyncClient, public_url: str, channel: str, verify_token: str) -> list[Check]:
    """Whether the door of a Meta channel answers and refuses; nothing where our public address is not known."""
    if not public_url:
        return [no_public_url()]
    address = door(public_url, channel)
    found = await answers_handshake(client, address, verify_token)
    if found.level == "good":
        found = await refuses_forgery(client, address, {"x-hub-signature-256": f"sha256={secrets.token_hex(32)}"})
    return [found]


def no_public_url() -> Check:
    """Say why the door could not be tried."""
    return Check(
        "door", "warn", "Pintu webhook belum dapat dicoba dari luar: setel ELAPOR_PUBLIC_URL (https://alamat-publik)."
    )


async def clock(client: httpx.AsyncClient, base_url: str, now: datetime) -> list[Check]:
    """Compare our clock with the platform's; nothing where it tells no time."""
    try:
        answer = await client.head(base_url)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, httpx.InvalidURL, LookupError, ValueError):
        return []
    off = now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    if abs(off) <= SKEW:
        return [Check("clock", "good", "Jam komputer ini cocok dengan jam platform.")]
    which = "lebih cepat" if off > timedelta() else "lebih lambat"
    words = f"Jam komputer ini {which} {abs(off) // timedelta(seconds=1)} detik. Nyalakan penyelarasan waktu (NTP)."
    return [Check("clock", "warn", words)]


def _unreachable(address: str) -> Check:
    words = f"{address} tidak dapat dicapai. Periksa DNS, sertifikat, dan server di depan program ini."
    return Check("door", "bad", words)


def _astray(address: str, status: int) -> Check:
    words = f"{address} menjawab {status}, bukan program ini. Periksa server di depan (jalur /hooks/ harus diteruskan)"
    return Check("door", "bad", f"{words} dan pengaturan rahasia kanal ini.")
