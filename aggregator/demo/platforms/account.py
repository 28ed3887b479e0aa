"""What Telegram and Meta tell of our own account to a self-test: the token, who is subscribed, the number, the template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_SCOPES = (
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_messaging",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
    "whatsapp_business_messaging",
    "whatsapp_business_management",
)
_FIELDS = {
    "page": ("feed", "mention", "messages"),
    "instagram": ("comments", "mentions", "live_comments"),
    "whatsapp_business_account": ("messages",),
}


def _subscriptions() -> list[dict[str, Any]]:
    return [
        {
            "object": name,
            "callback_url": "https://elapor.example/hooks/meta",
            "active": True,
            "fields": [{"name": one, "version": "v26.0"} for one in fields],
        }
        for name, fields in _FIELDS.items()
    ]


@dataclass(slots=True)
class Account:
    """A healthy account; a test changes what it wants to be otherwise."""

    bot: dict[str, Any] = field(default_factory=dict)
    """What getMe tells otherwise (core.telegram.org/bots/api#user)."""
    webhook: dict[str, Any] = field(default_factory=dict)
    """What getWebhookInfo tells otherwise; in "url" where a demonstration has a webhook that nobody set."""
    refused: set[str] = field(default_factory=set)
    """What is refused as by a dead token: "telegram", "token", "app"."""
    admins: set[tuple[str, str]] = field(default_factory=set)
    """(chat, user) of those who are administrators of a Telegram group; everybody else is a plain member."""
    unavailable: bool = False
    """Meta fails by itself."""
    token: dict[str, Any] = field(
        default_factory=lambda: {"is_valid": True, "expires_at": 0, "data_access_expires_at": 0, "scopes": [*_SCOPES]}
    )
    """What debug_token tells (Graph API: debug_token)."""
    subscribed: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "id": "990011",
                "subscribed_fields": ["feed", "comments", "messages"],
                "whatsapp_business_api_data": {"id": "990011", "name": "E-LAPOR (peraga)"},
            }
        ]
    )
    """The apps that are subscribed to the page or the WhatsApp account."""
    subscriptions: list[dict[str, Any]] = field(default_factory=_subscriptions)
    """What the app is subscribed to."""
    number: dict[str, Any] = field(
        default_factory=lambda: {
            "quality_rating": "GREEN",
            "name_status": "APPROVED",
            "code_verification_status": "VERIFIED",
            "status": "CONNECTED",
        }
    )
    """The WhatsApp number's fields."""
    template: dict[str, Any] = field(
        default_factory=lambda: {
            "status": "APPROVED",
            "language": "id",
            "parameter_format": "POSITIONAL",
            "components": [{"type": "BODY", "text": "Aduan {{1}}: {{2}}. Terima kasih."}],
        }
    )
    """The one template, under whatever name is asked for; empty where there is none."""
    submitted: list[dict[str, Any]] = field(default_factory=list)
    """The templates that were submitted."""
    asked: list[str] = field(default_factory=list)
    """The paths and queries of Meta's calls, as an access log would hold them."""

    def clear(self) -> None:
        """Be healthy again."""
        fresh = Account()
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(fresh, name))
