"""A browser without scripts, for tests of the pages."""

import re

import httpx
from stage import PASSWORD

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
