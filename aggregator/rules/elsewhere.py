"""Elsewhere: by which other channel a reply may reach the same citizen where its own way is shut."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FORM = "web"
"""The channel of our own form: nothing can be sent on it, but whoever left an address there wants to be told by it."""
ORDER = ("whatsapp", "telegram", "sms", "email")
"""The channels on which a citizen is reached in private by an address alone, the best first."""
_BY_PHONE = ("whatsapp", "sms")
_BY_EMAIL = ("email",)
_WHO_WRITES, _QUESTION = "elsewhere", "ask_rating"  # pieces of bots.sentences
WINDOW_SHUT = {("whatsapp", "131047")}
"""What a platform says later of free text that came too late: its template may still pass (Meta, Error codes)."""


@dataclass(frozen=True, slots=True)
class Known:
    """One row by which a citizen is known on a channel; the same phone number or e-mail address makes several one person."""

    channel: str
    conversation_id: int | None = None
    """Where they wrote to us in private."""
    address: str = ""
    """What they left at our form to be told by."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a citizen: the conversation that they began, or else the address that they left."""

    channel: str
    conversation_id: int | None = None
    address: str = ""


def may_go_elsewhere(kind: str, say: Mapping[str, Any]) -> bool:
    """Whether a reply makes sense on another channel: news of a complaint does, a turn of a conversation does not.

    Nor does a courtesy, the private reply to a comment, or what a volunteer passes on to a group.
    """
    bound = any(say.get(name) for name in ("courtesy", "private", "relayed"))
    return kind == "notice" and "key" in say and not bound


def said_elsewhere(say: Mapping[str, Any]) -> dict[str, Any]:
    """The same news on another channel: who writes stands first, and nothing is asked whose answer we could not place."""
    pieces = [piece for piece in say["key"].split("+") if piece not in (_WHO_WRITES, _QUESTION)]
    kept = {name: value for name, value in say.items() if name not in ("buttons", "reply_to")}
    return kept | {"key": "+".join((_WHO_WRITES, *pieces))}


def other_way(known: Iterable[Known], shut: Collection[str], carriers: Collection[str]) -> Way | None:
    """The next way, or None: a channel that the citizen wrote on themselves, or that takes the address they left at the form.

    Consent is the rule: a number known from one channel alone is not used on another. `shut` are the channels that could
    not carry this reply, `carriers` those that we can send on.
    """
    open_ways = [way for way in _ways(known) if way.channel not in shut and way.channel in carriers]
    return min(open_ways, key=lambda way: (ORDER.index(way.channel), way.conversation_id is None), default=None)


def _ways(known: Iterable[Known]) -> Iterable[Way]:
    for one in known:
        if one.channel in ORDER and one.conversation_id is not None:
            yield Way(one.channel, one.conversation_id)
        elif one.channel == FORM and one.address:
            fitting = _BY_EMAIL if "@" in one.address else _BY_PHONE
            yield from (Way(channel, None, one.address) for channel in fitting)
