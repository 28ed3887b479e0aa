"""Settings: who may sign in to the console, and whether replies leave."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from aggregator.web.errors import BadEntryError
from aggregator.web.passwords import MIN_LENGTH, hash_password
from aggregator.web.session import Administrator, genuine_form

router = APIRouter(prefix="/pengaturan", dependencies=[Depends(genuine_form)])

ROLES = ("reviewer", "unit_admin", "administrator")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")

Word = Annotated[str, Form(max_length=100)]


@router.get("")
def listed(visit: Administrator) -> Response:
    """All accounts, and the form for another."""
    store = visit.office.store
    waiting = sum(count for (_, state), count in store.reply_figures().items() if state == "owed")
    shown = {"accounts": store.accounts(), "roles": ROLES, "min_length": MIN_LENGTH, "waiting": waiting}
    return visit.show("settings.html", **shown)


@router.post("/akun")
def add(visit: Administrator, login: Word, name: Word, role: Word, password: Word, unit: Word = "") -> Response:
    """Make an account; the unit counts only for a unit's admin."""
    office = visit.office
    if not _LOGIN.fullmatch(login) or not name.strip() or role not in ROLES:
        raise BadEntryError("bad_login")
    if len(password) < MIN_LENGTH:
        raise BadEntryError("short_password")
    if role == "unit_admin" and unit not in office.units:
        raise BadEntryError("no_unit")
    own_unit = unit if role == "unit_admin" else ""
    office.store.add_account(login, name.strip(), role, own_unit, hash_password(password), office.clock())
    return RedirectResponse("/pengaturan", status_code=303)


@router.post("/akun/tutup")
def disable(visit: Administrator, login: Word) -> Response:
    """Shut an account and end its sessions; not one's own, so that somebody is left."""
    if visit.account is not None and login == visit.account.login:
        raise BadEntryError("own_account")
    visit.office.store.disable_account(login)
    return RedirectResponse("/pengaturan", status_code=303)


@router.post("/pengiriman")
def switch_sending(visit: Administrator, to: Annotated[Literal["stop", "go_on"], Form()]) -> Response:
    """Stop all sending, or let it go on; what waited then leaves in its order."""
    office = visit.office
    if to == "stop":
        office.store.stop_sending(visit.viewer.name, office.clock())
    else:
        office.store.go_on_sending(office.clock())
        office.stored()
    return RedirectResponse("/pengaturan", status_code=303)
