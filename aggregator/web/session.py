"""Who is looking: the signed cookie, the proof that a form is ours, and the Visit that a page is shown in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer

from aggregator.rules.report import Role, Viewer
from aggregator.store.people import AccountView
from aggregator.web.office import Office
from aggregator.web.pages import Pages
from aggregator.web.switching import sending_of

COOKIE = "elapor_sesi"
LASTS = timedelta(hours=12)
"""A working day; then one signs in again."""


class NotSignedInError(Exception):
    """The page is for people who have signed in."""


class NotYoursError(Exception):
    """The page is for another role."""


class ForgedFormError(Exception):
    """The form doesn't carry the proof that this session's page holds."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the office, whose page it is, and what a form of it must carry."""

    request: Request
    office: Office
    pages: Pages
    nonce: str
    account: AccountView | None = None
    new: bool = False
    """Without a cookie of ours that still holds: whoever shows a form writes one."""

    @property
    def viewer(self) -> Viewer:
        """Whom the store's queries answer; raises NotSignedInError for the public."""
        if self.account is None:
            raise NotSignedInError(NotSignedInError.__doc__)
        return Viewer(cast("Role", self.account.role), self.account.unit, self.account.name or self.account.login)

    @property
    def keeps_channels(self) -> bool:
        """Whether the channel page, and the line that a channel is in trouble, are for this visitor."""
        return self.account is not None and self.account.role in ("reviewer", "administrator")

    @property
    def proof(self) -> str:
        """What every POST form of this session carries."""
        return proof_of(self.office, self.nonce)

    def show(self, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
        """Render a page for this visitor."""
        context |= {"account": self.account, "proof": self.proof, "path": self.request.url.path}
        context["may_review"] = self.account is not None and self.office.may_review(self.viewer)
        context["troubled"] = self.office.store.troubled_channels() if self.keeps_channels else []
        context["sending"] = sending_of(self.office) if self.account is not None else None
        return self.pages.show(template, status, **context)


def visit(request: Request) -> Visit:
    """The visit of anyone; with an account where the cookie names one that is alive."""
    office: Office = request.app.state.office
    pages: Pages = request.app.state.pages
    known = _read_cookie(request, office)
    account = office.store.account(known["login"]) if known.get("login") else None
    if account is not None and (account.disabled or account.epoch != known.get("epoch")):
        account = None
    return Visit(request, office, pages, known.get("nonce") or fresh_nonce(), account, new=not known)


Anyone = Annotated[Visit, Depends(visit)]


def _signed_in(visit: Anyone) -> Visit:
    if visit.account is None:
        raise NotSignedInError(NotSignedInError.__doc__)
    return visit


SignedIn = Annotated[Visit, Depends(_signed_in)]


def _reviewer(visit: SignedIn) -> Visit:
    if not visit.office.may_review(visit.viewer):
        raise NotYoursError(NotYoursError.__doc__)
    return visit


def _administrator(visit: SignedIn) -> Visit:
    if visit.viewer.role != "administrator":
        raise NotYoursError(NotYoursError.__doc__)
    return visit


Reviewer = Annotated[Visit, Depends(_reviewer)]
Administrator = Annotated[Visit, Depends(_administrator)]


async def genuine_form(request: Request) -> None:
    """Refuse a POST without this session's proof (a forged form): a dependency of every router with pages."""
    if request.method in ("GET", "HEAD"):
        return
    office: Office = request.app.state.office
    nonce = _read_cookie(request, office).get("nonce", "")
    given = str((await request.form()).get("proof", ""))
    expected = proof_of(office, nonce)
    if not nonce or not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForgedFormError(ForgedFormError.__doc__)


def fresh_nonce() -> str:
    """What makes one session's forms differ from another's."""
    return secrets.token_urlsafe(16)


def write_cookie(response: Response, office: Office, nonce: str, account: AccountView | None = None) -> None:
    """Set the signed cookie: the nonce, and who signed in with the epoch that ends sessions."""
    content = {"nonce": nonce} | ({"login": account.login, "epoch": account.epoch} if account else {})
    response.set_cookie(
        COOKIE,
        str(_signer(office).dumps(content)),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=office.secure_cookies,
    )


def _read_cookie(request: Request, office: Office) -> dict[str, Any]:
    try:
        content = _signer(office).loads(request.cookies.get(COOKIE, ""), max_age=int(LASTS.total_seconds()))
    except BadSignature:
        return {}
    return content if isinstance(content, dict) else {}


def _signer(office: Office) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(office.cookie_key, salt="sesi")


def proof_of(office: Office, nonce: str) -> str:
    """What the forms of a session with this nonce carry."""
    return hmac.new(office.cookie_key.encode(), b"form:" + nonce.encode(), hashlib.sha256).hexdigest()
