"""Reach: the store, and the channels by which the program hears and speaks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from aggregator import channels, fetchers, pollers
from aggregator.knowledge import Knowledge
from aggregator.pipeline.checking import Checking
from aggregator.pipeline.fetching import Keeper
from aggregator.pipeline.looking_up import LookUp
from aggregator.store.files import Files
from aggregator.store.secrets import secret_of
from aggregator.store.store import Store, open_store
from bots.base import Bot
from bots.rehearsal import rehearsing
from bots.ways import ways
from connectors.base import Connector
from connectors.poll import Poller

log = logging.getLogger("elapor")


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def _nothing(_step: str) -> None:
    pass


@dataclass
class Reach(Knowledge):
    """The store and everything of the channels; `at` and the extra channels are for tests and the terminal."""

    clock: Callable[[], datetime] = now
    at: Callable[[str], None] = _nothing
    more_connectors: Mapping[str, Connector] = field(default_factory=dict)
    more_bots: Mapping[str, Bot] = field(default_factory=dict)

    @cached_property
    def store(self) -> Store:
        """The database, its schema up to date."""
        return open_store(self.settings.database_url, self.secret)

    @cached_property
    def secret(self) -> str:
        """ELAPOR_SECRET_KEY, or the one that the data folder keeps."""
        return secret_of(self.settings.data, self.settings.secret_key)

    @cached_property
    def files(self) -> Files:
        """Where the files of messages are kept, sealed."""
        return Files(self.settings.data / "media", self.store.vault)

    @cached_property
    def connectors(self) -> dict[str, Connector]:
        """The ways in by their names below /hooks."""
        return channels.incoming(self.settings, self.region.short) | dict(self.more_connectors)

    @cached_property
    def bots(self) -> dict[str, Bot]:
        """The ways out that have credentials, by channel."""
        bots = channels.outgoing(self.settings, self.clock) | dict(self.more_bots)
        return rehearsing(bots, self.settings.test_recipients)

    def ways(self, origin: str, token: str = "") -> str:
        """The ways to the bot, for somebody who wrote on the channel `origin`, or for the one whom a token is for."""
        return ways(self.settings.get("TELEGRAM_USERNAME"), self.settings.get("WHATSAPP_NUMBER"), origin, token)

    @cached_property
    def leads(self) -> dict[str, Callable[[str, str], bool]]:
        """By channel: whether somebody leads a group, as far as the platform tells."""
        return pollers.leading(self.settings)

    @cached_property
    def pollers(self) -> list[Poller]:
        """What asks channels besides listening, for those that have credentials."""
        return pollers.polling(self.settings, self.settings.data)

    @cached_property
    def looking(self) -> LookUp:
        """What fetches what a channel only pointed at."""
        return LookUp(self.store, pollers.finding(self.settings), self.clock)

    @cached_property
    def checking(self) -> Checking:
        """The channels' self-tests, by the true time whatever the demonstration's clock says."""
        from aggregator import checkers  # noqa: PLC0415  # facebook-sdk: only the programs that check pay its import

        return Checking(self.store, checkers.checking(self.settings), log.error, now)

    @cached_property
    def keeper(self) -> Keeper:
        """What fetches and keeps the files of messages."""
        return Keeper(self.store, self.files, fetchers.fetching(self.settings), self.clock, self.at)
