"""Instagram's way out: a public reply below a comment, by the official API (Instagram Platform: IG Comment replies)."""

from __future__ import annotations

from bots.base import Outbound, Refused, TokenDead
from bots.limits import cut, numbered
from bots.meta import platform_id, post
from connectors.graph import BASE_URL, GraphClient

LONGEST = 2200  # characters, Instagram's own limit for comments


class InstagramBot:
    """Replies to comments as the account that `token` stands for; every reply is public."""

    channel = "instagram"

    def __init__(self, token: str, base_url: str = BASE_URL, app_secret: str = "") -> None:
        self._token = token
        self._base_url = base_url
        self._app_secret = app_secret
        self._client: GraphClient | None = None

    async def send(self, out: Outbound) -> str:
        """Reply to the comment `out.reply_to` and return the id of our comment."""
        if not self._token:
            raise TokenDead("no token")
        if not out.reply_to:
            raise Refused("no comment to reply to")
        text = cut(numbered(out.text, out.buttons), LONGEST, out.code)
        return platform_id(await post(self._connected(), out.reply_to, "replies", message=text))

    async def close(self) -> None:
        """Give back connections."""
        if self._client:
            self._client.close()
        self._client = None

    def _connected(self) -> GraphClient:
        if self._client is None:
            self._client = GraphClient(self._token, self._app_secret, self._base_url)
        return self._client
