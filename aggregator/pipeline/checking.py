"""The channels' self-tests: run together, kept in the store, and one alarm when something turns bad."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.store.store import Store
from connectors.check import UNANSWERED, Check, Checker

EVERY_S = 3600
PATIENCE_S = 45
"""How long one channel's platform may take to tell everything."""
ALOUD = frozenset({"privacy_mode", "groups"})
"""What is said at the start although it is no failure: a bot that does not hear in groups looks healthy."""
log = logging.getLogger("elapor.checking")


@dataclass(frozen=True, slots=True)
class Checking:
    """Looks after the channels in use."""

    store: Store
    checkers: Sequence[Checker]
    alarm: Callable[[str], None]
    """Told once when something turns bad."""
    clock: Callable[[], datetime]

    async def run(self) -> dict[str, tuple[Check, ...]]:
        """Check all channels at once; channel → what was found, kept in the store too."""
        found = await asyncio.gather(*(self._checked(checker) for checker in self.checkers))
        told = {checker.channel: checks for checker, checks in zip(self.checkers, found, strict=True)}
        await asyncio.to_thread(self.store.retire, list(told))
        return told

    async def _checked(self, checker: Checker) -> tuple[Check, ...]:
        now = self.clock()
        checks = await _patiently(checker, now)
        alarming = await asyncio.to_thread(self.store.checked, checker.channel, checks, now)
        for check in alarming:
            self.alarm(f"{checker.channel}: {check.words}")
        if all(check.level != "bad" and check.name != UNANSWERED for check in checks):
            await asyncio.to_thread(self.store.try_again, checker.channel, now)
        return checks


async def keep_checking(checking: Checking, tell: Callable[[str], None], every_s: float = EVERY_S) -> None:
    """Check at the start and every hour, for ever; the start also tells what makes a bot deaf in groups."""
    first = True
    while True:
        try:
            found = await checking.run()
        except Exception as error:  # noqa: BLE001  # the database may be away for a moment; the checks outlive it
            log.warning("not checked: %s", type(error).__name__)
            found = {}
        if first:
            for words in aloud(found):
                tell(words)
        first = first and not found
        await asyncio.sleep(every_s)


def aloud(found: dict[str, tuple[Check, ...]]) -> list[str]:
    """What must be said at the start, as sentences."""
    return [
        f"{channel.capitalize()}: {check.words}"
        for channel, checks in found.items()
        for check in checks
        if check.name in ALOUD and check.level != "good"
    ]


async def _patiently(checker: Checker, now: datetime) -> tuple[Check, ...]:
    """What a checker finds; none may hinder the others, whatever the platform does to it."""
    try:
        return await asyncio.wait_for(checker.check(now), PATIENCE_S)
    except Exception as error:  # noqa: BLE001  # whatever a platform answers, it becomes a check
        log.info("check of %s failed: %s", checker.channel, type(error).__name__)
        return (
            Check(UNANSWERED, "warn", "Pemeriksaan tidak selesai karena platform tidak menjawab. Dicoba lagi nanti."),
        )
