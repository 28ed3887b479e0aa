"""What every way in has in common: the Inbound, the Receipt, the Connector and its three outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

InboundKind = Literal["message", "edit", "removal"]
MediaKind = Literal["photo", "video", "audio", "voice", "document", "sticker", "contact"]
ReceiptState = Literal["sent", "delivered", "read", "failed"]
ChangeKind = Literal["joined", "left", "moved", "renumbered"]
Visibility = Literal["public", "anonim", "rahasia"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote, by the channel's own stable id; everything here identifies a person."""

    id: str
    name: str = ""
    username: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """One attachment; `ref` is what the platform's own API fetches it by (file id, media id, address, file name)."""

    kind: MediaKind
    ref: str
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a person chose in a form of ours, beside the words: nothing of it is guessed again."""

    code: str = ""
    """The code that the person was shown when sending the form."""
    visibility: Visibility = "public"
    category: str = ""
    """A code of `data/categories.yml`, or ""."""
    location: str = ""
    """A region code, or ""."""
    place: str = ""
    consent: str = ""
    """The version of the words under which the person agreed that personal data is processed, or ""."""
    answers: str = ""
    """The code of the own submission to which this adds what an officer asked for, else ""."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message, edit or removal as a platform told it; (channel, account, thread, external_id, revision) is its key.

    `account` is ours (bot, phone number id, page); `thread` the chat, topic or post in which it stands; `external_id` the
    platform's id of the message, the same for its edits and its removal; `revision` is "" for the message itself and for
    an edit or removal something that two deliveries of it share (its time). `sent_at` is aware, by the platform's clock.
    """

    channel: str
    account: str
    thread: str
    external_id: str
    sent_at: datetime
    kind: InboundKind = "message"
    revision: str = ""
    author: Author | None = None
    text: str = ""
    direct: bool = False
    """A private conversation with our bot; all else is harvested."""
    addressed: bool = False
    """In a group: the bot was mentioned, replied to or given a command."""
    thread_name: str = ""
    """What the group, channel or post is called, where the delivery says so; a topic for reading."""
    media: tuple[Media, ...] = ()
    point: tuple[float, float] | None = None
    """Shared location: latitude, longitude in degrees (WGS 84)."""
    reply_to: str = ""
    """The external_id of the message that it answers, in the same thread."""
    album: str = ""
    """What the platform calls the album or burst to which it belongs."""
    forwarded: bool = False
    button: str = ""
    """The payload of the button or list row that was pressed."""
    permalink: str = ""
    uninvited: bool = False
    """A private message on a channel whose way in is comments: heard only where we wrote privately before."""
    form: Form | None = None
    """Sent by a form of ours: filed as it was filled in, without a conversation."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a conversation or a person instead of being said.

    joined: the bot may speak there (added to a group, unblocked by a person). left: it may not any more. moved: the
    conversation has a new id, `to` (Telegram: migrate_to_chat_id). renumbered: `author` is now known as `to`.
    """

    channel: str
    account: str
    thread: str
    kind: ChangeKind
    at: datetime
    direct: bool = False
    thread_name: str = ""
    role: str = ""
    """What the bot is there: the platform's own word (member, administrator)."""
    author: Author | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Something that a platform told of without its words: it is fetched by job and comes in as a delivery of its own."""

    channel: str
    account: str
    kind: str
    """The platform's own word for what it points at (comment, media, post)."""
    id: str
    within: str = ""
    """The media or post in which it stands."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message that we sent: the platform's later word on `platform_id`."""

    channel: str
    platform_id: str
    state: ReceiptState
    at: datetime
    error: str = ""
    """The platform's own code where state is failed."""
    key: str = ""
    """Our own key of the message (Outbound.ref), where the platform tells it back."""


Item = Inbound | Receipt | Change | Pointer


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one delivery held: things of use, and the reasons why other elements were ignored or could not be read.

    A delivery counts as malformed when any element was, else as accepted when it held anything, else as ignored;
    one bad element never loses its neighbours. Reasons are short English words without text or identity.
    """

    items: tuple[Item, ...] = ()
    ignored: tuple[str, ...] = ()
    malformed: tuple[str, ...] = field(default=())

    @property
    def outcome(self) -> Literal["accepted", "ignored", "malformed"]:
        """The delivery's outcome, as the metrics count it."""
        if self.malformed:
            return "malformed"
        return "accepted" if self.items else "ignored"


class Connector(Protocol):
    """One channel's way in. No method raises anything upon any bytes; none opens a file or a socket."""

    @property
    def channel(self) -> str:
        """The channel's name, the same as its route below /hooks."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the raw bytes carry the platform's proof; header names in lower case; False without a secret."""
        ...

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """What to answer to the platform's GET, or None to refuse."""
        ...

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read the whole of one delivery; `received_at` (aware) stands in where the platform gives no time."""
        ...
