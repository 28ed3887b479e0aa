"""What went wrong, as an honest page that says what to do next."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from aggregator.rules.status import MoveRefusedError
from aggregator.store.lookup import CannotJoinError, UnknownCodeError
from aggregator.store.people import LoginTakenError
from aggregator.store.reviewing import DecidedError
from aggregator.web.guard import security_headers
from aggregator.web.pages import Pages
from aggregator.web.session import ForgedFormError, NotSignedInError, NotYoursError, visit


class BadEntryError(Exception):
    """What was filled in is not valid; `kind` names which words of error.html say so."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


_TOLD: dict[type[Exception], tuple[int, str]] = {
    UnknownCodeError: (404, "unknown_code"),
    MoveRefusedError: (409, "move_refused"),
    DecidedError: (409, "decided"),
    CannotJoinError: (409, "cannot_join"),
    LoginTakenError: (409, "login_taken"),
    NotYoursError: (403, "not_yours"),
    ForgedFormError: (403, "forged_form"),
    RequestValidationError: (400, "bad_entry"),
}
_BY_STATUS = {404: "not_found", 405: "not_found", 413: "too_long"}


def add_error_pages(app: FastAPI) -> None:
    """Answer every error with a page."""
    for error in _TOLD:
        app.add_exception_handler(error, _tell)
    app.add_exception_handler(BadEntryError, _tell_entry)
    app.add_exception_handler(HTTPException, _tell_status)
    app.add_exception_handler(NotSignedInError, _ask_to_sign_in)
    app.add_exception_handler(Exception, _tell_our_fault)


def _tell(request: Request, error: Exception) -> Response:
    status, kind = _TOLD[type(error)]
    allowed = error.allowed if isinstance(error, MoveRefusedError) else ()
    why = str(error) if isinstance(error, CannotJoinError) and str(error) != CannotJoinError.__doc__ else ""
    return _page(request, status, kind, allowed=allowed, why=why)


def _tell_entry(request: Request, error: Exception) -> Response:
    return _page(request, 400, error.kind if isinstance(error, BadEntryError) else "bad_entry")


def _tell_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _page(request, status, _BY_STATUS.get(status, "bad_entry"))


def _tell_our_fault(request: Request, error: Exception) -> Response:
    """The database itself may be what failed, so nothing is asked of it here."""
    del error
    pages: Pages = request.app.state.pages
    response = pages.show("error_alone.html", 500)
    response.raw_headers.extend(security_headers(request.url.path))  # answered outside the Guard
    return response


def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    """A page goes on to signing in and comes back; a form's entry is lost, and that is said by the sign-in page."""
    del error
    onward = f"?lanjut={quote(request.url.path)}" if request.method == "GET" else ""
    return RedirectResponse(f"/masuk{onward}", status_code=303)


def _page(request: Request, status: int, kind: str, **context: Any) -> Response:
    return visit(request).show("error.html", status, kind=kind, **{"allowed": (), "why": "", **context})
