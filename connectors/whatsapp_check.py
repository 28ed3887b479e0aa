"""Whether our WhatsApp number hears and may speak: token, number, subscription, and the template for after 24 hours."""

from __future__ import annotations

import re
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
from connectors.payload import Json, part, rows, text

_NEEDS = Needs(hearing=(("whatsapp_business_messaging",),), speaking=(("whatsapp_business_management",),))
_NUMBER = "quality_rating,name_status,code_verification_status,status"
_SHUT = {"BANNED", "DISCONNECTED", "MIGRATED", "RESTRICTED", "RATE_LIMITED"}
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class WhatsAppChecker:
    """Looks after the number `phone_id` of the business account `account_id` ("" unknown), and its template `template`."""

    channel = "whatsapp"

    def __init__(
        self,
        access: Access,
        phone_id: str,
        verify_token: str,
        account_id: str = "",
        template: str = "",
        language: str = "id",
        public_url: str = "",
    ) -> None:
        self._access = access
        self._phone_id = phone_id
        self._verify_token = verify_token
        self._account_id = account_id
        self._template = template
        self._language = language
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
        """Whether the template is approved, in our language, and holds {{1}} for the code and {{2}} for the status."""
        if not self._template:
            words = "Templat belum disetel (ELAPOR_WHATSAPP_TEMPLATE): kabar setelah 24 jam harus dijawab sendiri."
            return [Check("template", "warn", words)]
        if not self._account_id:
            return []
        asked = {"name": self._template, "fields": "name,status,language,components,parameter_format"}
        named = [one for one in listed(self._access, f"{self._account_id}/message_templates", **asked)
                 if one.get("name") == self._template]  # fmt: skip
        ours = next((one for one in named if one.get("language") == self._language), None)
        return [_judged(ours, self._language)]


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


def _judged(template: Json | None, language: str) -> Check:
    lost = "Kabar setelah 24 jam tidak terkirim."
    if template is None:
        words = f"Templat tidak ada dalam bahasa {language}. {lost} Buat dan ajukan di WhatsApp Manager."
        return Check("template", "bad", words)
    if template.get("status") != "APPROVED":
        words = f"Templat belum disetujui atau dihentikan Meta. {lost} Periksa di WhatsApp Manager."
        return Check("template", "bad", words)
    body = next((part(one) for one in rows(template.get("components")) if part(one).get("type") == "BODY"), {})
    if set(_PLACEHOLDER.findall(text(body.get("text")))) != {"1", "2"}:
        words = f"Isi templat harus memuat {{{{1}}}} (kode) dan {{{{2}}}} (status), tidak yang lain. {lost}"
        return Check("template", "bad", words)
    return Check("template", "good", "Templat disetujui dan siap dipakai.")
