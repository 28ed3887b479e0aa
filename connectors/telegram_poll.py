"""Telegram without a webhook: long polling by getUpdates (core.telegram.org/bots/api#getupdates)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.payload import Json, part
from connectors.poll import AskLater, NotAllowed, Polled, PollError, TellKnown

BASE_URL = "https://api.telegram.org"
HOLD_S = 50
"""How long Telegram holds a call open while there is no news."""
UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
)
"""What the connector reads; named, for a bot keeps what it last asked for, here or in setWebhook."""
_NUMBERS_KEPT = timedelta(days=6)
"""After a week without updates Telegram may begin to number anew, perhaps below what was confirmed (Bot API: Update)."""
_DEAD = "token bot ditolak Telegram: periksa ELAPOR_TELEGRAM_TOKEN"
_WEBHOOK = "webhook bot ini masih terpasang: hapus dengan deleteWebhook, atau pakai ELAPOR_TELEGRAM_MODE=webhook"
_ANOTHER = "program lain mengambil pesan dengan token bot yang sama: hentikan salah satunya"


class TelegramPoller:
    """Asks for updates as the bot of `token`; one delivery an update, as a webhook would bring it.

    The cursor holds the number after the last update, which the next call confirms: by then the deliveries are stored.
    """

    channel = "telegram"
    every = 0.0

    def __init__(self, token: str, base_url: str = BASE_URL, hold: float = HOLD_S) -> None:
        self._address = f"{base_url.rstrip('/')}/bot{token}/getUpdates"
        self._hold = hold
        self._http: httpx.Client | None = None

    def poll(self, cursor: Mapping[str, Any], known: TellKnown, now: datetime) -> Polled:
        """Wait for updates; raises PollError."""
        del known  # Telegram tells edits by itself and removals never
        updates = _updates(self._ask(_offset(cursor, now)))
        numbers = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
        if updates and not numbers:
            raise AskLater("updates without numbers")
        bodies = tuple(json.dumps(update, separators=(",", ":")).encode() for update in updates)
        return Polled(bodies, {"offset": max(numbers) + 1, "at": now.isoformat()} if numbers else cursor)

    def close(self) -> None:
        """Give back the connection."""
        if self._http:
            self._http.close()
        self._http = None

    def _ask(self, offset: int | None) -> httpx.Response:
        wanted: Json = {"timeout": self._hold, "allowed_updates": UPDATES}
        if offset is not None:
            wanted["offset"] = offset
        try:
            return self._connected().post(self._address, json=wanted)
        except httpx.HTTPError:
            raise AskLater("no answer") from None  # its words may hold the address, and that the token

    def _connected(self) -> httpx.Client:
        if self._http is None:
            for name in ("httpx", "httpcore"):
                logging.getLogger(name).setLevel(logging.WARNING)  # they tell addresses, and ours holds the token
            self._http = httpx.Client(timeout=httpx.Timeout(10, read=self._hold + 10))
        return self._http


def _offset(cursor: Mapping[str, Any], now: datetime) -> int | None:
    """Give the number from which on updates are wanted; None takes whatever is unconfirmed."""
    if "offset" not in cursor or now - datetime.fromisoformat(cursor["at"]) > _NUMBERS_KEPT:
        return None
    return int(cursor["offset"])


def _updates(answer: httpx.Response) -> list[Json]:
    held = _json(answer)
    if answer.status_code != httpx.codes.OK:
        raise _refusal(answer.status_code, held)
    result = held.get("result")
    if held.get("ok") is not True or not isinstance(result, list):
        raise AskLater("odd answer")
    return [update for update in result if isinstance(update, dict)]


def _json(answer: httpx.Response) -> Json:
    try:
        held = answer.json()
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _refusal(status: int, held: Json) -> PollError:
    """Tell what a refused call means (Bot API: Making requests; ResponseParameters)."""
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
        return NotAllowed(_DEAD)
    if status == httpx.codes.CONFLICT:
        return NotAllowed(_WEBHOOK if "webhook" in str(held.get("description")) else _ANOTHER)
    wait = part(held, "parameters").get("retry_after")
    return AskLater(f"http {status}", float(wait) if isinstance(wait, int) else None)
