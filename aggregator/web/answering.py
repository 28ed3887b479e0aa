"""`/lacak/{code}/jawab`: whoever sent a form answers an officer's question, without an account and without scripts."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import math
import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from aggregator.rules.elsewhere import FORM
from aggregator.rules.report import parse_code
from aggregator.store.deliveries import Delivered
from aggregator.store.questioning import Question
from aggregator.web.complaint import clean, reached_by
from aggregator.web.office import Office
from aggregator.web.pictures import MOST, ROOM, BadPictureError, keep_pictures, sent_pictures
from aggregator.web.session import Anyone, ForgedFormError, Visit, fresh_nonce, genuine_form, write_cookie
from aggregator.web.turnstile import Turnstile

router = APIRouter(prefix="/lacak")

MAX_BODY = ROOM
"""Bytes: the largest answer with its pictures."""
LONGEST = 2_000
"""Characters of one answer."""
MOST_AT_ONCE = 6
"""Forms for one code within the turnstile's minutes; wrong contacts count, so that nobody finds one by trying."""
MOST_ANSWERS = 10
"""Answers to one question; then the officer speaks first."""
_NONCE = re.compile(r"[\w-]{22}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """The fields of the form as they were sent."""

    nonce: str
    text: str = ""
    contact: str = ""

    @classmethod
    def sent(cls, form: FormData) -> Answer:
        """The fields of a form."""
        nonce, text, contact = (clean(form.get(name)) for name in ("nonce", "text", "contact"))
        return cls(nonce if _NONCE.fullmatch(nonce) else fresh_nonce(), text, contact)

    def problems(self, question: Question, *, pictures: bool) -> dict[str, str]:
        """What must be put right, by field, in Indonesian."""
        found = {}
        if not self.text and not pictures:
            found["text"] = "Tulis jawabannya, atau sertakan foto."
        if len(self.text) > LONGEST:
            found["text"] = f"Terlalu panjang: {len(self.text)} huruf. Paling banyak {LONGEST}."
        if question.contact and not hmac.compare_digest(reached_by(self.contact).encode(), question.contact.encode()):
            found["contact"] = "Bukan nomor atau surel yang ditulis di formulir aduan ini."
        return found


@router.get("/{kode}/jawab")
def ask(visit: Anyone, kode: str) -> Response:
    """The question and an empty form; nothing is asked any more: what became of it."""
    question = _question(visit.office, kode)
    return _form(visit, question, Answer(fresh_nonce())) if question is not None else _back(visit, kode)


@router.post("/{kode}/jawab")
async def answer(visit: Anyone, kode: str) -> Response:
    """Store an answer like anything that comes in; what is missing is said beside its field, and nothing typed is lost."""
    question = await asyncio.to_thread(_question, visit.office, kode)
    if question is None:
        return _back(visit, kode)
    async with visit.request.form() as form:  # closes what was uploaded
        return await _take(visit, question, form)


async def _take(visit: Visit, question: Question, form: FormData) -> Response:
    entry = Answer.sent(form)
    stop = await _stopped(visit, question)
    if stop is not None:
        return _form(visit, question, entry, **stop)
    pictures, wrong = await _pictures(form)
    problems = entry.problems(question, pictures=bool(pictures or wrong)) | wrong
    if not problems:
        try:
            await asyncio.to_thread(_store, visit.office, question, entry, pictures)
        except BadPictureError as why:
            problems = {"photos": str(why)}
    if problems:
        return _form(visit, question, entry, 422, problems)
    visit.office.stored()
    return RedirectResponse(f"/lacak/{question.code}?terjawab=1", status_code=303)


async def _pictures(form: FormData) -> tuple[list[bytes], dict[str, str]]:
    try:
        return await sent_pictures(form), {}
    except BadPictureError as why:
        return [], {"photos": str(why)}


async def _stopped(visit: Visit, question: Question) -> dict[str, Any] | None:
    """Why a form is not taken as it is: a page that stood open too long, too many of one address or for one code."""
    try:
        await genuine_form(visit.request)
    except ForgedFormError:
        return {"status": 403, "notice": "old"}
    if question.answered >= MOST_ANSWERS:
        return {"status": 429, "notice": "enough"}
    address = visit.request.client.host if visit.request.client else ""
    everything, here = _turnstiles(visit.request)
    wait = here.wait(question.code) or everything.wait(address)
    return {"status": 429, "notice": "busy", "wait": math.ceil(wait.total_seconds())} if wait else None


def _store(office: Office, question: Question, entry: Answer, pictures: list[bytes]) -> None:
    """Keep the pictures and the delivery, durably; the same form sent twice keeps nothing twice."""
    said = f"jawab\0{question.code}\0{entry.nonce}\0{entry.text}".encode()
    key = hmac.new(office.cookie_key.encode(), said, hashlib.sha256).hexdigest()[:32]
    if office.store.knows(office.store.ref_of(FORM, "lapor", question.thread, key)):
        return
    body: dict[str, Any] = {"id": key, "answers": question.code, "thread": question.thread, "author": question.author}
    body |= {"name": question.name, "phone": question.phone, "text": entry.text}
    body["photos"] = keep_pictures(office.keep_photo, pictures)
    office.store.keep([Delivered(FORM, json.dumps(body, ensure_ascii=False).encode(), office.clock())])


def _question(office: Office, typed: str) -> Question | None:
    code = parse_code(typed, office.prefix)
    return office.store.question(code) if code is not None else None


def _back(visit: Visit, typed: str) -> Response:
    """To the page of the code, which says what became of it."""
    code = parse_code(typed, visit.office.prefix)
    return RedirectResponse(f"/lacak/{code}", 303) if code is not None else visit.show("track.html", 404, wrong=True)


def _form(
    visit: Visit,
    question: Question,
    entry: Answer,
    status: int = 200,
    problems: dict[str, str] | None = None,
    notice: str = "",
    wait: int = 0,
) -> Response:
    """The form as it was filled in, with a cookie for its proof; `wait` in seconds."""
    enough = notice or ("enough" if question.answered >= MOST_ANSWERS else "")
    told = {"question": question, "entry": entry, "problems": problems or {}, "notice": enough, "longest": LONGEST}
    told |= {"wait_minutes": math.ceil(wait / 60), "pictures": MOST if visit.office.keep_photo else 0}
    response = visit.show("answer.html", status, **told)
    if wait:
        response.headers["retry-after"] = str(wait)
    if visit.new:
        write_cookie(response, visit.office, visit.nonce)
    return response


def _turnstiles(request: Request) -> tuple[Turnstile, Turnstile]:
    return request.app.state.turnstile, request.app.state.answers
