"""Instagram's way out, by the official API: a public reply below a comment, one private reply to it, private answers."""

from __future__ import annotations

from bots.base import Outbound, Refused, TokenDead
from bots.limits import cut, numbered
from bots.meta import message, platform_id, post, whom
from connectors.graph import BASE_URL, GraphClient

LONGEST = 2200  # characters, Instagram's own limit for comments
LONGEST_MESSAGE = 1000  # bytes of UTF-8 (Instagram Platform: Send messages, text); what we write there is ASCII


class InstagramBot:
    """Replies to comments as the account that `token` stands for (Instagram Platform: IG Comment replies; Private replies)."""

    channel = "instagram"

    def __init__(self, token: str, base_url: str = BASE_URL, app_secret: str = "") -> None:
        self._token = token
        self._base_url = base_url
        self._app_secret = app_secret
        self._client: GraphClient | None = None

    async def send(self, out: Outbound) -> str:
        """Reply to the comment `out.reply_to` in public or (`out.direct`) in private, or write to the person `out.thread`.

        Returns the id of our comment or message; a private one names the conversation that it opened.
        """
        if not self._token:
            raise TokenDead("no token")
        text = numbered(out.text, out.buttons)
        if out.direct:
            return await message(self._connected(), out.account, whom(out), cut(text, LONGEST_MESSAGE, out.code))
        if not out.reply_to:
            raise Refused("no comment to reply to")
        made = await post(self._connected(), out.reply_to, "replies", message=cut(text, LONGEST, out.code))
        return platform_id(made)

    async def close(self) -> None:
        """Give back connections."""
        if self._client:
            self._client.close()
        self._client = None

    def _connected(self) -> GraphClient:
        if self._client is None:
            self._client = GraphClient(self._token, self._app_secret, self._base_url)
        return self._client
