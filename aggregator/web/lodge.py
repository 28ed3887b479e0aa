"""The public form `/lapor`: a complaint without an account, which works without scripts and on a cheap phone."""

from __future__ import annotations

import asyncio
import hmac
import math
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from aggregator.rules.report import new_code, parse_code
from aggregator.store.deliveries import Delivered
from aggregator.store.voicing import AddVoice, StandApart
from aggregator.web.complaint import CONSENT, LONGEST_TEXT, Complaint, proof_of_code
from aggregator.web.correcting import Choices
from aggregator.web.office import Office
from aggregator.web.pictures import MOST, ROOM, BadPictureError, keep_pictures, sent_pictures
from aggregator.web.session import Anyone, ForgedFormError, Visit, fresh_nonce, genuine_form, write_cookie
from aggregator.web.turnstile import Turnstile

router = APIRouter(prefix="/lapor")

MAX_BODY = ROOM
"""Bytes: the largest form with its pictures."""
CHANNEL = "web"
PATIENCE_S = 2.0
"""Seconds that the page after sending waits for the worker, to say at once what is known; what was sent is safe already."""
_LOOK_EVERY_S = 0.1

Proof = Annotated[str, Query(max_length=40)]


@router.get("")
def ask(visit: Anyone) -> Response:
    """The empty form."""
    return _form(visit, Complaint(fresh_nonce()))


@router.post("")
async def lodge(visit: Anyone) -> Response:
    """Store what was filled in and show its code; what is missing is said beside its field, and nothing typed is lost."""
    async with visit.request.form() as form:  # closes what was uploaded
        return await _lodge(visit, form)


async def _lodge(visit: Visit, form: FormData) -> Response:
    complaint = Complaint.sent(form, fresh_nonce())
    if "look_up" in form:
        return _form(visit, complaint)
    stop = await _stopped(visit, form)
    if stop is not None:
        return _form(visit, complaint, **stop)
    problems = complaint.problems(visit.office)
    pictures: list[bytes] = []
    try:
        pictures = await sent_pictures(form)
    except BadPictureError as why:
        problems["photos"] = str(why)
    if problems:
        return _form(visit, complaint, 422, problems)
    try:
        code = await asyncio.to_thread(_store, visit.office, complaint, pictures)
    except BadPictureError as why:
        return _form(visit, complaint, 422, {"photos": str(why)})
    visit.office.stored()
    return RedirectResponse(f"/lapor/{code}?t={proof_of_code(visit.office, code)}", status_code=303)


@router.post("/tempat", dependencies=[Depends(genuine_form)])
def places(visit: Anyone, search: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Only the choices of place, for htmx."""
    complaint = Complaint("", search=search)
    return visit.show("lodge_places.html", choices=_choices(visit.office, complaint), entry=complaint, problems={})


@router.get("/{kode}")
async def lodged(visit: Anyone, kode: str, t: Proof = "", suara: Annotated[str, Query(max_length=10)] = "") -> Response:
    """What others reported before, where its author has not said yet (`suara`) whether to join that; else the code.

    The code also while nothing has been filed yet; never a text or an identity.
    """
    code = _proven(visit.office, kode, t)
    if code is None:
        return visit.show("track.html", 404, wrong=True)
    filed = await _filed(visit.office, code)
    choice = await asyncio.to_thread(visit.office.store.choice, code, visit.office.clock()) if filed else None
    page = "lodge_known.html" if choice is not None and not choice.joined and not suara else "lodged.html"
    days = _days(visit.office, choice.report.opened_at) if choice is not None else 0
    return visit.show(page, code=code, filed=filed, t=t, choice=choice, days=days)


@router.post("/{kode}/suara", dependencies=[Depends(genuine_form)])
def join_or_not(visit: Anyone, kode: str, answer: Annotated[str, Form(max_length=10)], t: Proof = "") -> Response:
    """Join what the complaint seems to be, or stand apart of it; done already, or not possible any more, changes nothing."""
    code = _proven(visit.office, kode, t)
    if code is None or answer not in ("gabung", "pisah"):
        return visit.show("track.html", 404, wrong=True)
    deed = AddVoice(code) if answer == "gabung" else StandApart(code, new_code(visit.office.prefix))
    visit.office.store.decide(deed, visit.office.clock())
    return RedirectResponse(f"/lapor/{code}?t={t}&suara={answer}", status_code=303)


def _proven(office: Office, typed: str, proof: str) -> str | None:
    """The code of an address, where its proof tells that we gave it."""
    code = parse_code(typed, office.prefix)
    good = code is not None and hmac.compare_digest(proof.encode(), proof_of_code(office, code).encode())
    return code if good else None


async def _filed(office: Office, code: str) -> bool:
    """Whether a form has been filed; it is waited for a moment, for it was stored only just now."""
    until = asyncio.get_running_loop().time() + PATIENCE_S
    while await asyncio.to_thread(office.store.submission, code) is None:
        if asyncio.get_running_loop().time() >= until:
            return False
        await asyncio.sleep(_LOOK_EVERY_S)
    return True


def _days(office: Office, moment: datetime) -> int:
    """How many midnights ago a moment was."""
    today, then = (at.astimezone(office.timezone).date() for at in (office.clock(), moment))
    return (today - then).days


async def _stopped(visit: Visit, form: FormData) -> dict[str, Any] | None:
    """Why a form is not taken as it is: a page that stood open too long, a robot, too many from one address."""
    try:
        await genuine_form(visit.request)
    except ForgedFormError:
        return {"status": 403, "notice": "old"}
    if form.get("website"):
        return {"status": 422, "notice": "robot"}
    wait = _turnstile(visit.request).wait(visit.request.client.host if visit.request.client else "")
    return {"status": 429, "notice": "busy", "wait": math.ceil(wait.total_seconds())} if wait else None


def _store(office: Office, complaint: Complaint, pictures: list[bytes]) -> str:
    """Keep the pictures and the delivery, durably; the same form sent twice keeps nothing twice. The code."""
    key, _ = complaint.identity(office.cookie_key)
    again = office.store.knows(office.store.ref_of(CHANNEL, "lapor", key, key))
    names = [] if again else keep_pictures(office.keep_photo, pictures)
    code, body = complaint.delivery(office, names)
    if not again:
        office.store.keep([Delivered(CHANNEL, body, office.clock())])
    return code


def _form(
    visit: Visit,
    entry: Complaint,
    status: int = 200,
    problems: dict[str, str] | None = None,
    notice: str = "",
    wait: int = 0,
) -> Response:
    """The form as it was filled in, with a cookie for its proof; `wait` in seconds."""
    response = visit.show(
        "lodge.html",
        status,
        entry=entry,
        problems=problems or {},
        notice=notice,
        choices=_choices(visit.office, entry),
        pictures=MOST if visit.office.keep_photo else 0,
        longest=LONGEST_TEXT,
        consent=CONSENT,
        wait_minutes=math.ceil(wait / 60),
    )
    if wait:
        response.headers["retry-after"] = str(wait)
    if visit.new:
        write_cookie(response, visit.office, visit.nonce)
    return response


def _choices(office: Office, entry: Complaint) -> Choices:
    """What was chosen, and what the search words find."""
    words = entry.search[:100].strip()
    found = office.places(words) if words else []
    chosen = {entry.location: office.place_name(entry.location)} if entry.location else {}
    return Choices({code: name for code, name in {**chosen, **dict(found)}.items() if name}, len(found))


def _turnstile(request: Request) -> Turnstile:
    turnstile: Turnstile = request.app.state.turnstile
    return turnstile
