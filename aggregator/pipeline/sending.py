"""The job "send": a reply owed goes out by its channel's bot; every failure has its consequence, none is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.store.jobs import Claimed
from aggregator.store.sending import Reply
from aggregator.store.store import Store
from bots.base import Bot, Button, Later, Outbound, SendError, Throttled, TokenDead, Unreachable

PAUSE = timedelta(minutes=5)
"""How long a channel whose credentials are refused is left alone before the next try."""


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

    async def send(self, job: Claimed) -> None:
        """Send one reply, once."""
        reply = await asyncio.to_thread(self.store.begin_sending, int(job.subject), self.clock())
        if reply is None:
            await asyncio.to_thread(self.store.done, job)
            return
        bot = self.bots.get(reply.channel)
        if bot is None or not reply.thread:
            reason = "no way out on this channel" if bot is None else "address erased"
            await asyncio.to_thread(self.store.by_hand, job, reply, reason)
            return
        self.at("before sending")
        try:
            platform_id = await bot.send(self.outbound(reply))
        except SendError as error:
            await asyncio.to_thread(self._failed, job, reply, error)
            return
        self.at("platform took it")
        await asyncio.to_thread(self.store.sent, job, reply, platform_id, self.clock())

    def outbound(self, reply: Reply) -> Outbound:
        """A reply in the words of its language, addressed."""
        say = reply.say
        params = {**say.get("params", {}), "channel": reply.channel}
        return Outbound(
            ref=reply.key,
            channel=reply.channel,
            account=reply.account,
            thread=reply.thread,
            to=reply.to,
            text=self.render(say["key"], params, reply.language, public=not reply.direct),
            reply_to=reply.reply_to,
            direct=reply.direct,
            buttons=tuple(Button(**button) for button in say.get("buttons", ())),
            window_until=reply.window_until,
            code=reply.code,
            status=reply.status,
        )

    def _failed(self, job: Claimed, reply: Reply, error: SendError) -> None:
        now = self.clock()
        if isinstance(error, Later | Throttled):
            self.store.not_sent(job, reply, error.reason, now, error.retry_after)
        elif isinstance(error, TokenDead):
            waiting = self.store.pause_channel(reply.channel, now + PAUSE)
            self.store.hold(job, reply, error.reason, now + PAUSE)
            self.alarm(f"{reply.channel}: credentials refused, {waiting + 1} replies wait")
        else:
            self.store.by_hand(job, reply, error.reason, unreachable=isinstance(error, Unreachable))
