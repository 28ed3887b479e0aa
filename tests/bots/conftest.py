"""Stand-ins of the platforms, one server for all tests of the bots, with an empty ledger for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aggregator.demo.platforms.platforms import Platforms
from aggregator.demo.platforms.server import serving
from bots.base import Bot, Outbound, SendError

pytest.register_assert_rewrite("talking")


@pytest.fixture(scope="session")
def server() -> Iterator[Platforms]:
    with serving() as platforms:
        yield platforms


@pytest.fixture
def platforms(server: Platforms) -> Platforms:
    server.reset()
    return server


@pytest.fixture
def outbound() -> Callable[..., Outbound]:
    """An Outbound of which a test tells only what matters to it."""

    def make(channel: str, text: str = "Terima kasih, laporan Anda kami terima.", **told: Any) -> Outbound:
        return Outbound(
            **{"ref": "out-1", "channel": channel, "account": "", "thread": "", "to": "", "text": text} | told
        )

    return make


@pytest.fixture
def tried() -> Callable[..., Any]:
    """Send, and give the failure that came of it."""

    async def attempt(bot: Bot, out: Outbound) -> SendError:
        with pytest.raises(SendError) as caught:
            await bot.send(out)
        return caught.value

    return attempt
