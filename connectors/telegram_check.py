"""Whether our Telegram bot hears: token, privacy mode, webhook, what waits there (core.telegram.org/bots/api#getwebhookinfo)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx

from connectors.check import UNANSWERED, Check
from connectors.door_check import clock, door, no_public_url, quiet_client, refuses_forgery
from connectors.payload import Json, part, rows, text

BASE_URL = "https://api.telegram.org"
WANTED = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member")
"""The updates that we read; Telegram sends them all unless setWebhook was told otherwise."""
_FRESH = timedelta(hours=1)
_MANY_PENDING = 100
_REFUSED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND)


class _UnaskedError(Exception):
    """The Bot API did not tell what was asked."""

    def __init__(self, check: Check) -> None:
        super().__init__(_UnaskedError.__doc__)
        self.check = check


class TelegramChecker:
    """Looks after the bot of `token`, which hears by webhook or, in mode "poll", by getUpdates."""

    channel = "telegram"

    def __init__(
        self,
        token: str,
        public_url: str = "",
        mode: Literal["webhook", "poll"] = "webhook",
        base_url: str = BASE_URL,
    ) -> None:
        self._calls = f"{base_url.rstrip('/')}/bot{token}"
        self._base_url = base_url
        self._public_url = public_url
        self._mode = mode
        self._pending = 0

    async def check(self, now: datetime) -> tuple[Check, ...]:
        """Look at everything; never raises."""
        async with quiet_client() as client:
            try:
                me = await self._ask(client, "getMe")
                found = [_token(me), *_privacy(me)]
                info = await self._ask(client, "getWebhookInfo")
            except _UnaskedError as unasked:
                return (unasked.check,)
            found += self._polled(info) if self._mode == "poll" else self._pushed(info, now)
            found += await clock(client, self._base_url, now)
            return (*found, *(await self._door(client)))

    async def _ask(self, client: httpx.AsyncClient, method: str) -> Json:
        try:
            answer = await client.get(f"{self._calls}/{method}")
            held = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
            raise _UnaskedError(_no_answer()) from None
        if answer.status_code in _REFUSED:
            raise _UnaskedError(_dead())
        told = part(held, "result")
        if not answer.is_success or not told:
            raise _UnaskedError(_no_answer())
        return told

    async def _door(self, client: httpx.AsyncClient) -> list[Check]:
        if self._mode == "poll":
            return []
        if not self._public_url:
            return [no_public_url()]
        wrong = {"x-telegram-bot-api-secret-token": secrets.token_urlsafe(16)}
        return [await refuses_forgery(client, door(self._public_url, self.channel), wrong)]

    def _polled(self, info: Json) -> list[Check]:
        if not text(info.get("url")):
            return [Check("webhook", "good", "Tidak ada webhook: pesan diambil dengan getUpdates.")]
        words = "Telegram masih mengirim ke webhook sehingga pengambilan ditolak. Jalankan deleteWebhook pada bot ini,"
        return [Check("webhook", "bad", f"{words} atau setel ELAPOR_TELEGRAM_MODE=webhook.")]

    def _pushed(self, info: Json, now: datetime) -> list[Check]:
        registered = self._registered(text(info.get("url")))
        if registered.level == "bad":
            return [registered]
        return [registered, *_kinds(rows(info.get("allowed_updates"))), *self._backlog(info, now)]

    def _registered(self, url: str) -> Check:
        ours = door(self._public_url, self.channel) if self._public_url else ""
        how = f"Jalankan setWebhook dengan url {ours or 'https://…/hooks/telegram'} dan secret_token ELAPOR_TELEGRAM_SECRET."
        if not url:
            return Check("webhook", "bad", f"Webhook belum didaftarkan, jadi Telegram tidak mengirim apa-apa. {how}")
        if ours and url != ours:
            return Check("webhook", "bad", f"Telegram mengirim ke alamat lain, bukan ke sini. {how}")
        return Check("webhook", "good", "Webhook terdaftar di Telegram.")

    def _backlog(self, info: Json, now: datetime) -> list[Check]:
        """Judge what waits at Telegram, also against how much it was the last time."""
        before, self._pending = self._pending, _number(info.get("pending_update_count"))
        erred = _number(info.get("last_error_date"))
        fresh = bool(erred) and now - datetime.fromtimestamp(erred, UTC) < _FRESH
        why = text(info.get("last_error_message"))[:80]
        if fresh and self._pending:
            words = f"{self._pending} kiriman menunggu karena webhook kita gagal menerimanya ({why})."
            return [Check("backlog", "bad", f"{words} Periksa apakah program berjalan dan alamatnya tercapai.")]
        if self._pending >= _MANY_PENDING or self._pending > before > 0:
            words = f"{self._pending} kiriman menunggu di Telegram dan bertambah. Periksa apakah program ini kewalahan."
            return [Check("backlog", "warn", words)]
        if fresh:
            return [Check("backlog", "warn", f"Belum satu jam lalu Telegram gagal mengirim ({why}), lalu pulih.")]
        return [Check("backlog", "good", "Tidak ada kiriman yang tertahan di Telegram.")]


def _token(me: Json) -> Check:
    name = text(me.get("username"))
    return Check("token", "good", f"Token bot diterima Telegram{f' (@{name})' if name else ''}.")


def _privacy(me: Json) -> list[Check]:
    """Whether the bot hears in groups (core.telegram.org/bots/features#privacy-mode)."""
    if me.get("can_join_groups") is False:
        words = "Bot tidak boleh masuk grup. Di BotFather kirim /setjoingroups, pilih bot ini, lalu Enable."
        return [Check("groups", "warn", words)]
    if me.get("can_read_all_group_messages") is False:
        words = "Bot tuli di grup: mode privasi menyala, yang terdengar hanya perintah dan balasan kepada bot."
        how = "Di BotFather kirim /setprivacy, pilih bot ini, pilih Disable; lalu keluarkan bot dari setiap grup"
        return [Check("privacy_mode", "warn", f"{words} {how} dan masukkan lagi (atau jadikan bot admin grup).")]
    return [Check("privacy_mode", "good", "Bot mendengar semua pesan di grup.")]


def _kinds(allowed: Iterable[object]) -> list[Check]:
    """Whether Telegram sends what we read; an empty list means all of it."""
    known = {text(one) for one in allowed}
    missing = [kind for kind in WANTED if kind not in known] if known else []
    if not missing:
        return []
    words = f"Telegram tidak mengirim {', '.join(missing)}. Ulangi setWebhook dengan allowed_updates yang memuatnya."
    return [Check("updates", "warn", words)]


def _dead() -> Check:
    words = "Token bot ditolak Telegram. Ambil token di BotFather (/token) dan setel ELAPOR_TELEGRAM_TOKEN."
    return Check("token", "bad", words)


def _no_answer() -> Check:
    return Check(
        UNANSWERED, "warn", "Telegram tidak menjawab dengan semestinya. Periksa sambungan internet server ini."
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 40 else 0
