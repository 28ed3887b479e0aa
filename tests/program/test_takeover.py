"""From a comment on Facebook to the bot on Telegram: signed deliveries in, the stand-ins' ledger out."""

from __future__ import annotations

import asyncio

import feeds
import httpx
import pytest

from aggregator.demo.platforms.server import serving
from aggregator.rules.report import Correction, Viewer, token_in
from aggregator.web.hooks import Door

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
COMMENT = "Jalan poros Handil Bakti depan masjid rusak parah, tolong diperbaiki"
SITI, OTHER = 5550001, 5550002


@pytest.fixture(scope="module")
def platforms():
    with serving() as stand_ins:
        yield stand_ins


class Town:
    """The program with its door, and what people on the platforms do and read."""

    def __init__(self, app, platforms):
        self.app, self.platforms, self._number = app, platforms, 100
        door = Door(app.store, app.connectors, lambda: None, app.clock)
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://door")

    async def deliver(self, channel, body):
        answer = await self._client.post(f"/hooks/{channel}", content=body, headers=feeds.proof(channel, body))
        assert answer.status_code == 200
        await self.work()

    async def work(self):
        handlers = self.app.handlers()
        while jobs := await asyncio.to_thread(self.app.store.claim, self.app.clock(), 8, tuple(handlers)):
            await asyncio.gather(*(handlers[job.task](job) for job in jobs))

    async def says(self, text, who=SITI):
        """Somebody writes to the bot on Telegram; gives what they read."""
        self._number += 1
        before = len(self.platforms.ledger)
        await self.deliver("telegram", feeds.telegram(self._number, text, who=who))
        new = self.platforms.ledger[before:]
        assert {(entry.platform, entry.to) for entry in new} <= {("telegram", str(who))}
        return "\n".join(entry.text for entry in new)


@pytest.fixture
async def town(app_on, database_url, platforms):
    platforms.reset()
    env = {**feeds.SECRETS, "TELEGRAM_TOKEN": "1:rekaan", "FACEBOOK_TOKEN": "token-rekaan"}
    env |= {"TELEGRAM_BASE_URL": platforms.base_url, "FACEBOOK_BASE_URL": platforms.base_url}
    env |= {"WHATSAPP_NUMBER": "62812-5555-0100"}
    app = app_on(database_url, env)
    yield Town(app, platforms)
    await app.close()


async def test_a_comment_is_taken_over_on_telegram_and_followed_there(town, platforms):
    await town.deliver("facebook", feeds.facebook(7, COMMENT))
    (finding,) = town.app.store.findings(REVIEWER)
    filed = town.app.reviewer.accept(REVIEWER, finding.id, Correction())
    await town.work()
    public, private = platforms.sent("facebook")
    assert (public.method, private.method) == ("901_7/comments", f"{feeds.PAGE}/messages")
    token = token_in(private.text)
    assert f"https://t.me/{feeds.SECRETS['TELEGRAM_USERNAME']}?start={token}" in private.text
    assert private.text.splitlines()[-1].startswith("WhatsApp: https://wa.me/6281255550100?text=")
    assert private.text.endswith(token)
    assert token not in public.text
    assert filed.code not in public.text + private.text

    asked = await town.says(f"/start {token}")
    assert "Jalan poros Handil Bakti" in asked
    assert filed.code not in asked
    assert (await town.says(f"/start {token}", OTHER)).startswith("Tautan itu tidak dapat dipakai")
    assert filed.code in await town.says("ya")
    assert filed.code in await town.says("lubangnya tiga, di depan gerbang")

    before = len(platforms.ledger)
    town.app.reviewer.move(REVIEWER, filed.report_code, "forwarded", "Diperiksa hari Senin.")
    await town.work()
    (notice,) = platforms.ledger[before:]
    assert (notice.platform, notice.to) == ("telegram", str(SITI))
    assert "Diperiksa hari Senin." in notice.text
    assert "diteruskan" in (await town.says("STATUS")).lower()
    assert (await town.says("STATUS", OTHER)).startswith("Belum ada aduan")
    voice = town.app.store.submission(filed.code)
    assert voice.text.splitlines()[-1] == "lubangnya tiga, di depan gerbang"
