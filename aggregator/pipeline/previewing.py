"""What a move will tell, worded and addressed by the very code that sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.pipeline.reviewing import is_told, notice
from aggregator.pipeline.sending import Sender
from aggregator.rules.preview import Held, Notice, Preview, Way, summed_up
from aggregator.rules.report import Viewer
from aggregator.store.holding import HeldError
from aggregator.store.jobs import STOPPED
from aggregator.store.previewing import RESTING, Expected
from aggregator.store.sending import Reply
from aggregator.store.store import Store
from bots.base import Outbound

_WINDOWED = "whatsapp"
"""The channel that takes free text for 24 hours only."""


@dataclass(frozen=True, slots=True)
class Previewer:
    """Looks ahead for the console."""

    store: Store
    sender: Sender
    clock: Callable[[], datetime]
    has_template: bool = False
    """Whether WhatsApp has an approved template for what is told after its 24 hours."""

    def move(self, viewer: Viewer, code: str, to: str, note: str) -> Preview:
        """What changing a report's status would tell; raises UnknownCodeError and MoveRefusedError like the move."""
        now, pace = self.clock(), self.sender.pace
        ways = self.sender.bots, self._barred
        foreseen = self.store.preview_move(viewer, code, to, note, notice, now, pace, *ways, told=is_told(to))
        return summed_up([self._notice(one, now) for one in foreseen.notices], foreseen.silent if is_told(to) else {})

    def _notice(self, expected: Expected, now: datetime) -> Notice:
        out = self.sender.outbound(expected.reply)
        leaves_at = max(now, expected.held.until) if expected.held else now
        way, language = self._way(expected, out, leaves_at), expected.reply.language
        if way == "hand":  # whole and in Indonesian, as it will stand at the report
            language, out = "id", self.sender.outbound(replace(expected.reply, direct=True, language="id"))
        text = f"{out.code}: {out.status}" if way == "template" else out.text
        return Notice(out.channel, way, language, text, out.code, self._held(expected.held, now))

    def _barred(self, reply: Reply, leaves_at: datetime) -> str:
        """Why the sender or its bot would not try, as far as they know beforehand; else ""."""
        if reply.channel not in self.sender.bots:
            return "no way out on this channel"
        if not reply.thread:
            return "address erased"
        if not self._late(reply, leaves_at) or (self.has_template and not reply.without_template):
            return ""
        return "no template for what comes late"

    def _late(self, reply: Reply, leaves_at: datetime) -> bool:
        return reply.channel == _WINDOWED and self.sender.outbound(reply).late(leaves_at)

    def _way(self, expected: Expected, out: Outbound, leaves_at: datetime) -> Way:
        if expected.shut:
            return "hand"
        if self._late(expected.reply, leaves_at):
            return "template"
        if expected.reply.say.get("relayed"):
            return "relay"
        return "private" if out.direct else "public"

    def _held(self, held: HeldError | None, now: datetime) -> Held | None:
        """Why and until when, as people think of it: the end of the night, not the minute at which one citizen is told."""
        if held is None or held.reason in (STOPPED, RESTING):
            return Held("stopped" if held.reason == STOPPED else "resting") if held is not None else None
        pace = self.sender.pace
        morning = pace.quiet.until(now + pace.bundle, pace.zone) if pace.quiet else None
        if morning is not None and held.until >= morning:
            return Held("quiet", morning)
        return Held("gathering", held.until)
