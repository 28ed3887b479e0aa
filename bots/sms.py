"""The way out of an SMS gateway: `POST <base>/send {to, text, id}` with our secret as bearer token."""

from __future__ import annotations

import unicodedata
from typing import Any

import httpx

from bots.base import Outbound, Refused, SendError, TokenDead, Unreachable
from bots.calls import by_network, by_status, hush, seconds, tls
from bots.limits import cut, numbered

_ONE, _EACH = 160, 153  # characters of a single message and of each part of a joined one (3GPP TS 23.038, 23.040)
_PLAIN = str.maketrans(
    "\u2018\u2019\u201c\u201d\u2013\u2014\u2022\u2044\u00a0`[]{}~|\\",
    "''\"\"---/ '()()-//",
    "^",
)
"""Typographic marks, and those of ASCII that GSM 7-bit lacks or counts twice (3GPP TS 23.038, 6.2.1)."""


class SmsBot:
    """Sends by the gateway at `base_url`; a text takes at most `parts` messages. `timeout` is in seconds."""

    channel = "sms"

    def __init__(self, secret: str, base_url: str, parts: int = 3, timeout: float = 15) -> None:
        self._secret = secret
        self._address = f"{base_url.rstrip('/')}/send"
        self._longest = _ONE if parts == 1 else _EACH * parts
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def send(self, out: Outbound) -> str:
        """Send and return the gateway's id, or ours where it gives none; the gateway knows a repetition by `id`."""
        if not self._secret:
            raise TokenDead("no secret")
        text = cut(plain(numbered(out.text, out.buttons)), self._longest, out.code, "...")
        try:
            answer = await self._connected().post(
                self._address, json={"to": out.thread or out.to, "text": text, "id": out.ref}
            )
        except (httpx.RequestError, httpx.InvalidURL) as why:
            raise by_network(why) from None
        if not answer.is_success:
            raise failure(answer)
        return _id(answer) or out.ref

    async def close(self) -> None:
        """Give back connections."""
        if self._client:
            await self._client.aclose()
        self._client = None

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            hush()
            headers = {"Authorization": f"Bearer {self._secret}"}
            self._client = httpx.AsyncClient(headers=headers, timeout=self._timeout, verify=tls())
        return self._client


def plain(text: str) -> str:
    """Write a text without what would make an SMS hold 70 characters instead of 160: typographic marks, emoji."""
    folded = unicodedata.normalize("NFKD", text).translate(_PLAIN)
    return "".join(mark for mark in folded if mark.isascii())


def failure(answer: httpx.Response) -> SendError:
    """Tell what the gateway's refusal means for the reply."""
    if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        return Unreachable(f"http {answer.status_code}")
    if answer.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY):
        return Refused(f"http {answer.status_code}")
    return by_status(answer.status_code, seconds(answer.headers))


def _id(answer: httpx.Response) -> str:
    try:
        held: Any = answer.json()
    except ValueError:
        return ""
    return str(held.get("id") or "") if isinstance(held, dict) else ""
