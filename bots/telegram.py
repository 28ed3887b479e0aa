"""Telegram's way out: python-telegram-bot's client of the Bot API (core.telegram.org/bots/api#sendmessage)."""

from __future__ import annotations

import os
from datetime import timedelta

import httpx
from telegram import Bot as Client
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bots.base import NO_ANSWER, Button, Later, Outbound, Refused, SendError, Throttled, TokenDead, Unreachable
from bots.calls import by_network, hush, tls
from bots.limits import Sequel, split

BASE_URL = "https://api.telegram.org"
LONGEST = 4096  # characters of a message (Bot API: sendMessage)
_CALLBACK = "callback:"
"""Begins the external_id of a pressed button, which is no message that could be replied to."""
_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "deactivated",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
"""What Telegram's words of a bad request hold when the chat or topic takes nothing from us; it gives no codes."""
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)


class TelegramBot:
    """Sends as the bot of `token`; `timeout` is in seconds for each step of a call."""

    channel = "telegram"

    def __init__(self, token: str, base_url: str = BASE_URL, timeout: float = 15) -> None:
        self._token = token
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._request: HTTPXRequest | None = None
        self._client: Client | None = None
        self._sequel = Sequel()

    async def send(self, out: Outbound) -> str:
        """Send and return the message's id (of a split text, the last part's)."""
        if not self._token:
            raise TokenDead("no token")
        try:
            await self._release(out.reply_to)
            return await self._sequel.send(out.ref, split(out.text, LONGEST), lambda *part: self._part(out, *part))
        except TelegramError as why:
            raise failure(why) from None
        except _UNREADABLE:
            raise Later(NO_ANSWER) from None

    async def close(self) -> None:
        """Give back connections."""
        if self._request:
            await self._request.shutdown()
        self._request = self._client = None

    async def _part(self, out: Outbound, text: str, last: bool) -> str:
        chat, _, topic = (out.thread or out.to).partition("/")
        try:
            return await self._message(out, chat, topic, text, last=last)
        except ChatMigrated as moved:  # a group became a supergroup, whose topics are none of before
            return await self._message(out, str(moved.new_chat_id), "", text, last=last)

    async def _message(self, out: Outbound, chat: str, topic: str, text: str, *, last: bool) -> str:
        message = await self._connected().send_message(
            chat_id=chat,
            text=text,
            message_thread_id=int(topic) if topic else None,
            reply_parameters=_reply(out.reply_to),
            reply_markup=_keyboard(out.buttons) if last else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),  # Telegram would fetch the citizen's own page
        )
        return str(message.message_id)

    async def _release(self, reply_to: str) -> None:
        """Let a pressed button come to rest; Telegram takes that for a short time only and nothing depends on it."""
        if not reply_to.startswith(_CALLBACK):
            return
        try:
            await self._connected().answer_callback_query(reply_to.removeprefix(_CALLBACK))
        except TelegramError:
            return

    def _connected(self) -> Client:
        """Give the client, made at the first call, without the updater and without asking who we are."""
        if self._client is None:
            hush("telegram")
            os.environ.setdefault("PTB_TIMEDELTA", "true")  # else RetryAfter warns of its type in future versions
            timeout = httpx.Timeout(self._timeout)
            self._request = HTTPXRequest(httpx_kwargs={"timeout": timeout, "verify": tls()})
            self._client = Client(
                self._token, f"{self._base_url}/bot", request=self._request, get_updates_request=self._request
            )
        return self._client


def failure(why: TelegramError) -> SendError:
    """Tell what python-telegram-bot's exception means for the reply."""
    if isinstance(why, RetryAfter):
        wait = why.retry_after
        return Throttled("429", wait.total_seconds() if isinstance(wait, timedelta) else wait)
    if isinstance(why, Forbidden):  # blocked, deactivated, never started, or thrown out of the group
        return Unreachable("403")
    if isinstance(why, InvalidToken):  # Telegram answers 401 or 404
        return TokenDead("401")
    if isinstance(why, BadRequest):
        gone = any(words in why.message.casefold() for words in _GONE)
        return Unreachable("400 gone") if gone else Refused("400")
    if isinstance(why.__cause__, httpx.HTTPError):
        return by_network(why.__cause__)
    return Later("http 5xx" if isinstance(why, NetworkError) else NO_ANSWER)


def _reply(reply_to: str) -> ReplyParameters | None:
    return ReplyParameters(int(reply_to), allow_sending_without_reply=True) if reply_to.isdecimal() else None


def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.payload)] for button in buttons]
    return InlineKeyboardMarkup(rows) if rows else None
