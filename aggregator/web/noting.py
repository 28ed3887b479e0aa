"""`/tinjau/catat`: a reviewer notes what was said where no connector hears, and it goes into the same review."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from aggregator.store.noting import Noted
from aggregator.web.office import Noter, Office
from aggregator.web.pictures import MOST, ROOM, BadPictureError, keep_pictures, sent_pictures
from aggregator.web.session import ForgedFormError, Reviewer, Visit, fresh_nonce, genuine_form

router = APIRouter(prefix="/tinjau/catat")

MAX_BODY = ROOM
"""Bytes: the largest note with its pictures."""
PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "x": "X (Twitter)",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "threads": "Threads",
    "web": "Situs lain",
    "rekan": "Disampaikan rekan",
    "lisan": "Disampaikan langsung",
}
_LONGEST = {"link": 2000, "text": 4000, "name": 100, "thread_name": 150}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Done = Literal["noted", "known", "hidden", "later"]


@dataclass(frozen=True, slots=True)
class Note:
    """The fields of the form as they were sent; day and hour are local."""

    nonce: str
    link: str = ""
    platform: str = ""
    text: str = ""
    name: str = ""
    thread_name: str = ""
    day: str = ""
    hour: str = ""

    @classmethod
    def sent(cls, form: Mapping[str, object]) -> Note:
        """The fields of a form."""
        held = {field.name: _clean(form.get(field.name)) for field in fields(cls)}
        return cls(**held | {"nonce": held["nonce"][:40] or fresh_nonce()})

    def said_at(self, office: Office) -> datetime | None:
        """When it was said: now where no day was given, None where the day or hour is none, or lies ahead."""
        now = office.clock().astimezone(office.timezone)
        try:
            day = f"{self.day or now.date().isoformat()}T{self.hour or ('00:00' if self.day else f'{now:%H:%M}')}"
            at = datetime.fromisoformat(day).replace(tzinfo=office.timezone)
        except ValueError:
            return None
        return at if datetime(2000, 1, 1, tzinfo=office.timezone) < at < now + timedelta(minutes=10) else None


@router.get("")
def ask(visit: Reviewer, sudah: Done | None = None, pesan: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """The empty form, with what became of the last note."""
    _noter(visit)
    return _form(visit, _blank(visit.office), done=sudah, finding=pesan)


@router.post("")
async def save(visit: Reviewer) -> Response:
    """Take the note in and go on to its finding, or to the next note; a wrong field is said beside it, nothing is lost."""
    noter = _noter(visit)
    async with visit.request.form() as form:  # closes what was uploaded
        return await _save(visit, noter, form)


async def _save(visit: Visit, noter: Noter, form: FormData) -> Response:
    note = Note.sent(form)
    try:
        await genuine_form(visit.request)
        pictures = await sent_pictures(form)
    except BadPictureError as why:
        return await asyncio.to_thread(_form, visit, note, 422, {"photos": str(why)})
    except ForgedFormError:
        return await asyncio.to_thread(
            _form, visit, note, 403, {"link": "Halaman ini sudah lama terbuka. Simpan sekali lagi."}
        )
    problems = _problems(visit.office, noter, note, pictures)
    if problems:
        return await asyncio.to_thread(_form, visit, note, 422, problems)
    try:
        noted = await asyncio.to_thread(_take_in, visit, noter, note, pictures)
    except BadPictureError as why:
        return await asyncio.to_thread(_form, visit, note, 422, {"photos": str(why)})
    return _onward(noted, again=form.get("deed") == "again")


@router.post("/tautan", dependencies=[Depends(genuine_form)])
def source(
    visit: Reviewer,
    link: Annotated[str, Form(max_length=2000)] = "",
    platform: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Only where it comes from, and whether it is there already; for htmx."""
    noter, note = _noter(visit), Note("", link=_clean(link), platform=platform)
    guessed = Note("", link=note.link, platform=_platform(noter, note))
    known = (
        noter.known(visit.viewer, _entry(visit, noter, guessed))
        if guessed.link and _is_link(noter, note.link)
        else None
    )
    return visit.show("note_source.html", entry=guessed, known=known, platforms=PLATFORMS, problems={})


