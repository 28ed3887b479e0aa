"""Citizens' phones: what is done on one, in the shape in which its platform delivers it to us; people are invented."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_numbers = itertools.count(1001)
WHATSAPP_NUMBER = "109876543210987"
BOT = {"id": 5550100, "is_bot": True, "first_name": "E-LAPOR", "username": "elapor_rekaan_bot"}


@dataclass
class Phone:
    """One citizen on one channel; every method gives the deliveries that come of what is done, at `at`."""

    who: int
    """A small number that nobody else has."""
    group: int = 0
    last: int = 0
    """The number of what was written last."""

    def write(self, text: str, at: datetime, **more: Any) -> list[bytes]:
        """Deliver a message; `more` may hold photos, point, voice, sticker, reply_to."""
        raise NotImplementedError

    def press(self, label: str, payload: str, at: datetime) -> list[bytes]:
        """Deliver a pressed button."""
        raise NotImplementedError

    def edit(self, text: str, at: datetime) -> list[bytes]:
        """Deliver the last message anew."""
        raise NotImplementedError

    def remove(self, at: datetime) -> list[bytes]:
        """Deliver that the last message was taken back."""
        raise NotImplementedError

    def _next(self) -> int:
        self.last = next(_numbers)
        return self.last


class TelegramPhone(Phone):
    """Updates of the Bot API; Telegram tells no bot of deletions."""

    channel = "telegram"

    @property
    def address(self) -> str:
        """The chat in which the bot answers."""
        return str(self.group or 5_560_000 + self.who)

    def write(self, text: str, at: datetime, **more: Any) -> list[bytes]:
        if not more.get("photos"):
            return [self._message(self._content(text, more), at, more)]
        album = {"media_group_id": f"album-{next(_numbers)}"} if more["photos"] > 1 else {}
        return [
            self._message(album | self._picture() | ({"caption": text} if text and not n else {}), at, more)
            for n in range(more["photos"])
        ]

    def press(self, label: str, payload: str, at: datetime) -> list[bytes]:
        keyboard = {"inline_keyboard": [[{"text": label, "callback_data": payload}]]}
        under = {"message_id": next(_numbers), "from": BOT, "chat": self._chat, "date": _epoch(at), "text": "…"}
        query = {"id": f"tekan-{next(_numbers)}", "from": self._person, "chat_instance": "1", "data": payload}
        return [_bytes(self._update("callback_query", query | {"message": under | {"reply_markup": keyboard}}))]

    def edit(self, text: str, at: datetime) -> list[bytes]:
        edited = {"message_id": self.last, "edit_date": _epoch(at), "text": text}
        return [_bytes(self._update("edited_message", self._envelope(at) | edited))]

    @property
    def _person(self) -> dict[str, Any]:
        return {"id": 5_560_000 + self.who, "is_bot": False, "first_name": "Warga Rekaan"}

    @property
    def _chat(self) -> dict[str, Any]:
        if self.group:
            return {"id": self.group, "type": "supergroup", "title": "Warga Rekaan"}
        return {"id": 5_560_000 + self.who, "type": "private", "first_name": "Warga Rekaan"}

    def _content(self, text: str, more: dict[str, Any]) -> dict[str, Any]:
        if more.get("point"):
            latitude, longitude = more["point"]
            return {"location": {"latitude": latitude, "longitude": longitude}}
        if more.get("voice"):
            return {"voice": {"file_id": f"suara-{next(_numbers)}", "mime_type": "audio/ogg", "duration": 7}}
        if more.get("sticker"):
            return {"sticker": {"file_id": f"stiker-{next(_numbers)}", "type": "regular", "width": 512, "height": 512}}
        return {"text": text}

    def _picture(self) -> dict[str, Any]:
        return {"photo": [{"file_id": f"foto-{next(_numbers)}", "width": 800, "height": 600}]}

    def _message(self, content: dict[str, Any], at: datetime, more: dict[str, Any]) -> bytes:
        reply = {}
        if more.get("reply_to"):
            answered = {"message_id": int(more["reply_to"]), "from": BOT, "chat": self._chat, "date": _epoch(at)}
            reply = {"reply_to_message": answered | {"text": "…"}}
        message = self._envelope(at) | {"message_id": self._next()} | content | reply
        return _bytes(self._update("message", message))

    def _envelope(self, at: datetime) -> dict[str, Any]:
        return {"from": self._person, "chat": self._chat, "date": _epoch(at)}

    def _update(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        return {"update_id": next(_numbers), kind: content}


class WhatsAppPhone(Phone):
    """Webhooks of the Cloud API."""

    channel = "whatsapp"

    @property
    def address(self) -> str:
        """The number to which we answer."""
        return f"62812555{50000 + self.who}"

    def write(self, text: str, at: datetime, **more: Any) -> list[bytes]:
        context = {"context": {"from": "625115550100", "id": more["reply_to"]}} if more.get("reply_to") else {}
        if more.get("photos"):
            return [self._deliver(self._picture("" if n else text) | context, at) for n in range(more["photos"])]
        return [self._deliver(self._content(text, more) | context, at)]

    def press(self, label: str, payload: str, at: datetime) -> list[bytes]:
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": label}}
        return [self._deliver({"type": "interactive", "interactive": reply}, at)]

    def edit(self, text: str, at: datetime) -> list[bytes]:
        edit = {"original_message_id": self._id(self.last), "message": {"type": "text", "text": {"body": text}}}
        return [self._deliver({"type": "edit", "edit": edit}, at, keep=True)]

    def remove(self, at: datetime) -> list[bytes]:
        gone = {"type": "revoke", "revoke": {"original_message_id": self._id(self.last)}}
        return [self._deliver(gone, at, keep=True)]

    def _id(self, number: int) -> str:
        return f"wamid.NASKAH{number}"

    def _content(self, text: str, more: dict[str, Any]) -> dict[str, Any]:
        if more.get("point"):
            latitude, longitude = more["point"]
            return {"type": "location", "location": {"latitude": latitude, "longitude": longitude}}
        if more.get("voice"):
            return {"type": "audio", "audio": {"id": f"88{next(_numbers)}", "mime_type": "audio/ogg", "voice": True}}
        if more.get("sticker"):
            return {"type": "sticker", "sticker": {"id": f"88{next(_numbers)}", "mime_type": "image/webp"}}
        return {"type": "text", "text": {"body": text}}

    def _picture(self, caption: str) -> dict[str, Any]:
        image = {"id": f"88{next(_numbers)}", "mime_type": "image/jpeg"} | ({"caption": caption} if caption else {})
        return {"type": "image", "image": image}

    def _deliver(self, content: dict[str, Any], at: datetime, *, keep: bool = False) -> bytes:
        number = next(_numbers) if keep else self._next()
        message = {"from": self.address, "id": self._id(number), "timestamp": str(_epoch(at)), **content}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": WHATSAPP_NUMBER, "display_phone_number": "625115550100"},
            "contacts": [{"profile": {"name": "Warga Rekaan"}, "wa_id": self.address}],
            "messages": [message],
        }
        entry = {"id": "102030405060708", "changes": [{"field": "messages", "value": value}]}
        return _bytes({"object": "whatsapp_business_account", "entry": [entry]})


class SmsPhone(Phone):
    """What the gateway of the short number posts: text alone."""

    channel = "sms"

    @property
    def address(self) -> str:
        """The number to which we answer."""
        return f"62812555{60000 + self.who}"

    def write(self, text: str, at: datetime, **more: Any) -> list[bytes]:
        del at, more
        return [_bytes({"from": f"+{self.address}", "text": text, "id": f"naskah-{self._next()}", "to": "1708"})]


PHONES: dict[str, type[Phone]] = {"telegram": TelegramPhone, "whatsapp": WhatsAppPhone, "sms": SmsPhone}


def _epoch(at: datetime) -> int:
    return int(at.timestamp())


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
