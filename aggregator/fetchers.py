"""Every way of getting files by name: the channels that hand out the files of their messages."""

from __future__ import annotations

from aggregator.settings import Settings
from connectors.email_poll import EmailFetcher, Mailbox
from connectors.fetch import Fetcher
from connectors.media import GRAPH, TELEGRAM, AddressFetcher, TelegramFetcher, WhatsAppFetcher


def fetching(settings: Settings) -> dict[str, Fetcher]:
    """A fetcher for each channel that may ask; a configured base address is the only one on this machine that may be asked."""
    from connectors.graph import VERSION  # noqa: PLC0415  # facebook-sdk: only the program that fetches pays its import

    get = settings.get
    found: dict[str, Fetcher] = {
        "facebook": AddressFetcher(get("FACEBOOK_BASE_URL")),
        "instagram": AddressFetcher(get("INSTAGRAM_BASE_URL")),
    }
    if token := get("TELEGRAM_TOKEN"):
        found["telegram"] = TelegramFetcher(token, get("TELEGRAM_BASE_URL") or TELEGRAM)
    if token := get("WHATSAPP_TOKEN"):
        found["whatsapp"] = WhatsAppFetcher(token, VERSION, get("WHATSAPP_BASE_URL") or GRAPH)
    if url := get("IMAP_URL"):
        found["email"] = EmailFetcher(Mailbox(url))
    return found
