"""Rehearsal: every reply goes to a tester instead of the citizen, marked; for installations that must reach nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bots.base import Bot, Outbound, Refused, Unreachable
from bots.wording import render

WITHOUT_TESTER = "no test recipient"
"""Why a reply on a channel without tester is for a person: it must not reach the citizen."""


@dataclass(frozen=True, slots=True)
class RehearsalBot:
    """A bot that writes to `tester` (a chat, phone number or user id of the channel) whomever a reply is for."""

    bot: Bot
    tester: str

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self.bot.channel

    async def send(self, out: Outbound) -> str:
        """Send to the tester; what the platform says of the tester says nothing of the citizen."""
        if not self.tester:
            raise Refused(WITHOUT_TESTER)
        try:
            return str(await self.bot.send(self._turned(out)))  # no Accepted: the conversation is not the citizen's
        except Unreachable as why:
            raise Refused(f"test recipient: {why.reason}") from None

    def _turned(self, out: Outbound) -> Outbound:
        mark = render("rehearsal", {}, "id")
        code = f"{mark} {out.code}" if out.code else ""  # a template holds nothing else that could be marked
        said = replace(out, text=f"{mark} {out.text}", code=code, reply_to="", direct=True, window_until=None)
        return replace(said, thread=self.tester, to=self.tester)

    async def close(self) -> None:
        """Give back connections."""
        await self.bot.close()


def rehearsing(bots: Mapping[str, Bot], testers: Mapping[str, str]) -> dict[str, Bot]:
    """The bots as they are or, where any tester is named, each turned to its channel's."""
    if not testers:
        return dict(bots)
    return {channel: RehearsalBot(bot, testers.get(channel, "")) for channel, bot in bots.items()}
