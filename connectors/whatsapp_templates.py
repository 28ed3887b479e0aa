"""WhatsApp's templates: which the program needs, whether Meta lets them be used, and how they are submitted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from connectors.check import Check
from connectors.graph import GraphError
from connectors.graph_check import Access, listed
from connectors.payload import Json, part, rows, text

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LOST = "Kabar setelah 24 jam tidak dikirim lewat WhatsApp."
_STATUS = {
    "PENDING": "Templat masih diperiksa Meta; tunggu persetujuannya (biasanya kurang dari sehari).",
    "IN_APPEAL": "Keberatan atas templat masih diperiksa Meta; tunggu putusannya.",
    "REJECTED": "Templat ditolak Meta. Baca alasannya di WhatsApp Manager, ubah, lalu ajukan lagi.",
    "PAUSED": "Templat dijeda Meta karena dinilai buruk oleh penerima. Tunggu jedanya berakhir di WhatsApp Manager.",
    "DISABLED": "Templat dihentikan Meta. Buat templat baru di WhatsApp Manager dan setel ELAPOR_WHATSAPP_TEMPLATE.",
}
"""What to do, by status (Meta, WhatsApp Business Platform: Template status)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A template that the program needs; `example` stands in for the placeholders where Meta examines it."""

    name: str
    language: str
    category: str
    body: str
    example: tuple[str, ...]

    @property
    def placeholders(self) -> set[str]:
        """What the program fills in."""
        return set(_PLACEHOLDER.findall(self.body))


def wanted_templates(data: Path, name: str = "") -> tuple[Wanted, ...]:
    """The templates of `whatsapp_templates.yml` in the folder `data`; `name` is what the first is called here."""
    held = yaml.safe_load((data / "whatsapp_templates.yml").read_text(encoding="utf-8"))
    first, *others = (Wanted(**{**one, "example": tuple(one["example"])}) for one in held)
    return (replace(first, name=name or first.name), *others)


def judged(held: list[Json], wanted: Wanted) -> Check:
    """Whether a template exists in our language, is approved, and holds what the program fills in."""
    ours = [one for one in held if one.get("name") == wanted.name and one.get("language") == wanted.language]
    if not ours:
        words = f"Templat {wanted.name} tidak ada dalam bahasa {wanted.language}. {_LOST} Ajukan dengan"
        return Check("template", "bad", f"{words} `elapor doctor --create-templates` atau di WhatsApp Manager.")
    status = text(ours[0].get("status"))
    if status != "APPROVED":
        todo = _STATUS.get(status, f"Templat berstatus {status or 'tidak dikenal'}. Periksa di WhatsApp Manager.")
        return Check("template", "bad", f"{todo} {_LOST}")
    if set(_PLACEHOLDER.findall(_body(ours[0]))) != wanted.placeholders:
        words = f"Isi templat {wanted.name} harus memuat {{{{1}}}} (kode) dan {{{{2}}}} (status), tidak yang lain."
        return Check("template", "bad", f"{words} {_LOST} Ubah di WhatsApp Manager.")
    return Check("template", "good", "Templat disetujui dan siap dipakai.")


def _body(template: Json) -> str:
    parts = [part(one) for one in rows(template.get("components"))]
    return next((text(one.get("text")) for one in parts if one.get("type") == "BODY"), "")


def submit(access: Access, account_id: str, wanted: Wanted) -> Check:
    """Submit a template that the account does not have; never raises (Graph API: WABA message_templates)."""
    path = f"{account_id}/message_templates"
    try:
        held = listed(access, path, name=wanted.name, fields="name,status,language")
        if any(one.get("name") == wanted.name and one.get("language") == wanted.language for one in held):
            return Check("template", "good", f"Templat {wanted.name} sudah ada; tidak diajukan lagi.")
        with access.own() as client:
            client.request(f"{client.version}/{path}", post_args=_form(wanted))
    except GraphError as error:
        words = f"Templat {wanted.name} tidak dapat diajukan (kode {error.code or error.status}). Ajukan di WhatsApp Manager."
        return Check("template", "bad", words)
    return Check("template", "good", f"Templat {wanted.name} diajukan kepada Meta; tunggu persetujuannya.")


def _form(wanted: Wanted) -> Json:
    body = {"type": "BODY", "text": wanted.body, "example": {"body_text": [list(wanted.example)]}}
    told = {"name": wanted.name, "language": wanted.language, "category": wanted.category}
    return told | {"components": json.dumps([body], ensure_ascii=False)}
