"""What every way out has in common: the Outbound, the Bot, and the closed list of send failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message; `payload` comes back as Inbound.button (at most 64 bytes, Telegram's limit)."""

    label: str
    payload: str
    typed: bool = True
    """Whether it is offered as a number too, where a channel has no buttons."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """One answer or notice on its way to a platform; `ref` is the outbox key, the same at every try."""

    ref: str
    channel: str
    account: str
    thread: str
    """The chat, topic or post, as Inbound.thread gave it."""
    to: str
    """The author's id on the channel ("" where only the thread is answered)."""
    text: str
    reply_to: str = ""
    """external_id of the message or comment that is answered."""
    direct: bool = True
    """A private conversation; otherwise a public reply in the thread."""
    buttons: tuple[Button, ...] = ()
    window_until: datetime | None = None
    """Until when WhatsApp takes free text (24 hours after the citizen's last message)."""
    code: str = ""
    """The submission's code, for templates that carry it."""
    status: str = ""
    """The status in Indonesian, for templates that carry it."""
    without_template: bool = False
    """The channel's template was found unusable: it is not tried."""

    def late(self, now: datetime) -> bool:
        """Whether the 24 hours are known to be over in which WhatsApp takes free text."""
        return self.window_until is not None and self.window_until <= now


class Accepted(str):
    """The platform's id of a message that it took; `thread` is the private conversation that the message opened, or ""."""

    __slots__ = ("thread",)
    thread: str

    def __new__(cls, platform_id: str, thread: str = "") -> Self:
        """Make one."""
        made = super().__new__(cls, platform_id)
        made.thread = thread
        return made


class SendError(Exception):
    """A reply could not be sent."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        """The platform's own code or one short English phrase; never a text or an identity."""
        self.retry_after = retry_after
        """Seconds that the platform asked us to wait, where it did."""


NO_ANSWER = "no answer"
"""Reason of a Later after which the platform may have taken the message (time-out, connection lost, odd answer)."""


class Later(SendError):
    """The platform did not answer or failed by itself (5xx, time-out): try again."""

    @property
    def unheard(self) -> bool:
        """Whether the platform may have taken the message all the same."""
        return self.reason == NO_ANSWER


class Throttled(SendError):
    """The platform asks to slow down (429 and its kin): try again after `retry_after`."""


class WindowShut(SendError):
    """The platform takes no reply to this person any more (24-hour window, 7 days, one private reply): another way."""


class TemplateRefused(WindowShut):
    """The platform refuses our template, whoever it is for: another way, and nobody is sent it before it is mended."""


class AnsweredBefore(WindowShut):
    """The one reply that the platform takes was given before: perhaps by a try of ours of which we heard no end."""


class Unreachable(SendError):
    """The person or thread cannot be reached for good (blocked, deleted, no such number): another way."""


class TokenDead(SendError):
    """The platform refuses our credentials: nothing goes out on this channel until a person mends it."""


class Refused(SendError):
    """The platform refuses this content: a person must look at it."""


class Bot(Protocol):
    """One channel's way out."""

    @property
    def channel(self) -> str:
        """The channel's name, the same as its connector's."""
        ...

    async def send(self, out: Outbound) -> str:
        """Send and return the platform's id of the message (perhaps an Accepted); raises one of the SendErrors and nothing else."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
