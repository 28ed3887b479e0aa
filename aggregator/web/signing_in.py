"""Signing in and out of the console."""

from __future__ import annotations

import math
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from aggregator.store.people import AccountView
from aggregator.web.passwords import Throttle, is_right
from aggregator.web.session import COOKIE, Anyone, Visit, fresh_nonce, genuine_form, write_cookie

router = APIRouter(dependencies=[Depends(genuine_form)])

_OUR_PAGES = re.compile(r"/(tinjau|antrean|laporan|pengaturan)(/[A-Za-z0-9-]+)*")


@router.get("/masuk")
def ask(visit: Anyone, lanjut: str = "") -> Response:
    """The form; whoever has signed in goes on to the first page."""
    if visit.account is not None:
        return RedirectResponse(_next_page(visit.account, lanjut), status_code=303)
    return _form(visit, 200, lanjut)


@router.post("/masuk")
def sign_in(
    visit: Anyone,
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    lanjut: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Check a password; 429 with Retry-After once too many were wrong, 401 with the same words for every failure."""
    login = login.strip()
    address = visit.request.client.host if visit.request.client else ""
    throttle: Throttle = visit.request.app.state.throttle
    wait = throttle.wait(login, address)
    if wait:
        return _form(visit, 429, lanjut, math.ceil(wait.total_seconds()))
    known = visit.office.store.account(login)
    if not is_right(password, known.password if known else None) or known is None or known.disabled:
        throttle.note_wrong(login, address)
        return _form(visit, 401, lanjut)
    response = RedirectResponse(_next_page(known, lanjut), status_code=303)
    write_cookie(response, visit.office, fresh_nonce(), known)
    return response


@router.post("/keluar")
def sign_out() -> Response:
    """Forget who signed in on this browser."""
    response = RedirectResponse("/masuk", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def _form(visit: Visit, status: int, onward: str, wait: int = 0) -> Response:
    """The form with a cookie for its proof; `wait` in seconds."""
    response = visit.show("sign_in.html", status, onward=onward, wrong=status == 401, wait_minutes=math.ceil(wait / 60))
    if wait:
        response.headers["retry-after"] = str(wait)
    if visit.new:
        write_cookie(response, visit.office, visit.nonce)
    return response


def _next_page(account: AccountView, onward: str) -> str:
    """Where to go on: only ever a page of ours."""
    if _OUR_PAGES.fullmatch(onward):
        return onward
    return "/antrean" if account.role == "unit_admin" else "/tinjau"
