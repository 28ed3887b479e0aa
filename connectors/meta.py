"""What the channels of Meta share: signature, handshake, the walk through a batch, and one address for two of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.base import Connector, Item, Parsed
from connectors.payload import Json, MalformedElement, each, ident, ignored, load, record, whole, word
from connectors.proof import same

REMOVED = "removed"
"""The revision of a removal: nothing is removed twice, whoever tells it."""


def signed(app_secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether `X-Hub-Signature-256` is the HMAC of the raw body (Meta, Webhooks: Validate payloads)."""
    if not app_secret:
        return False
    expected = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return same(headers.get("x-hub-signature-256", ""), f"sha256={expected}")


def challenge(verify_token: str, query: Mapping[str, str]) -> str | None:
    """Answer the GET by which Meta checks a new address (Meta, Webhooks: Verification requests), or refuse it."""
    known = query.get("hub.mode") == "subscribe" and same(query.get("hub.verify_token", ""), verify_token)
    return query.get("hub.challenge", "") if known else None


def walk(body: bytes, name: str, read: Callable[[Json], Parsed | Item]) -> Parsed:
    """Read every entry of a delivery whose `object` is `name`; deliveries may also come as an array of such objects."""

    def envelope(held: Json) -> Parsed:
        if "object" in held and held["object"] != name:
            return ignored(f"object {word(held['object'])}")
        if "entry" not in held:
            raise MalformedElement("no entry")
        return each(held["entry"], "entry", read)

    def delivery() -> Parsed:
        held = load(body)
        return each(held, "delivery", envelope) if isinstance(held, list) else envelope(record(held, "delivery"))

    return whole(delivery)


def edition(entry: Json, *content: str) -> str:
    """Name an edit by its entry's time and its content, for several edits of one comment may share a second."""
    digest = hashlib.sha256("\0".join(content).encode()).hexdigest()
    return f"{ident(entry.get('time'))}.{digest[:8]}"


def object_of(body: bytes) -> str:
    """Name the kind of object that a delivery tells of ("page", "instagram"); raises MalformedElement."""
    held = load(body)
    first = held[0] if isinstance(held, list) and held else held
    return word(record(first, "delivery").get("object"))


@dataclass(frozen=True, slots=True)
class Signed:
    """The door of each channel of Meta: who calls is known by the app's secret, and Meta knows us by our token."""

    app_secret: str
    verify_token: str

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Meta signed the body."""
        return signed(self.app_secret, headers, body)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Answer Meta's check of the address."""
        return challenge(self.verify_token, query)


@dataclass(frozen=True, slots=True)
class MetaConnector:
    """One address for Facebook and Instagram: either one's secret is proof, `object` decides which one reads."""

    facebook: Connector
    instagram: Connector
    channel: str = "meta"

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether either app signed the body."""
        return self.facebook.verify(headers, body) or self.instagram.verify(headers, body)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Answer by either verify token."""
        answer = self.facebook.handshake(query)
        return self.instagram.handshake(query) if answer is None else answer

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Let the channel read that the delivery tells of; its Inbounds carry that channel's name."""

        def read() -> Parsed:
            name = object_of(body)
            reader = {"page": self.facebook, "instagram": self.instagram}.get(name)
            return reader.parse(body, received_at) if reader else ignored(f"object {name}")

        return whole(read)
