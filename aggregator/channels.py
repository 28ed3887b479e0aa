"""The ways out that have credentials, by channel."""

from __future__ import annotations

from aggregator.settings import Settings
from bots import telegram, whatsapp
from bots.base import Bot
from bots.facebook import FacebookBot
from bots.instagram import InstagramBot
from bots.sms import SmsBot
from bots.telegram import TelegramBot
from bots.whatsapp import WhatsAppBot
from connectors import graph


def outgoing(settings: Settings) -> dict[str, Bot]:
    """A bot for each channel whose token is set; base addresses may point at a stand-in."""
    get = settings.get
    bots: list[Bot] = []
    if token := get("TELEGRAM_TOKEN"):
        bots.append(TelegramBot(token, get("TELEGRAM_BASE_URL") or telegram.BASE_URL))
    if token := get("WHATSAPP_TOKEN"):
        name = get("WHATSAPP_TEMPLATE")
        template = whatsapp.Template(name) if name else None
        bots.append(
            WhatsAppBot(token, get("WHATSAPP_PHONE_ID"), get("WHATSAPP_BASE_URL") or whatsapp.BASE_URL, template)
        )
    if token := get("FACEBOOK_TOKEN"):
        address = get("FACEBOOK_BASE_URL") or graph.BASE_URL
        bots.append(FacebookBot(token, get("FACEBOOK_PAGE_ID"), address, get("FACEBOOK_APP_SECRET")))
    if token := get("INSTAGRAM_TOKEN"):
        address = get("INSTAGRAM_BASE_URL") or graph.BASE_URL
        bots.append(InstagramBot(token, address, get("INSTAGRAM_APP_SECRET")))
    if address := get("SMS_BASE_URL"):
        bots.append(SmsBot(get("SMS_SECRET"), address))
    return {bot.channel: bot for bot in bots}
