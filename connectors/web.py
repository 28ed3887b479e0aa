"""The way in of our own web form `/lapor`: what a person filled in, as the page stored it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from connectors.base import Author, Form, Inbound, Media, Parsed, Visibility
from connectors.payload import Json, MalformedElement, load, moment, needed, point, record, rows, text, whole

CHANNEL = "web"
ACCOUNT = "lapor"
_VISIBILITIES = ("public", "anonim", "rahasia")
_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


@dataclass(frozen=True, slots=True)
class WebConnector:
    """Reads the deliveries that our form writes; nothing comes in over HTTP hooks."""

    channel: str = CHANNEL

    def verify(self, _headers: Mapping[str, str], _body: bytes) -> bool:
        """No webhook exists, so nothing is ever proven."""
        return False

    def handshake(self, _query: Mapping[str, str]) -> str | None:
        """No webhook exists."""
        return None

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read one form: `{"id","code","text","place","location","category","visibility","name","contact","lat","lon",
        "photos":[file name],"consent"}`; `contact` is a phone number as 62… or an e-mail address. Or an answer at its page:
        `{"id","answers": code,"thread","author": id,"name","phone","text","photos"}`.
        """
        return whole(lambda: _form_sent(record(load(body), "form"), received_at))


def _form_sent(held: Json, received_at: datetime) -> Inbound:
    return _answer(held, received_at) if "answers" in held else _complaint(held, received_at)


def _answer(held: Json, received_at: datetime) -> Inbound:
    """Give what somebody adds to the own complaint: in its thread, by the same person."""
    words, shown = text(held.get("text")).strip(), pictures(held.get("photos"))
    if not words and not shown:
        raise MalformedElement("no text")
    return Inbound(
        channel=CHANNEL,
        account=ACCOUNT,
        thread=needed(held.get("thread"), "thread"),
        external_id=needed(held.get("id"), "id"),
        sent_at=moment(None, received_at),
        author=Author(needed(held.get("author"), "author"), text(held.get("name")), phone=text(held.get("phone"))),
        text=words,
        direct=True,
        media=shown,
        form=Form(answers=needed(held.get("answers"), "answers")),
    )


def _complaint(held: Json, received_at: datetime) -> Inbound:
    key, words = needed(held.get("id"), "id"), text(held.get("text")).strip()
    if not words:
        raise MalformedElement("no text")
    return Inbound(
        channel=CHANNEL,
        account=ACCOUNT,
        thread=key,
        external_id=key,
        sent_at=moment(None, received_at),
        author=_author(held, key),
        text=words,
        direct=True,
        media=pictures(held.get("photos")),
        point=point({"latitude": held.get("lat"), "longitude": held.get("lon")}),
        form=_form(held),
    )


def _form(held: Json) -> Form:
    visibility = text(held.get("visibility"))
    if visibility not in _VISIBILITIES:  # never guessed: taken for public, a name could become known
        raise MalformedElement("no visibility")
    return Form(
        code=needed(held.get("code"), "code"),
        visibility=cast("Visibility", visibility),
        category=text(held.get("category")),
        location=text(held.get("location")),
        place=text(held.get("place")).strip(),
        consent=text(held.get("consent")),
    )


def _author(held: Json, key: str) -> Author:
    """Give who wrote: the same person by the same contact, else somebody of this one form."""
    contact = text(held.get("contact")).strip()
    return Author(
        contact or f"form:{key}", text(held.get("name")).strip(), phone=contact if contact.isdecimal() else ""
    )


def pictures(value: Any) -> tuple[Media, ...]:
    """Give the pictures by the names under which they were kept when they were sent."""
    return tuple(Media("photo", name) for name in map(text, rows(value)) if _FILE.fullmatch(name))
