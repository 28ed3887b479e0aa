"""Whether our Facebook page and our Instagram account hear comments and may answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from connectors.check import Check
from connectors.door_check import door
from connectors.graph import GraphError, GraphTokenDead, GraphUnavailable
from connectors.graph_check import (
    Access,
    Look,
    Needs,
    Subscription,
    app_side,
    everything,
    fields_of,
    is_ours,
    listed,
    token,
)
from connectors.payload import rows, text

_PAGE = Needs(
    hearing=(("pages_read_engagement",), ("pages_read_user_content",)),
    speaking=(("pages_manage_engagement",), ("pages_messaging",)),
)
_INSTAGRAM = Needs(
    hearing=(
        ("instagram_basic", "instagram_business_basic"),
        ("instagram_manage_comments", "instagram_business_manage_comments"),
    ),
    speaking=(("instagram_manage_messages", "instagram_business_manage_messages"),),
)
"""Either of the two logins that Meta has for Instagram (Instagram Platform: Overview)."""


def _addresses(public_url: str, channel: str) -> tuple[str, ...]:
    return (door(public_url, channel), door(public_url, "meta")) if public_url else ()


class FacebookChecker:
    """Looks after the page `page_id`."""

    channel = "facebook"

    def __init__(self, access: Access, page_id: str, verify_token: str, public_url: str = "") -> None:
        self._access = access
        self._page_id = page_id
        self._verify_token = verify_token
        self._public_url = public_url

    async def check(self, now: datetime) -> tuple[Check, ...]:
        """Look at everything; never raises."""
        wish = Subscription("page", ("feed",), ("mention", "messages"), _addresses(self._public_url, self.channel))
        steps: list[Look] = [
            partial(token, self._access, _PAGE, now),
            self._page_side,
            partial(app_side, self._access, wish),
        ]
        return await everything(self._access, steps, now, self._public_url, self.channel, self._verify_token)

    def _page_side(self) -> Sequence[Check]:
        """Whether the page lets our app hear `feed` (Meta, Webhooks for Pages)."""
        apps = [one for one in listed(self._access, f"{self._page_id}/subscribed_apps") if is_ours(one, self._access)]
        fields = {text(name) for app in apps for name in rows(app.get("subscribed_fields"))}
        if "feed" in fields:
            return [Check("subscribed_app", "good", "Halaman mengirim komentar ke aplikasi kita.")]
        words = "Halaman tidak mengirim komentar ke aplikasi kita: langgani bidang feed untuk halaman ini"
        return [Check("subscribed_app", "bad", f"{words} (POST /{{page-id}}/subscribed_apps, subscribed_fields=feed).")]


class InstagramChecker:
    """Looks after the professional account `account_id`."""

    channel = "instagram"

    def __init__(self, access: Access, account_id: str, verify_token: str, public_url: str = "") -> None:
        self._access = access
        self._account_id = account_id
        self._verify_token = verify_token
        self._public_url = public_url

    async def check(self, now: datetime) -> tuple[Check, ...]:
        """Look at everything; never raises."""
        addresses = _addresses(self._public_url, self.channel)
        wish = Subscription("instagram", ("comments",), ("mentions", "live_comments"), addresses)
        steps: list[Look] = [
            partial(token, self._access, _INSTAGRAM, now),
            self._account,
            partial(app_side, self._access, wish),
        ]
        return await everything(self._access, steps, now, self._public_url, self.channel, self._verify_token)

    def _account(self) -> Sequence[Check]:
        """Whether the token reaches the account at all: a page's token whose account was unlinked does not."""
        try:
            name = text(fields_of(self._access, self._account_id, "username").get("username"))
        except (GraphTokenDead, GraphUnavailable):
            raise
        except GraphError:
            words = "Akun Instagram tidak terjangkau dengan token ini. Periksa ELAPOR_INSTAGRAM_ID dan tautan akun itu"
            return [Check("account", "bad", f"{words} dengan halaman Facebook-nya.")]
        return [Check("account", "good", f"Akun Instagram terjangkau{f' (@{name})' if name else ''}.")]
