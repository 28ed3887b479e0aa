"""Who leads a Telegram group: asked when it matters, for what was true yesterday need not be (core.telegram.org/bots/api#getchatmember)."""

from __future__ import annotations

import logging

import httpx

from connectors.payload import MalformedElement, part, record, word
from connectors.poll import AskLater

BASE_URL = "https://api.telegram.org"
_LEADING = ("creator", "administrator")
_UNKNOWN = (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN)
"""No such member, or we are no longer there."""


class TelegramMembers:
    """Asks as the bot of `token`; `timeout` is in seconds for each step of a call."""

    def __init__(self, token: str, base_url: str = BASE_URL, timeout: float = 10) -> None:
        self._address = f"{base_url.rstrip('/')}/bot{token}/getChatMember"
        self._timeout = timeout

    def leads(self, thread: str, author: str) -> bool:
        """Whether an author is creator or administrator of a group (`chat` or `chat/topic`); raises AskLater.

        Who writes in the group's own name is an administrator who stays unnamed.
        """
        chat = thread.partition("/")[0]
        if author == chat:
            return True
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # they tell addresses, and ours holds the token
        try:
            answer = httpx.post(self._address, json={"chat_id": chat, "user_id": author}, timeout=self._timeout)
            if answer.status_code in _UNKNOWN:
                return False
            held = record(answer.raise_for_status().json(), "answer")
        except (httpx.HTTPError, ValueError, MalformedElement):
            raise AskLater("no answer") from None  # its words may hold the address, and that the token
        return word(part(held, "result").get("status")) in _LEADING
