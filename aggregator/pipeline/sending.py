"""The job "send": a reply owed goes out by its channel's bot; every failure has its consequence, none is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.rules.pace import Pace
from aggregator.store.holding import HeldError
from aggregator.store.jobs import Claimed
from aggregator.store.resting import PAUSE, ChannelPausedError
from aggregator.store.sending import Reply
from aggregator.store.store import Store
from bots.base import (
    AnsweredBefore,
    Bot,
    Button,
    Later,
    Outbound,
    SendError,
    TemplateRefused,
    Throttled,
    TokenDead,
    Unreachable,
)
from connectors.check import TEMPLATE_REFUSED

NOTHING_HELD = Pace()


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends what is owed."""

    store: Store
    bots: Mapping[str, Bot]
    render: Callable[..., str]
    """bots.wording.render: (key, params, language, public=…) → text."""
    alarm: Callable[[str], None]
    """Told once when a channel's credentials are refused."""
    clock: Callable[[], datetime]
    at: Callable[[str], None]
    ways: Callable[[str, str], str] = lambda _channel, _token: ""
    """How to write to the bot, a line each, for who comes from this channel or whom this token is for; "" without one."""
    pace: Pace = NOTHING_HELD
    """What holds replies back."""

    async def send(self, job: Claimed) -> None:
        """Send one reply, once; while it is held back or its channel is paused, later."""
        try:
            reply = await asyncio.to_thread(
                self.store.begin_sending, int(job.subject), self.clock(), self.pace, self.bots
            )
        except HeldError as held:
            await asyncio.to_thread(self.store.hold_back, job, held)
            return
        except ChannelPausedError:
            await asyncio.to_thread(self.store.rest, job, self.clock())
            return
        if reply is None:
            await asyncio.to_thread(self.store.done, job)
            return
        bot = self.bots.get(reply.channel)
        if bot is None or not reply.thread:
            reason = "no way out on this channel" if bot is None else "address erased"
            await asyncio.to_thread(self._give_over, job, reply, reason)
            return
        self.at("before sending")
        try:
            platform_id = await bot.send(self.outbound(reply))
        except SendError as error:
            await asyncio.to_thread(self._failed, job, reply, error)
            return
        self.at("platform took it")
        await asyncio.to_thread(self.store.sent, job, reply, platform_id, self.clock())
        if reply.probe:
            await asyncio.to_thread(self.store.sending_works, reply.channel, self.clock())

    def outbound(self, reply: Reply) -> Outbound:
        """A reply in the words of its language, addressed."""
        say = reply.say
        params = {
            **say.get("params", {}),
            "channel": reply.channel,
            "ways": self.ways(reply.channel, say.get("token", "")),
        }
        return Outbound(
            ref=reply.key,
            channel=reply.channel,
            account=reply.account,
            thread=reply.thread,
            to=reply.to,
            text=self.render(say["key"], params, reply.language, public=not (reply.direct or say.get("for_all"))),
            reply_to=reply.reply_to,
            direct=reply.direct,
            buttons=tuple(self._button(button, reply.language) for button in say.get("buttons", ())),
            window_until=reply.window_until,
            code=reply.code,
            status=self.render(f"state_{reply.status}", {}, "id") if reply.status else "",
            without_template=reply.without_template,
        )

    def _button(self, stored: Mapping[str, Any], language: str) -> Button:
        """A choice as it was stored: with its label, or the key of one."""
        label = stored.get("label") or self.render(stored["key"], {}, language)
        return Button(label, stored["payload"], stored.get("typed", True))

    def _failed(self, job: Claimed, reply: Reply, error: SendError) -> None:
        now = self.clock()
        if isinstance(error, Later | Throttled):
            unheard = isinstance(error, Later) and error.unheard
            self.store.not_sent(job, reply, error.reason, now, error.retry_after, unheard=unheard)
        elif isinstance(error, AnsweredBefore) and reply.attempted_at:  # by the try of which we heard no end
            self.store.sent(job, reply, "", now)
        elif isinstance(error, TokenDead):
            self._shut(job, reply, error.reason, now)
        else:
            if isinstance(error, TemplateRefused) and self.store.found_bad(reply.channel, TEMPLATE_REFUSED, now):
                self.alarm(f"{reply.channel}: {error.reason} refused, not used until the next check finds it good")
            self._give_over(job, reply, error.reason, unreachable=isinstance(error, Unreachable))
            if reply.probe and isinstance(error, Unreachable):  # the platform knows us: it is the person who is gone
                self.store.sending_works(reply.channel, now)

    def _give_over(self, job: Claimed, reply: Reply, reason: str, *, unreachable: bool = False) -> None:
        """Another of the citizen's channels takes it, else a person, unless it was a mere courtesy."""
        if reply.courtesy:
            self.store.give_up(job, reply, reason)
        else:
            self.store.turn_away(job, reply, reason, self.clock(), self.bots, unreachable=unreachable)

    def _shut(self, job: Claimed, reply: Reply, reason: str, now: datetime) -> None:
        """The channel takes nothing from us: everything waits; the first who meets it raises the alarm."""
        new = self.store.trouble(reply.channel, reason, now, "sending")
        waiting = self.store.pause_channel(reply.channel, now + PAUSE)
        self.store.hold(job, reply, reason, now + PAUSE)
        if new:
            self.alarm(f"{reply.channel}: credentials refused ({reason}), {waiting + 1} replies wait")
