"""Fixtures of the web tests: a stage on SQLite, and a browser for each of its people."""

from __future__ import annotations

import re

import httpx
import pytest
from stage import PASSWORD, Stage

from aggregator.store.secrets import Vault
from aggregator.store.store import Store
from aggregator.web.app import create_app

PROOF = re.compile(r'name="proof" value="([0-9a-f]+)"')


class Browser:
    """A client without scripts that keeps its cookie and sends the proof of the page it saw last."""

    def __init__(self, app, address="203.0.113.7"):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 50000))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        self.proof = ""

    async def get(self, path):
        answer = await self.client.get(path)
        self._note(answer)
        return answer

    async def post(self, path, headers=None, **fields):
        answer = await self.client.post(path, data={"proof": self.proof, **fields}, headers=headers)
        self._note(answer)
        return answer

    async def sign_in(self, login, password=PASSWORD, **fields):
        await self.get("/masuk")
        answer = await self.post("/masuk", login=login, password=password, **fields)
        if answer.status_code == 303:
            await self.get("/antrean")
        return answer

    def _note(self, answer):
        if found := PROOF.search(answer.text):
            self.proof = found[1]


@pytest.fixture
def stage(sqlite_url, secret):
    """An office on SQLite with invented findings and reports."""
    store = Store(sqlite_url, Vault(secret))
    yield Stage(store)
    store.close()


@pytest.fixture
def app(stage):
    return create_app(stage.office)


@pytest.fixture
def browser(app):
    """A new browser: `browser()`; signed in: `await browser("peninjau")`."""

    def fresh(login=None, **where):
        made = Browser(app, **where)
        return made if login is None else _signed_in(made, login)

    return fresh


async def _signed_in(made, login):
    answer = await made.sign_in(login)
    assert answer.status_code == 303, login
    return made
