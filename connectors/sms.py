"""The way in of an SMS gateway, as citizens use it for numbers such as 1708: `KODE<space>aduan`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from connectors.base import Author, Inbound, Parsed
from connectors.payload import Json, MalformedElement, each, ident, load, moment, needed, record, text, whole
from connectors.proof import same


@dataclass(frozen=True, slots=True)
class SmsConnector:
    """Reads what the gateway posts; `code` is the region's word before the complaint, as BARUT or BATOLA."""

    secret: str
    code: str = ""
    channel: str = "sms"

    def verify(self, headers: Mapping[str, str], _body: bytes) -> bool:
        """Whether the gateway showed the bearer secret."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.casefold() == "bearer" and same(token.strip(), self.secret)

    def handshake(self, _query: Mapping[str, str]) -> str | None:
        """Gateways ask nothing by GET."""
        return None

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read one message, a JSON array of messages, or a form; `from`, `text` and `id` are all needed."""

        def read() -> Parsed | Inbound:
            held = _decode(body)
            if isinstance(held, list):
                return each(held, "messages", lambda one: self._message(one, received_at))
            return self._message(record(held, "message"), received_at)

        return whole(read)

    def _message(self, held: Json, received_at: datetime) -> Inbound:
        number = _number(needed(held.get("from"), "from"))
        words = held.get("text")
        if not isinstance(words, str):
            raise MalformedElement("no text")
        return Inbound(
            channel=self.channel,
            account=ident(held.get("to")),
            thread=number,
            external_id=needed(held.get("id"), "id"),
            sent_at=moment(None, received_at),
            author=Author(number, phone=number if number.isdecimal() else ""),
            text=self._complaint(text(words).strip()),
            direct=True,
        )

    def _complaint(self, words: str) -> str:
        """Leave out the region's word."""
        first, _, rest = words.partition(" ")
        return rest.strip() if self.code and first.casefold() == self.code.casefold() else words


def _decode(body: bytes) -> Any:
    """Decode JSON, which begins with a bracket, or a form; raises MalformedElement."""
    if body.lstrip()[:1] in (b"{", b"["):
        return load(body)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=50))
    except ValueError:
        raise MalformedElement("neither JSON nor a form") from None


def _number(written: str) -> str:
    """Give a phone number as 62…, however the gateway writes it; a sender that is a name stays one."""
    digits = re.sub(r"[\s().+-]", "", written)
    return f"62{digits[1:]}" if re.fullmatch(r"0\d{7,13}", digits) else digits
