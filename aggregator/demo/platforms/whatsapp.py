"""A stand-in of WhatsApp's Cloud API: POST /v<version>/<phone id>/messages, its limits and its 24-hour window."""

from __future__ import annotations

import base64
from typing import Any

from starlette.responses import Response

from aggregator.demo.platforms.answers import settle
from aggregator.demo.platforms.errors import fail
from aggregator.demo.platforms.platforms import Fault, Platforms

_LONGEST, _LONGEST_BODY, _LONGEST_TITLE, _MOST_BUTTONS = 4096, 1024, 20, 3
_LONGEST_ROW, _MOST_ROWS = 24, 10


def send(platforms: Platforms, said: dict[str, Any], method: str, token: str) -> Response:
    """Take a text, an interactive message or a template."""
    to, sort = str(said.get("to") or said.get("recipient") or ""), str(said.get("type", ""))
    text = _text(sort, said)
    fault = platforms.fault("whatsapp", to) or _usual(platforms, to, sort, said, token)
    identity = "wamid." + base64.b64encode(f"{to[-4:]}:{platforms.number()}".encode()).decode()
    ref = str(said.get("biz_opaque_callback_data", ""))
    told = {"platform": "whatsapp", "method": method, "to": to, "text": text, "ref": ref, "id": identity}
    return settle(platforms, fault, fail, _taken(to, identity, said), body=said, **told)


def _taken(to: str, identity: str, said: dict[str, Any]) -> dict[str, Any]:
    known = {"user_id": to} if said.get("recipient") else {"wa_id": to}
    message = {"id": identity} | ({"message_status": "accepted"} if said.get("type") == "template" else {})
    return {"messaging_product": "whatsapp", "contacts": [{"input": to, **known}], "messages": [message]}


def _text(sort: str, said: dict[str, Any]) -> str:
    """Give what a person would read; of a template its values."""
    content = said.get(sort) or {}
    if sort == "template":
        parameters = [value for part in content.get("components", []) for value in part.get("parameters", [])]
        return " | ".join([content.get("name", ""), *(value.get("text", "") for value in parameters)])
    return str(content["body"]["text"] if sort == "interactive" else content.get("body", ""))


def _usual(platforms: Platforms, to: str, sort: str, said: dict[str, Any], token: str) -> Fault | None:
    """Give the fault that the platform itself would find."""
    if not token:
        return Fault("whatsapp", 401, 190)
    if sort not in ("text", "interactive", "template") or not to:
        return Fault("whatsapp", 400, 100)
    if to in platforms.shut and sort != "template":
        return Fault("whatsapp", 400, 131047)
    if sort == "interactive" and (said.get("recipient_type") == "group" or not _shaped(said["interactive"])):
        return Fault("whatsapp", 400, 131009)
    text = _text(sort, said)
    return Fault("whatsapp", 400, 100) if not text or len(text) > _LONGEST else None


def _shaped(interactive: dict[str, Any]) -> bool:
    """Whether an interactive message keeps Meta's limits."""
    action = interactive["action"]
    titles = [button["reply"]["title"] for button in action.get("buttons", [])]
    rows = [row["title"] for section in action.get("sections", []) for row in section["rows"]]
    few = len(titles) <= _MOST_BUTTONS and len(rows) <= _MOST_ROWS and len(set(titles)) == len(titles)
    short = all(len(title) <= _LONGEST_TITLE for title in titles) and all(len(title) <= _LONGEST_ROW for title in rows)
    return few and short and bool(titles or rows) and len(interactive["body"]["text"]) <= _LONGEST_BODY
