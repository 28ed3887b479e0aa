"""The connectors under test, how each one's deliveries are proven, and the cases of each."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.base import Connector, Inbound, Parsed, Receipt
from connectors.email import EmailConnector
from connectors.facebook import FacebookConnector
from connectors.instagram import InstagramConnector
from connectors.meta import MetaConnector
from connectors.sms import SmsConnector
from connectors.telegram import TelegramConnector
from connectors.whatsapp import WhatsAppConnector
from connectors.whatsapp_export import ExportConnector

FIXTURES = Path(__file__).parent / "fixtures"
RECEIVED = datetime(2026, 10, 1, tzinfo=UTC)
SECRET = "rahasia-uji"


def connectors(secret: str = SECRET) -> dict[str, Connector]:
    facebook = FacebookConnector(secret, "sandi", "61000")
    instagram = InstagramConnector(secret, "sandi", "178400")
    return {
        "telegram": TelegramConnector(secret, "elapor_uji_bot"),
        "whatsapp": WhatsAppConnector(secret, "sandi"),
        "facebook": facebook,
        "instagram": instagram,
        "meta": MetaConnector(facebook, instagram),
        "sms": SmsConnector(secret, "BATOLA"),
        "whatsapp_export": ExportConnector(),
        "email": EmailConnector("Layanan Aduan <lapor@contoh.example>"),
    }


def signature(secret: str, body: bytes) -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


PROOFS: dict[str, Callable[[str, bytes], Mapping[str, str]]] = {
    "telegram": lambda secret, _: {"x-telegram-bot-api-secret-token": secret},
    "whatsapp": signature,
    "facebook": signature,
    "instagram": signature,
    "meta": signature,
    "sms": lambda secret, _: {"authorization": f"Bearer {secret}"},
}


def cases(channel: str) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FIXTURES / channel).glob("*.json"))}


def body(delivery: Any) -> bytes:
    return delivery.encode() if isinstance(delivery, str) else json.dumps(delivery).encode()


def told(parsed: Parsed) -> list[dict[str, Any]]:
    """What the items say, as JSON, without the channel and without what stands at its default."""
    return [_told(item) for item in parsed.items]


def _told(item: Inbound | Receipt) -> dict[str, Any]:
    held = asdict(item)
    needless = {one.name for one in fields(item) if one.default is not MISSING and held[one.name] == one.default}
    kept = {name: value for name, value in held.items() if name not in needless | {"channel"}}
    return json.loads(json.dumps(kept, default=datetime.isoformat))
