"""Facebook's way out: a public reply below a comment, the one private reply that Meta allows to it, private answers."""

from __future__ import annotations

from bots.base import Outbound, Refused, TokenDead
from bots.limits import cut, numbered
from bots.meta import message, platform_id, post, whom
from connectors.graph import BASE_URL, GraphClient

LONGEST_COMMENT = 8000  # characters, Facebook's own limit for comments
LONGEST_MESSAGE = 2000  # characters (Messenger Platform: Send API, message.text)


class FacebookBot:
    """Replies to comments as the page `page_id`; `app_secret` proves our calls where the app asks for that."""

    channel = "facebook"

    def __init__(self, token: str, page_id: str, base_url: str = BASE_URL, app_secret: str = "") -> None:
        self._token = token
        self._page_id = page_id
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
            recipient, account = whom(out), self._page_id or out.account
            return await message(self._connected(), account, recipient, cut(text, LONGEST_MESSAGE, out.code))
        if not out.reply_to:
            raise Refused("no comment to reply to")
        made = await post(self._connected(), out.reply_to, "comments", message=cut(text, LONGEST_COMMENT, out.code))
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
