"""What a volunteer passes on from groups: how a group is named, and what the bot remembers of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

NAMED_FOR = timedelta(hours=24)
"""How long what is forwarded comes from the group that was named last."""

LONGEST = 80
"""Characters of a group's name; longer words are no name (WhatsApp: at most 100)."""

_REMEMBERED = 3
"""Groups offered as buttons: WhatsApp shows three."""
_MOST_WORDS = 8
_NAMING = re.compile(r"\s*gro?up(?P<sign>\s*:\s*|\s+)(?P<name>\S[^\n]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Relay:
    """The group that is passed on, since when (aware), the groups before it, and the messages whose group is asked."""

    group: str = ""
    at: datetime | None = None
    groups: tuple[str, ...] = ()
    """Newest first, the current one among them."""
    held: tuple[int, ...] = ()
    """The numbers of forwarded messages that wait for their group's name."""

    def current(self, now: datetime) -> str:
        """The group that what is forwarded now comes from, or "" where it must be asked."""
        return self.group if self.at is not None and now - self.at <= NAMED_FOR else ""

    def named(self, group: str, now: datetime) -> Relay:
        """The same once a group was named; one named before keeps its spelling."""
        known = self.known(group) or group
        others = tuple(other for other in self.groups if other != known)
        return replace(self, group=known, at=now, groups=(known, *others)[:_REMEMBERED])

    def known(self, group: str) -> str:
        """The remembered group of this name, in any spelling, or ""."""
        return next((one for one in self.groups if folded(one) == folded(group)), "")

    def chosen(self, button: str) -> str:
        """The remembered group that a button stands for, or ""."""
        return next((one for one in self.groups if payload(one) == button), "")

    def to_json(self) -> dict[str, Any]:
        """The state as JSON; the empty one is the empty dict."""
        told: dict[str, Any] = {"group": self.group, "at": self.at and self.at.isoformat()}
        told |= {"groups": list(self.groups), "held": list(self.held)}
        return {name: value for name, value in told.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Relay:
        """The state from its JSON; raises what is wrong with it (KeyError, TypeError, ValueError)."""
        at = datetime.fromisoformat(data["at"]) if data.get("at") else None
        if at is not None and at.tzinfo is None:
            raise ValueError("a time without its zone")
        groups, held = (
            tuple(str(one) for one in data.get("groups", ())),
            tuple(int(one) for one in data.get("held", ())),
        )
        return cls(str(data.get("group", "")), at, groups, held)


def group_named(text: str) -> str:
    """The group that a message as a whole names ("GRUP RT 5", "grup: RT 5 Handil Bakti"), or ""."""
    found = _NAMING.fullmatch(text.rstrip())
    if found is None:
        return ""
    name = " ".join(found["name"].split())
    sentence = ":" not in found["sign"] and len(name.split()) > _MOST_WORDS
    return "" if sentence or len(name) > LONGEST else name


def folded(group: str) -> str:
    """A group's name as it is compared: any case and spacing are one."""
    return " ".join(group.casefold().split())


def payload(group: str) -> str:
    """What a button for a group carries."""
    return f"group:{hashlib.sha256(folded(group).encode()).hexdigest()[:16]}"
