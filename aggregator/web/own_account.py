"""One's own account: a new password, which ends all other sessions."""

from __future__ import annotations

import logging
import math
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from aggregator.web.passwords import MIN_LENGTH, Throttle, hash_password, is_right
from aggregator.web.session import NotSignedInError, SignedIn, Visit, fresh_nonce, genuine_form, write_cookie

router = APIRouter(prefix="/pengaturan/sandi", dependencies=[Depends(genuine_form)])
log = logging.getLogger("elapor")

LONGEST = 100
"""Characters; the same as where an account is made."""

Secret = Annotated[str, Form(max_length=1000)]


@router.get("")
def ask(visit: SignedIn, sudah: bool = False) -> Response:
    """The form."""
    return _form(visit, done=sudah)


@router.post("")
def change(visit: SignedIn, old: Secret = "", new: Secret = "", again: Secret = "") -> Response:
    """Change the password of whoever is signed in: 422 saying what is wrong, 429 after too many wrong old ones."""
    account, office = visit.account, visit.office
    if account is None:
        raise NotSignedInError(NotSignedInError.__doc__)
    throttle: Throttle = visit.request.app.state.throttle
    address = visit.request.client.host if visit.request.client else ""
    wait = throttle.wait(account.login, address)
    if wait:
        return _form(visit, 429, wait_minutes=math.ceil(wait.total_seconds() / 60))
    if not is_right(old, account.password):
        throttle.note_wrong(account.login, address)
        return _form(visit, 422, {"old": "Kata sandi lama tidak cocok."})
    if problems := _problems(old, new, again):
        return _form(visit, 422, problems)
    office.store.set_password(account.login, hash_password(new), office.clock())
    log.info("account %d: password changed by its owner", account.id)
    response = RedirectResponse("/pengaturan/sandi?sudah=1", status_code=303)
    write_cookie(response, office, fresh_nonce(), office.store.account(account.login))
    return response


def _problems(old: str, new: str, again: str) -> dict[str, str]:
    """What is wrong with the new password, by field."""
    if len(new) < MIN_LENGTH:
        return {"new": f"Terlalu pendek: {len(new)} karakter. Sedikitnya {MIN_LENGTH}."}
    if len(new) > LONGEST:
        return {"new": f"Terlalu panjang. Paling banyak {LONGEST} karakter."}
    if new == old:
        return {"new": "Sama dengan yang lama. Pilih kata sandi lain."}
    return {"again": "Tidak sama dengan kata sandi baru di atas. Ketik sekali lagi."} if again != new else {}


def _form(
    visit: Visit,
    status: int = 200,
    problems: dict[str, str] | None = None,
    *,
    wait_minutes: int = 0,
    done: bool = False,
) -> Response:
    told = {"problems": problems or {}, "wait_minutes": wait_minutes, "done": done}
    response = visit.show("password.html", status, **told, min_length=MIN_LENGTH, longest=LONGEST)
    if wait_minutes:
        response.headers["retry-after"] = str(60 * wait_minutes)
    return response
