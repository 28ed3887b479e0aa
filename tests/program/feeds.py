"""Deliveries as the platforms send them, of invented people, and the proof that each platform gives; where the model is."""

from __future__ import annotations

import json

from aggregator.demo.player import sign
from aggregator.settings import ROOT

MODELS = ROOT / "var" / "models"
"""Where the product keeps its model too: it is trained once for all tests of the program."""
PAGE, NUMBER, ACCOUNT = "100200300400500", "109876543210987", "17841400000000001"
SECRETS = {
    "TELEGRAM_SECRET": "rahasia-telegram-rekaan",
    "TELEGRAM_USERNAME": "elapor_rekaan_bot",
    "WHATSAPP_APP_SECRET": "rahasia-whatsapp-rekaan",
    "WHATSAPP_VERIFY_TOKEN": "token-whatsapp-rekaan",
    "FACEBOOK_APP_SECRET": "rahasia-facebook-rekaan",
    "FACEBOOK_VERIFY_TOKEN": "token-facebook-rekaan",
    "FACEBOOK_PAGE_ID": PAGE,
    "INSTAGRAM_APP_SECRET": "rahasia-instagram-rekaan",
    "INSTAGRAM_VERIFY_TOKEN": "token-instagram-rekaan",
    "INSTAGRAM_ID": ACCOUNT,
    "SMS_SECRET": "rahasia-sms-rekaan",
}
"""What ELAPOR_ variables say of the channels, without the prefix."""
CHANNELS = ("telegram", "whatsapp", "facebook", "instagram", "meta", "sms")


def proof(channel, body):
    """The headers by which a platform proves a delivery."""
    if channel == "sms":
        return {"authorization": f"Bearer {SECRETS['SMS_SECRET']}"}
    return sign(SECRETS, "facebook" if channel == "meta" else channel, body)


def telegram(number, text, *, who=5550001, group=0, update=0):
    """A message to the bot, or into a group."""
    sender = {"id": who, "is_bot": False, "first_name": "Rahmat Rekaan", "username": f"rekaan_{who}"}
    private = {"id": who, "type": "private", "first_name": "Rahmat Rekaan"}
    chat = {"id": group, "type": "supergroup", "title": "Warga Rekaan Handil Bakti"} if group else private
    message = {"message_id": number, "from": sender, "chat": chat, "date": 1792967400 + number, "text": text}
    return _bytes({"update_id": update or number, "message": message})


def whatsapp(number, text, *, who="6281255550201"):
    """A message to the WhatsApp number."""
    said = {"from": who, "id": f"wamid.REKAAN{number}", "timestamp": str(1792967400 + number), "type": "text"}
    people = [{"profile": {"name": "Siti Rekaan"}, "wa_id": who}]
    return _whatsapp({"contacts": people, "messages": [said | {"text": {"body": text}}]})


def whatsapp_status(number, state="delivered"):
    """What became of a message of ours that WhatsApp knows."""
    told = {"id": f"wamid.DARI{number}", "status": state, "timestamp": "1792967400", "recipient_id": "6281255550201"}
    return _whatsapp({"statuses": [told]})


def facebook(number, text, *, who="7000100020003", name="Budi Rekaan"):
    """A comment below a post of the page."""
    value = {"item": "comment", "verb": "add", "comment_id": f"901_{number}", "post_id": f"{PAGE}_901"}
    value |= {"parent_id": f"{PAGE}_901", "from": {"id": who, "name": name}, "message": text}
    change = {"field": "feed", "value": value | {"created_time": 1792967400 + number}}
    return _bytes({"object": "page", "entry": [{"id": PAGE, "time": 1792967400, "changes": [change]}]})


def instagram(number, text, *, who="17841999000000001"):
    """A comment below a medium of the account."""
    value = {"id": f"1789000000000{number}", "text": text, "from": {"id": who, "username": "rekaan.ig"}}
    change = {"field": "comments", "value": value | {"media": {"id": "17900000000000001"}}}
    return _bytes({"object": "instagram", "entry": [{"id": ACCOUNT, "time": 1792967400, "changes": [change]}]})


def sms(number, text, *, who="+62812-5555-0301"):
    """A message to the short number."""
    return _bytes({"from": who, "text": text, "id": f"sms-{number}", "to": "1708"})


def said(channel, number, text):
    """A complaint on a channel."""
    makers = {"telegram": telegram, "whatsapp": whatsapp, "facebook": facebook, "instagram": instagram, "sms": sms}
    return makers["facebook" if channel == "meta" else channel](number, text)


def _whatsapp(value):
    value |= {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}}
    change = {"field": "messages", "value": value}
    return _bytes({"object": "whatsapp_business_account", "entry": [{"id": "102030405060708", "changes": [change]}]})


def _bytes(body):
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