def _take_in(visit: Visit, noter: Noter, note: Note, pictures: list[bytes]) -> Noted:
    """Note it, unless it is there: then no picture is kept either."""
    entry = _entry(visit, noter, note)
    known = noter.known(visit.viewer, entry) if note.link or note.text else None
    if known is not None:
        return known
    return noter.note(visit.viewer, entry | {"photos": keep_pictures(visit.office.keep_photo, pictures)})


def _entry(visit: Visit, noter: Noter, note: Note) -> dict[str, Any]:
    """The JSON that the channel "catatan" reads."""
    platform, at = _platform(noter, note), note.said_at(visit.office)
    where = f"{note.thread_name} ({PLATFORMS[platform]})" if note.thread_name else PLATFORMS.get(platform, "")
    return {
        "id": note.nonce,
        "platform": platform,
        "link": note.link,
        "text": note.text or ("?" if not note.nonce else ""),
        "name": note.name,
        "sent_at": at.isoformat() if at else None,
        "thread_name": where,
        "photos": [],
        "by": visit.viewer.name,
    }


def _problems(office: Office, noter: Noter, note: Note, pictures: list[bytes]) -> dict[str, str]:
    """What must be put right, by field, in Indonesian."""
    found = {field: "Terlalu panjang." for field, most in _LONGEST.items() if len(getattr(note, field)) > most}
    if note.link and not _is_link(noter, note.link):
        found["link"] = "Bukan alamat web. Salin lagi tautannya, atau kosongkan."
    if note.platform not in ("", *PLATFORMS) or not (note.platform or note.link):
        found["platform"] = "Pilih asalnya."
    if not note.text and not pictures:
        found["text"] = "Tulis isi pesannya" + (", atau sertakan gambarnya." if office.keep_photo else ".")
    if note.said_at(office) is None:
        found["day"] = "Tanggal atau jamnya tidak dapat dibaca, atau belum lewat."
    return found


def _platform(noter: Noter, note: Note) -> str:
    """What the link says, else what was chosen."""
    told = noter.platform(note.link) if note.link and _is_link(noter, note.link) else ""
    chosen = note.platform if note.platform in PLATFORMS else ""
    return told or chosen or ("web" if note.link else "")


def _is_link(noter: Noter, link: str) -> bool:
    try:
        noter.platform(link)
    except ValueError:
        return False
    return True


def _onward(noted: Noted, *, again: bool) -> Response:
    told: Done = "known" if noted.repeated else "hidden" if noted.hidden else "noted" if noted.finding else "later"
    if noted.finding is not None and not again:
        return RedirectResponse(f"/tinjau/{noted.finding}?sudah={told}", status_code=303)
    which = f"&pesan={noted.finding}" if noted.finding is not None else ""
    return RedirectResponse(f"/tinjau/catat?sudah={told}{which}", status_code=303)


def _form(
    visit: Visit,
    entry: Note,
    status: int = 200,
    problems: dict[str, str] | None = None,
    done: Done | None = None,
    finding: int | None = None,
) -> Response:
    return visit.show(
        "note.html",
        status,
        entry=entry,
        problems=problems or {},
        done=done,
        finding=finding,
        known=None,
        platforms=PLATFORMS,
        pictures=MOST if visit.office.keep_photo else 0,
    )


def _blank(office: Office) -> Note:
    now = office.clock().astimezone(office.timezone)
    return Note(fresh_nonce(), day=now.date().isoformat(), hour=f"{now:%H:%M}")


def _noter(visit: Visit) -> Noter:
    if visit.office.noter is None:
        raise HTTPException(404)
    return visit.office.noter


def _clean(value: object) -> str:
    return _UNSTORABLE.sub("", value).replace("\r\n", "\n").strip() if isinstance(value, str) else ""
