"""The way in of everything else: what a reviewer saw elsewhere and noted at the console, under the same keys."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.base import Author, Inbound, Parsed
from connectors.links import Linked, NotALink, read_link
from connectors.payload import Json, MalformedElement, ident, load, record, text, whole, word
from connectors.web import pictures

CHANNEL = "catatan"
_LONGEST_KEY = 300


@dataclass(frozen=True, slots=True)
class NotedConnector:
    """Reads the deliveries that the console writes; `facebook_page` is our page, whose comments its own connector brings."""

    facebook_page: str = ""
    channel: str = CHANNEL

    def verify(self, _headers: Mapping[str, str], _body: bytes) -> bool:
        """No webhook exists, so nothing is ever proven."""
        return False

    def handshake(self, _query: Mapping[str, str]) -> str | None:
        """No webhook exists."""
        return None

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read one note: `{"id","platform","link","text","name","sent_at","thread_name","photos":[file name],"by"}`.

        A link to something that a connector of ours would bring too gives that connector's channel and key; else the
        canonical link is the key, and without a link the platform, the name and the words are.
        """
        return whole(lambda: self._note(record(load(body), "note"), received_at))

    def _note(self, held: Json, received_at: datetime) -> Inbound:
        platform, words, name = (
            word(held.get("platform")),
            text(held.get("text")).strip(),
            text(held.get("name")).strip(),
        )
        photos = pictures(held.get("photos"))
        if not words and not photos:
            raise MalformedElement("no text")
        linked = _linked(text(held.get("link")))
        channel, account, thread, external_id = self._key(linked, platform, held)
        return Inbound(
            channel=channel,
            account=account,
            thread=thread,
            external_id=external_id,
            sent_at=_moment(held.get("sent_at"), received_at),
            author=Author(f"{CHANNEL}:{platform}:{_plain(name)}"[:_LONGEST_KEY], name) if name else None,
            text=words,
            thread_name=text(held.get("thread_name")).strip(),
            media=photos,
            permalink=linked.link if linked else "",
        )

    def _key(self, linked: Linked | None, platform: str, held: Json) -> tuple[str, str, str, str]:
        if linked is None:
            key = _wordy_key(platform, held)
            return CHANNEL, platform, key, key
        native = linked.native
        if native and (
            linked.platform == "telegram" or (linked.platform == "facebook" and native[0] == self.facebook_page)
        ):
            return linked.platform, *native
        return CHANNEL, linked.platform or "web", _short(linked.thread), _short(linked.key)


def source(link: str) -> tuple[str, str, tuple[str, ...]]:
    """Give a link's platform ("" for any site), its canonical key, and the parts that every copy of it holds.

    Raises ValueError where it is no web address.
    """
    linked = read_link(link)
    return linked.platform, linked.key, linked.needles


def _linked(link: str) -> Linked | None:
    try:
        return read_link(link) if link.strip() else None
    except NotALink:
        raise MalformedElement("link is no web address") from None


def _wordy_key(platform: str, held: Json) -> str:
    """Give the key of words without a link; a picture without words is only itself."""
    words = _plain(text(held.get("text"))) or f"\0{ident(held.get('id'))}"
    said = "\0".join((platform, words, _plain(text(held.get("name")))))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _plain(words: str) -> str:
    """Give words as two people would copy them alike."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _moment(value: Any, otherwise: datetime) -> datetime:
    """Give when it was said: an ISO 8601 time with its offset, or `otherwise`."""
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else otherwise).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return otherwise.astimezone(UTC)
