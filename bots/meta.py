"""What the ways out of Facebook and Instagram share: how comments are answered, and what the Graph API's errors mean."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bots.base import (
    NO_ANSWER,
    Accepted,
    AnsweredBefore,
    Later,
    Outbound,
    Refused,
    SendError,
    Throttled,
    TokenDead,
    Unreachable,
    WindowShut,
)
from bots.calls import NOT_CONNECTED
from bots.limits import cut, numbered
from connectors.graph import BASE_URL, GraphClient, GraphError, GraphThrottled, GraphTokenDead, GraphUnavailable

_BEFORE = 10900
"""The comment was answered in private already: Meta takes one such reply (Messenger Platform: Error codes)."""
_SHUT = {(10, 2018278), (10901, 0), (10902, 0), (10903, 0)}
"""Past the window, too old, or not to be answered (Messenger Platform: Error codes)."""
_GONE = {(100, 33), (100, 2018001), (100, 2018292), (200, 1545041), (551, 0), (803, 0)}
"""The comment is deleted or the person cannot be written to."""
_DEAD = {3, 10, 368} | set(range(200, 300))
"""Permission missing, or our page is restricted: a person must mend it (Graph API: Handling errors)."""


class CommentBot:
    """Answers comments in public or in private; what follows from the platform is said by its subclass."""

    channel: str
    edge: str
    """Where replies stand below a comment."""
    longest: int
    longest_message: int
    account: str = ""
    """Who writes in private, "" for whoever the comment was addressed to."""

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
            recipient, account = whom(out), self.account or out.account
            return await message(self._connected(), account, recipient, cut(text, self.longest_message, out.code))
        if not out.reply_to:
            raise Refused("no comment to reply to")
        made = await post(self._connected(), out.reply_to, self.edge, message=cut(text, self.longest, out.code))
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


async def post(client: GraphClient, parent: str, edge: str, **fields: str) -> dict[str, Any]:
    """Create something below a Graph object; raises one of the SendErrors."""
    try:
        made = await asyncio.to_thread(client.put_object, parent, edge, **fields)
    except GraphError as why:
        raise failure(why) from None
    return made if isinstance(made, dict) else {}


async def message(client: GraphClient, account: str, recipient: dict[str, str], text: str) -> Accepted:
    """Send one private message as `account`; raises one of the SendErrors.

    `recipient` is {"comment_id": …} for the one private reply to a comment, or {"id": …} for somebody who wrote to us
    within 24 hours (Messenger Platform and Instagram: Send API). That the permission for messages is missing does not
    shut the channel: comments can still be answered.
    """
    told = {"recipient": json.dumps(recipient), "message": json.dumps({"text": text})}
    if "id" in recipient:
        told["messaging_type"] = "RESPONSE"
    try:
        made = await asyncio.to_thread(client.put_object, account, "messages", **told)
    except GraphError as why:
        found = failure(why)
        shut = isinstance(found, TokenDead) and not isinstance(why, GraphTokenDead)
        raise Refused(found.reason) if shut else found from None
    answer = made if isinstance(made, dict) else {}
    return Accepted(platform_id(answer), str(answer.get("recipient_id", "")))


def whom(out: Outbound) -> dict[str, str]:
    """Name whom a private message goes to: who wrote the comment, or who wrote to us; raises Refused for nobody."""
    if out.reply_to:
        return {"comment_id": out.reply_to}
    if not out.thread:
        raise Refused("nobody to write to")
    return {"id": out.thread}


def platform_id(made: dict[str, Any]) -> str:
    """Give the id of what was created; without one we don't know what became of it."""
    found = made.get("message_id") or made.get("id")
    if not found:
        raise Later(NO_ANSWER)
    return str(found)


def failure(why: GraphError) -> SendError:
    """Tell what a Graph error means for the reply."""
    reason = _reason(why)
    if isinstance(why, GraphTokenDead):
        return TokenDead(reason)
    if isinstance(why, GraphThrottled):
        return Throttled(reason, why.retry_after)
    if isinstance(why, GraphUnavailable):
        return Later(reason, why.retry_after)
    return _by_code(why.code, why.subcode, reason)


def _by_code(code: int, subcode: int, reason: str) -> SendError:
    either = {(code, subcode), (code, 0)}
    if code == _BEFORE:
        return AnsweredBefore(reason)
    if either & _SHUT:
        return WindowShut(reason)
    if either & _GONE:
        return Unreachable(reason)
    return TokenDead(reason) if code in _DEAD else Refused(reason)


def _reason(why: GraphError) -> str:
    if why.code:
        return f"{why.code}/{why.subcode}" if why.subcode else str(why.code)
    if why.status:
        return f"http {why.status}"
    unsent = isinstance(why, GraphUnavailable) and not why.maybe_done
    return NOT_CONNECTED if unsent else NO_ANSWER
