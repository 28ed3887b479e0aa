"""A stand-in of Telegram's Bot API: the methods that we call (core.telegram.org/bots/api)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aggregator.demo.platforms.answers import Silence, fields, file, settle
from aggregator.demo.platforms.platforms import Fault, Platforms

_ME = {
    "id": 5550100,
    "is_bot": True,
    "first_name": "E-LAPOR (peraga)",
    "username": "elapor_peraga_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_inline_queries": False,
}
_PHRASES = {401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 429: "Too Many Requests: retry after"}
_LONGEST, _LONGEST_DATA = 4096, 64
_WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_LOOK_S = 0.01

Method = Callable[[Platforms, dict[str, Any]], Awaitable[Response]]


def routes(platforms: Platforms) -> list[Route]:
    """Give the routes below /bot<token> and /file/bot<token>."""

    async def call(request: Request) -> Response:
        method = _METHODS.get(request.path_params["method"].casefold())
        if method is None:
            return _refusal(404, "Not Found")
        return await method(platforms, await fields(request))

    async def download(request: Request) -> Response:
        mime, content = file(platforms, request.path_params["path"].removeprefix("files/"))
        return Response(content, media_type=mime)

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
    ]


async def _send(platforms: Platforms, said: dict[str, Any]) -> Response:
    chat, text = str(said.get("chat_id", "")), str(said.get("text", ""))
    wrong = _wrong(said, text)
    if wrong:
        return _refusal(400, f"Bad Request: {wrong}")
    number = platforms.number()
    told = {"platform": "telegram", "method": "sendMessage", "to": chat, "text": text, "ref": "", "id": str(number)}
    answer = {"ok": True, "result": _message(number, chat, said)}
    return settle(platforms, platforms.fault("telegram", chat), _fail, answer, body=said, **told)


def _wrong(said: dict[str, Any], text: str) -> str:
    """Give what Telegram would say against a message, if anything."""
    if not text.strip():
        return "message text is empty"
    if len(text) > _LONGEST:
        return "message is too long"
    keyboard = said.get("reply_markup") or {}
    pressed = [button.get("callback_data", "") for row in keyboard.get("inline_keyboard", []) for button in row]
    return "BUTTON_DATA_INVALID" if any(not 0 < len(data.encode()) <= _LONGEST_DATA for data in pressed) else ""


def _message(number: int, chat: str, said: dict[str, Any]) -> dict[str, Any]:
    """Give the Message object of what was sent."""
    group = chat.startswith("-")
    message: dict[str, Any] = {
        "message_id": number,
        "from": {name: _ME[name] for name in ("id", "is_bot", "first_name", "username")},
        "chat": {"id": int(chat), "type": "supergroup", "title": "Warga (peraga)"}
        if group
        else {"id": int(chat), "type": "private", "first_name": "Warga"},
        "date": int(time.time()),
        "text": said["text"],
    }
    if said.get("message_thread_id"):
        message |= {"message_thread_id": int(said["message_thread_id"]), "is_topic_message": True}
    if said.get("reply_markup"):
        message["reply_markup"] = said["reply_markup"]
    return message


def _fail(fault: Fault) -> Response:
    words, parameters = fault.words or _PHRASES.get(fault.status, "Bad Request: chat not found"), {}
    if fault.retry_after is not None:
        words, parameters = f"Too Many Requests: retry after {fault.retry_after}", {"retry_after": fault.retry_after}
    if fault.migrate_to:
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        parameters = {"migrate_to_chat_id": fault.migrate_to}
    if fault.status >= 500:
        return Response("<html>Bad Gateway</html>", fault.status, media_type="text/html")
    return _refusal(fault.status, words, parameters)


def _refusal(status: int, words: str, parameters: dict[str, int] | None = None) -> Response:
    more = {"parameters": parameters} if parameters else {}
    return JSONResponse({"ok": False, "error_code": status, "description": words, **more}, status)


def _result(value: Any) -> Response:
    return JSONResponse({"ok": True, "result": value})


async def _get_me(platforms: Platforms, _said: dict[str, Any]) -> Response:
    if "telegram" in platforms.account.refused:
        return _refusal(401, _PHRASES[401])
    return _result(_ME | platforms.account.bot)


async def _webhook_info(platforms: Platforms, _said: dict[str, Any]) -> Response:
    told = {"url": platforms.webhook, "has_custom_certificate": False, "pending_update_count": 0}
    return _result(told | platforms.account.webhook)


async def _set_webhook(platforms: Platforms, said: dict[str, Any]) -> Response:
    platforms.webhook = str(said.get("url", ""))
    return _result(value=True)


async def _updates(platforms: Platforms, said: dict[str, Any]) -> Response:
    """Hold the call until there is news or its time is over; a webhook or a newer call ends it (Bot API: getUpdates)."""
    fault = platforms.fault("telegram", "getUpdates")
    if fault:
        return _fail(fault) if fault.how == "refuse" else Silence(fault.how)
    mine, until = platforms.updates.begin(said), time.monotonic() + float(said.get("timeout", 0))
    wanted = int(said.get("offset", 0)), min(int(said.get("limit", 100)), 100), said.get("allowed_updates", ())
    while True:
        if platforms.webhook:
            return _refusal(409, _WEBHOOK_SET)
        if len(platforms.updates.asked) > mine:
            return _refusal(409, _TERMINATED)
        found = platforms.updates.from_on(*wanted)
        if found or time.monotonic() >= until:
            return _result(found)
        await asyncio.sleep(_LOOK_S)


async def _get_file(platforms: Platforms, said: dict[str, Any]) -> Response:
    identity = str(said.get("file_id", ""))
    size = len(file(platforms, identity)[1])
    told = {"file_id": identity, "file_unique_id": identity[-8:], "file_size": size, "file_path": f"files/{identity}"}
    return _result(told)


async def _get_chat_member(platforms: Platforms, said: dict[str, Any]) -> Response:
    chat, user = str(said.get("chat_id", "")), str(said.get("user_id", ""))
    fault = platforms.fault("telegram", "getChatMember")
    if fault:
        return _fail(fault)
    status = "administrator" if (chat, user) in platforms.account.admins else "member"
    return _result({"status": status, "user": {"id": int(user), "is_bot": False, "first_name": "Warga"}})


async def _done(_platforms: Platforms, _said: dict[str, Any]) -> Response:
    return _result(value=True)


_METHODS: dict[str, Method] = {
    "sendmessage": _send,
    "getme": _get_me,
    "getwebhookinfo": _webhook_info,
    "setwebhook": _set_webhook,
    "deletewebhook": _set_webhook,
    "getupdates": _updates,
    "getfile": _get_file,
    "getchatmember": _get_chat_member,
    "answercallbackquery": _done,
    "sendchataction": _done,
}
