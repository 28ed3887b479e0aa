"""What a person filled in at `/lapor`: what is missing of it, under which code it goes, and the delivery that it makes."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from aggregator.rules.report import derived_code
from aggregator.web.office import Office

CONSENT = "2026-11"
"""The version of the words of consent in lodge.html; raise it whenever they change."""
LONGEST_TEXT = 4_000
_LONGEST = {"text": LONGEST_TEXT, "place": 300, "search": 100, "name": 100, "contact": 254}
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;]{2,}")
_NUMBER = re.compile(r"(?:62|0)[2-9]\d{6,12}")
_VISIBILITIES = ("public", "anonim", "rahasia")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Complaint:
    """The fields of the form as they were sent."""

    nonce: str
    text: str = ""
    place: str = ""
    search: str = ""
    """Words to look a village up by."""
    location: str = ""
    category: str = ""
    visibility: str = "public"
    name: str = ""
    contact: str = ""
    lat: str = ""
    lon: str = ""
    consent: str = ""

    @classmethod
    def sent(cls, form: Mapping[str, object], fresh: str) -> Complaint:
        """The fields of a form; `fresh` stands in for a nonce that is none of ours."""
        names = [field.name for field in fields(cls) if field.name in form]
        held = {name: clean(form[name]) for name in names}
        if not re.fullmatch(r"[\w-]{22}", held.get("nonce", ""), re.ASCII):
            held["nonce"] = fresh
        return cls(**held)

    def problems(self, office: Office) -> dict[str, str]:
        """What must be put right, by field, in Indonesian."""
        found = {field: "Terlalu panjang." for field, most in _LONGEST.items() if len(getattr(self, field)) > most}
        if len(self.text) > LONGEST_TEXT:
            found["text"] = f"Terlalu panjang: {len(self.text)} huruf. Paling banyak {LONGEST_TEXT}."
        if len(self.text) < 5:
            found["text"] = "Tuliskan apa masalahnya."
        if self.visibility not in _VISIBILITIES:
            found["visibility"] = "Pilih salah satu."
        if self.category and self.category not in office.categories:
            found["category"] = "Pilih salah satu, atau biarkan kami yang menentukan."
        if self.location and not office.place_name(self.location):
            found["location"] = "Tempat itu tidak kami kenal. Pilih lagi, atau kosongkan."
        if self.contact and not reached_by(self.contact):
            found["contact"] = "Bukan nomor telepon atau alamat surel. Contoh: 0812-5555-0100. Boleh dikosongkan."
        if not self.consent:
            found["consent"] = "Centang kotak ini agar aduan dapat kami proses."
        return found

    def identity(self, key: str) -> tuple[str, str]:
        """The id and the code of this complaint: the same for a form sent twice, and no other.

        What was changed in between (back, corrected, sent again) is another complaint: nothing is dropped unseen.
        """
        said = "\0".join(("lapor", *(getattr(self, field.name) for field in fields(self)))).encode()
        digest = hmac.digest(key.encode(), said, hashlib.sha512)
        return digest[:16].hex(), digest[16:].hex()

    def delivery(self, office: Office, photos: Sequence[str]) -> tuple[str, bytes]:
        """The code, and the body that the channel "web" reads."""
        key, seed = self.identity(office.cookie_key)
        code = derived_code(office.prefix, bytes.fromhex(seed))
        place = self.place if self.location else ", ".join(filter(None, (self.place, self.search)))
        body = {"id": key, "code": code, "text": self.text, "place": place, "location": self.location}
        body |= {"category": self.category, "visibility": self.visibility, "name": self.name}
        body |= {"contact": reached_by(self.contact), "lat": self.lat, "lon": self.lon, "consent": CONSENT}
        return code, json.dumps(body | {"photos": list(photos)}, ensure_ascii=False).encode()


def reached_by(contact: str) -> str:
    """A phone number as 62…, an e-mail address in lower case, "" for what is neither."""
    if _EMAIL.fullmatch(contact):
        return contact.lower()
    digits = re.sub(r"[\s().+-]", "", contact)
    if not _NUMBER.fullmatch(digits):
        return ""
    return f"62{digits[1:]}" if digits.startswith("0") else digits


def proof_of_code(office: Office, code: str) -> str:
    """Tells, in the address of the page after sending, that the code is one that we gave."""
    return hmac.new(office.cookie_key.encode(), f"lapor-kode:{code}".encode(), hashlib.sha256).hexdigest()[:16]


def clean(value: object) -> str:
    """What was typed into a field, without what no database stores; "" for what is no text."""
    return _UNSTORABLE.sub("", value).replace("\r\n", "\n").strip() if isinstance(value, str) else ""
