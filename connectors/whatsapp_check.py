"""Whether our WhatsApp number hears and may speak: token, number, subscription, and the template for after 24 hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from connectors.check import Check
from connectors.door_check import door
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
from connectors.payload import Json, part, text
from connectors.whatsapp_templates import Wanted, judged

_NEEDS = Needs(hearing=(("whatsapp_business_messaging",),), speaking=(("whatsapp_business_management",),))
_NUMBER = "quality_rating,name_status,code_verification_status,status"
_SHUT = {"BANNED", "DISCONNECTED", "MIGRATED", "RESTRICTED", "RATE_LIMITED"}


class WhatsAppChecker:
    """Looks after the number `phone_id` of the business account `account_id` ("" unknown), and the templates that it needs."""

    channel = "whatsapp"

    def __init__(
        self,
        access: Access,
        phone_id: str,
        verify_token: str,
        account_id: str = "",
        templates: Sequence[Wanted] = (),
        public_url: str = "",
    ) -> None:
        self._access = access
        self._phone_id = phone_id
        self._verify_token = verify_token
        self._account_id = account_id
        self._templates = templates
        self._public_url = public_url

    async def check(self, now: datetime) -> tuple[Check, ...]:
        """Look at everything; never raises."""
        address = (door(self._public_url, self.channel),) if self._public_url else ()
        wish = Subscription("whatsapp_business_account", ("messages",), addresses=address)
        steps: list[Look] = [
            partial(token, self._access, _NEEDS, now),
            self._number,
            self._account,
            partial(app_side, self._access, wish),
            self._template_there,
        ]
        return await everything(self._access, steps, now, self._public_url, self.channel, self._verify_token)

    def _number(self) -> Sequence[Check]:
        """What Meta thinks of the number (WhatsApp Business Platform: Phone number reference)."""
        held = fields_of(self._access, self._phone_id, _NUMBER)
        status = text(held.get("status"))
        if status in _SHUT:
            words = f"Nomor WhatsApp tidak dapat dipakai (status {status}). Periksa di WhatsApp Manager."
            return [Check("number", "bad", words)]
        odd = _odd(held)
        if odd:
            return [Check("number", "warn", f"{' '.join(odd)} Periksa di WhatsApp Manager.")]
        return [Check("number", "good", "Nomor WhatsApp sehat.")]

    def _account(self) -> Sequence[Check]:
        """Whether the business account delivers to our app (WhatsApp Business Platform: Webhooks)."""
        if not self._account_id:
            words = "Langganan akun dan templat belum dapat diperiksa: setel ELAPOR_WHATSAPP_ACCOUNT_ID."
            return [Check("subscribed_app", "warn", words)]
        apps = listed(self._access, f"{self._account_id}/subscribed_apps")
        if any(is_ours(part(app, "whatsapp_business_api_data"), self._access) for app in apps):
            return [Check("subscribed_app", "good", "Akun WhatsApp mengirim pesan ke aplikasi kita.")]
        words = "Akun WhatsApp tidak mengirim pesan ke aplikasi kita: langgani (POST /{waba-id}/subscribed_apps)."
        return [Check("subscribed_app", "bad", words)]

    def _template_there(self) -> Sequence[Check]:
        """Whether every template that the program needs may be used: the first that may not is told."""
        if not self._templates:
            words = "Templat belum disetel (ELAPOR_WHATSAPP_TEMPLATE): kabar setelah 24 jam dikirim lewat jalan lain"
            return [Check("template", "warn", f"{words} atau dijawab sendiri.")]
        if not self._account_id:
            return []
        found = [judged(self._held(wanted.name), wanted) for wanted in self._templates]
        return [next((check for check in found if check.level == "bad"), found[0])]

    def _held(self, name: str) -> list[Json]:
        asked = {"name": name, "fields": "name,status,language,components,parameter_format"}
        return listed(self._access, f"{self._account_id}/message_templates", **asked)


def _odd(held: Json) -> list[str]:
    """What is not well with a number that still works."""
    found = []
    if held.get("quality_rating") == "RED":
        found.append("Mutu nomor WhatsApp merah: Meta dapat membatasinya.")
    if held.get("name_status") in ("DECLINED", "EXPIRED"):
        found.append("Nama tampilan nomor WhatsApp ditolak atau kedaluwarsa.")
    if held.get("code_verification_status") == "NOT_VERIFIED":
        found.append("Nomor WhatsApp belum diverifikasi.")
    if held.get("status") in ("FLAGGED", "PENDING"):
        found.append(f"Nomor WhatsApp berstatus {held['status']}.")
    return found
