"""What stands on the stand-ins' Facebook page and Instagram account, as a test writes, edits and removes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Author = tuple[str, str]
"""Id, and name (Facebook) or handle (Instagram)."""


@dataclass(slots=True)
class Said:
    """A post, medium or comment."""

    platform: Literal["facebook", "instagram"]
    account: str
    id: str
    text: str
    by: Author
    at: datetime
    within: str = ""
    """The post or medium, of a comment."""
    parent: str = ""
    """The comment that it answers."""
    more: dict[str, Any] = field(default_factory=dict)
    """Other fields, as the Graph API gives them."""


@dataclass(slots=True)
class Refusal:
    """How the next `times` reads of an edge (feed, media, comments, replies) or of one object fail."""

    what: str
    status: int = 400
    code: int = 0
    subcode: int = 0
    times: int = 1
    after: int = 0
    """How many such reads go well before."""
    retry_after: int | None = None


@dataclass(slots=True)
class Wall:
    """Posts, media and comments by their id, and how reading them goes."""

    said: dict[str, Said] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    handles: dict[str, str] = field(default_factory=dict)
    """The accounts' handles on Instagram."""
    refusals: list[Refusal] = field(default_factory=list)
    usage: int = 0
    """Per cent of the allowed calls that every answer's headers tell as used."""
    regain_minutes: int = 0
    reads: list[str] = field(default_factory=list)
    """What was read, in order: `object` or `object/edge`."""

    def post(self, account: str, identity: str, text: str, by: Author, at: datetime, **more: Any) -> None:
        """Let a post stand on the page `account`: its own, or a visitor's."""
        self.said[identity] = Said("facebook", account, identity, text, by, _aware(at), more=more)

    def medium(self, account: str, identity: str, caption: str, by: Author, at: datetime, **more: Any) -> None:
        """Let a medium stand on the Instagram account `account`."""
        self.said[identity] = Said("instagram", account, identity, caption, by, _aware(at), more=more)

    def comment(
        self, within: str, identity: str, text: str, by: Author, at: datetime, parent: str = "", **more: Any
    ) -> None:
        """Let somebody comment on a post or medium, or answer the comment `parent` there."""
        above = self.said[within]
        made = Said(above.platform, above.account, identity, text, by, _aware(at), within, parent, more)
        self.said[identity] = made

    def edit(self, identity: str, text: str) -> None:
        """Let a post or comment read otherwise."""
        self.said[identity].text = text

    def remove(self, identity: str) -> None:
        """Let a post or comment be gone, with everything below it."""
        below = [one.id for one in list(self.said.values()) if identity in (one.within, one.parent)]
        for gone in (identity, *below):
            self.said.pop(gone, None)
            self.removed.add(gone)

    def refuse(self, what: str, status: int = 400, code: int = 0, **more: Any) -> None:
        """Let reads of an edge or object fail; `more` are Refusal's other fields."""
        self.refusals.append(Refusal(what, status, code, **more))

    def refusal(self, *what: str) -> Refusal | None:
        """Give the refusal that a read meets, if any, and count it."""
        met = next((one for one in self.refusals if one.what in what), None)
        if met is None:
            return None
        if met.after:
            met.after -= 1
            return None
        met.times -= 1
        self.refusals = [one for one in self.refusals if one.times > 0]
        return met

    def on(self, account: str) -> list[Said]:
        """Give an account's posts or media, the newest first."""
        return _newest(one for one in list(self.said.values()) if one.account == account and not one.within)

    def below(self, identity: str) -> list[Said]:
        """Give the comments on a post or medium, replies too, the newest first."""
        return _newest(one for one in list(self.said.values()) if one.within == identity)

    def answers(self, identity: str) -> list[Said]:
        """Give the replies to a comment, the oldest first."""
        return _newest(one for one in list(self.said.values()) if one.parent == identity)[::-1]

    def clear(self) -> None:
        """Forget all."""
        self.said, self.removed, self.handles = {}, set(), {}
        self.refusals, self.reads, self.usage, self.regain_minutes = [], [], 0, 0


def _newest(found: Any) -> list[Said]:
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
