"""Every channel's self-test by name: what a channel must have, which are in use, and who looks after each."""

from __future__ import annotations

from typing import Literal

from aggregator.settings import ROOT, Settings
from connectors import graph, graph_check, telegram_check
from connectors.check import Check, Checker, SettingsChecker
from connectors.meta_check import FacebookChecker, InstagramChecker
from connectors.whatsapp_check import WhatsAppChecker
from connectors.whatsapp_templates import submit, wanted_templates

NEEDED = {
    "telegram": ("TELEGRAM_TOKEN", "TELEGRAM_SECRET"),
    "whatsapp": ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"),
    "facebook": ("FACEBOOK_TOKEN", "FACEBOOK_PAGE_ID", "FACEBOOK_APP_SECRET", "FACEBOOK_VERIFY_TOKEN"),
    "instagram": ("INSTAGRAM_TOKEN", "INSTAGRAM_ID", "INSTAGRAM_APP_SECRET", "INSTAGRAM_VERIFY_TOKEN"),
    "sms": ("SMS_SECRET", "SMS_BASE_URL"),
    "email": ("EMAIL_ADDRESS", "SMTP_URL", "IMAP_URL"),
}
"""What a channel must have, as ELAPOR_<name>; one without any of it is not in use."""


def in_use(settings: Settings) -> tuple[str, ...]:
    """The channels of which anything is set up."""
    return tuple(channel for channel, names in NEEDED.items() if any(map(settings.get, names)))


def lacking(settings: Settings, channel: str) -> list[str]:
    """The variables that a channel in use lacks, by their full names; long polling needs no secret."""
    polls = channel == "telegram" and _mode(settings) == "poll"
    needed = NEEDED[channel][:1] if polls else NEEDED[channel]
    return [f"ELAPOR_{name}" for name in needed if not settings.get(name)]


def checking(settings: Settings) -> list[Checker]:
    """A checker for each channel in use; where something is lacking, one that says just that."""
    return [_checker(settings, channel) for channel in in_use(settings)]


def _checker(settings: Settings, channel: str) -> Checker:
    get, public = settings.get, settings.get("PUBLIC_URL")
    missing = lacking(settings, channel)
    if missing or channel in ("sms", "email"):
        return SettingsChecker(channel, tuple(missing))
    if channel == "telegram":
        address = get("TELEGRAM_BASE_URL") or telegram_check.BASE_URL
        return telegram_check.TelegramChecker(get("TELEGRAM_TOKEN"), public, _mode(settings), address)
    return _meta(settings, channel)


def _mode(settings: Settings) -> Literal["poll", "webhook"]:
    return "poll" if settings.get("TELEGRAM_MODE") == "poll" else "webhook"


def _meta(settings: Settings, channel: str) -> Checker:
    get, public = settings.get, settings.get("PUBLIC_URL")
    access, word = _access(settings, channel), get(f"{channel.upper()}_VERIFY_TOKEN")
    if channel == "facebook":
        return FacebookChecker(access, get("FACEBOOK_PAGE_ID"), word, public)
    if channel == "instagram":
        return InstagramChecker(access, get("INSTAGRAM_ID"), word, public)
    templates = wanted_templates(ROOT / "data", name) if (name := get("WHATSAPP_TEMPLATE")) else ()
    account = get("WHATSAPP_ACCOUNT_ID")
    return WhatsAppChecker(access, get("WHATSAPP_PHONE_ID"), word, account, templates, public_url=public)


def submit_templates(settings: Settings) -> list[Check]:
    """Submit to Meta the templates that WhatsApp needs and does not have; what became of each."""
    missing = [name for name in ("WHATSAPP_TOKEN", "WHATSAPP_ACCOUNT_ID") if not settings.get(name)]
    if missing:
        words = ", ".join(f"ELAPOR_{name}" for name in missing)
        return [Check("template", "bad", f"Templat tidak dapat diajukan: kurang {words}.")]
    access, account = _access(settings, "whatsapp"), settings.get("WHATSAPP_ACCOUNT_ID")
    wanted = wanted_templates(ROOT / "data", settings.get("WHATSAPP_TEMPLATE"))
    return [submit(access, account, one) for one in wanted]


def _access(settings: Settings, channel: str) -> graph_check.Access:
    get, name = settings.get, channel.upper()
    address = get(f"{name}_BASE_URL") or graph.BASE_URL
    return graph_check.Access(get(f"{name}_TOKEN"), get(f"{name}_APP_SECRET"), get("META_APP_ID"), address)
