"""Every channel by name: the ways in, and the ways out that have credentials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aggregator.settings import Settings, SettingsError
from bots.base import Bot
from connectors.base import Connector
from connectors.email import EmailConnector
from connectors.facebook import FacebookConnector
from connectors.instagram import InstagramConnector
from connectors.meta import MetaConnector
from connectors.noted import NotedConnector
from connectors.sms import SmsConnector
from connectors.telegram import TelegramConnector
from connectors.web import WebConnector
from connectors.whatsapp import WhatsAppConnector
from connectors.whatsapp_export import ExportConnector


def incoming(settings: Settings, sms_code: str) -> dict[str, Connector]:
    """A connector for each channel by its name below /hooks; one without its secret refuses everything."""
    get = settings.get
    facebook = FacebookConnector(get("FACEBOOK_APP_SECRET"), get("FACEBOOK_VERIFY_TOKEN"), get("FACEBOOK_PAGE_ID"))
    instagram = InstagramConnector(get("INSTAGRAM_APP_SECRET"), get("INSTAGRAM_VERIFY_TOKEN"), get("INSTAGRAM_ID"))
    built: list[Connector] = [
        TelegramConnector(get("TELEGRAM_SECRET"), get("TELEGRAM_USERNAME")),
        WhatsAppConnector(get("WHATSAPP_APP_SECRET"), get("WHATSAPP_VERIFY_TOKEN")),
        facebook,
        instagram,
        MetaConnector(facebook, instagram),
        SmsConnector(get("SMS_SECRET"), sms_code),
        EmailConnector(get("EMAIL_ADDRESS"), get("EMAIL_AUTHSERV")),
        ExportConnector(),
        WebConnector(),
        NotedConnector(get("FACEBOOK_PAGE_ID")),
    ]
    return {connector.channel: connector for connector in built}


def outgoing(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Bot]:
    """A bot for each channel whose token is set; base addresses may point at a stand-in."""
    # The senders' libraries take a second to import: only the program that sends pays it.
    from bots import telegram, whatsapp  # noqa: PLC0415
    from bots.email import EmailBot, Server  # noqa: PLC0415
    from bots.facebook import FacebookBot  # noqa: PLC0415
    from bots.instagram import InstagramBot  # noqa: PLC0415
    from bots.sms import SmsBot  # noqa: PLC0415
    from connectors import graph  # noqa: PLC0415

    get = settings.get
    bots: list[Bot] = []
    if token := get("TELEGRAM_TOKEN"):
        bots.append(telegram.TelegramBot(token, get("TELEGRAM_BASE_URL") or telegram.BASE_URL))
    if token := get("WHATSAPP_TOKEN"):
        name = get("WHATSAPP_TEMPLATE")
        template = whatsapp.Template(name) if name else None
        address = get("WHATSAPP_BASE_URL") or whatsapp.BASE_URL
        bots.append(whatsapp.WhatsAppBot(token, get("WHATSAPP_PHONE_ID"), address, template, clock=clock))
    if token := get("FACEBOOK_TOKEN"):
        address = get("FACEBOOK_BASE_URL") or graph.BASE_URL
        bots.append(FacebookBot(token, get("FACEBOOK_PAGE_ID"), address, get("FACEBOOK_APP_SECRET")))
    if token := get("INSTAGRAM_TOKEN"):
        address = get("INSTAGRAM_BASE_URL") or graph.BASE_URL
        bots.append(InstagramBot(token, address, get("INSTAGRAM_APP_SECRET")))
    if address := get("SMS_BASE_URL"):
        bots.append(SmsBot(get("SMS_SECRET"), address))
    if (url := get("SMTP_URL")) and (address := get("EMAIL_ADDRESS")):
        try:
            bots.append(EmailBot(Server.at(url), address))
        except ValueError as why:
            raise SettingsError(f"ELAPOR_SMTP_URL tidak dapat dibaca: {why}") from None
    return {bot.channel: bot for bot in bots}
