"""Every way of asking by name: the channels that are polled, and what fetches what a channel only pointed at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.settings import Settings, SettingsError
from connectors.poll import Finder, Poller

if TYPE_CHECKING:
    from connectors.facebook_poll import FacebookPoller
    from connectors.instagram_poll import InstagramPoller


def polling(settings: Settings, folder: Path) -> list[Poller]:
    """A poller for each channel that is asked, one at most; `folder` holds the session of the private Instagram way."""
    from connectors.email_poll import EmailPoller, Mailbox  # noqa: PLC0415
    from connectors.instagram_private import PrivateInstagramPoller  # noqa: PLC0415
    from connectors.telegram_poll import BASE_URL, TelegramPoller  # noqa: PLC0415

    get, private, days = settings.get, settings.instagram_private, int(settings.poll.get("days", 14))
    pollers: list[Poller] = []
    if get("TELEGRAM_MODE") == "poll" and (token := get("TELEGRAM_TOKEN")):
        pollers.append(TelegramPoller(token, get("TELEGRAM_BASE_URL") or BASE_URL))
    if (url := get("IMAP_URL")) and (every := float(settings.poll.get("email_s", 60))):
        try:
            pollers.append(EmailPoller(Mailbox(url), every))
        except ValueError as why:
            raise SettingsError(f"ELAPOR_IMAP_URL tidak dapat dibaca: {why}") from None
    graph = _graph(settings)
    pollers += [one for one in graph if one.every]
    if private.get("enabled") and "instagram" not in {one.channel for one in graph} and get("INSTAGRAM_USERNAME"):
        name, password, session = (
            get("INSTAGRAM_USERNAME"),
            get("INSTAGRAM_PASSWORD"),
            folder / "instagram-session.json",
        )
        every = float(private.get("every_s", 1800))
        pollers.append(PrivateInstagramPoller(name, password, session, get("INSTAGRAM_ID"), every, days))
    return pollers


def finding(settings: Settings) -> dict[str, Finder]:
    """What fetches things that a channel only pointed at, by channel; its connections are none of the pollers'."""
    return {one.channel: one for one in _graph(settings)}


def leading(settings: Settings) -> dict[str, Callable[[str, str], bool]]:
    """What asks whether somebody leads a group (thread, author's id), by channel."""
    from connectors.telegram_members import BASE_URL, TelegramMembers  # noqa: PLC0415

    token, address = settings.get("TELEGRAM_TOKEN"), settings.get("TELEGRAM_BASE_URL") or BASE_URL
    return {"telegram": TelegramMembers(token, address).leads} if token else {}


def _graph(settings: Settings) -> list[FacebookPoller | InstagramPoller]:
    """The ways to ask the Graph API for which there are credentials."""
    from connectors import graph  # noqa: PLC0415  # facebook-sdk: only the program that asks pays its import
    from connectors.facebook_poll import FacebookPoller  # noqa: PLC0415
    from connectors.instagram_poll import InstagramPoller  # noqa: PLC0415

    get, rounds = settings.get, settings.poll
    days = int(rounds.get("days", 14))
    built: list[FacebookPoller | InstagramPoller] = []
    if (token := get("FACEBOOK_TOKEN")) and (page := get("FACEBOOK_PAGE_ID")):
        address, every = get("FACEBOOK_BASE_URL") or graph.BASE_URL, float(rounds.get("facebook_s", 120))
        built.append(FacebookPoller(token, page, address, get("FACEBOOK_APP_SECRET"), every, days))
    if (token := get("INSTAGRAM_TOKEN")) and (account := get("INSTAGRAM_ID")):
        address, every = get("INSTAGRAM_BASE_URL") or graph.BASE_URL, float(rounds.get("instagram_s", 180))
        built.append(InstagramPoller(token, account, address, get("INSTAGRAM_APP_SECRET"), every, days))
    return built
