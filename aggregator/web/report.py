"""One report: its timeline, all voices behind it, what was replied, and what a person may do with it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from aggregator.rules.preview import Preview
from aggregator.rules.report import parse_code
from aggregator.rules.status import allowed_moves
from aggregator.store.lookup import UnknownCodeError
from aggregator.web.errors import BadEntryError
from aggregator.web.progress import steps
from aggregator.web.replies import shown_replies
from aggregator.web.session import NotYoursError, SignedIn, Visit, genuine_form

router = APIRouter(prefix="/laporan", dependencies=[Depends(genuine_form)])

NOTE_NEEDED = ("needs_info", "rejected", "transferred")
"""What a citizen can do nothing with unless it says why."""

Code = Annotated[str, Form(max_length=40)]
Words = Annotated[str, Form(max_length=2000)]


@router.get("/{code}")
def one(visit: SignedIn, code: str) -> Response:
    """The report of a code: its own, a merged one's, or any of its submissions'."""
    return _page(visit, _report(visit, code))


def _page(visit: Visit, report: Any, to: str = "", note: str = "", preview: Preview | None = None) -> Response:
    """All of a report, with a move that is being prepared as it was filled in."""
    store, viewer = visit.office.store, visit.viewer
    timeline, voices = store.timeline(viewer, report.id), store.voices(viewer, report.id)
    return visit.show(
        "report.html",
        report=report,
        timeline=timeline,
        spent=store.spent(report.id),
        steps=steps(report.status, [e for e in timeline if e.kind in ("opened", "moved")]),
        voices=voices,
        likely=store.likely(viewer, voices),
        files_of=store.files_of_report(viewer, report.id),
        moves=_moves(visit, report),
        note_needed=NOTE_NEEDED,
        receivers=_receivers(visit, report),
        replies=shown_replies(store, viewer, report.id),
        may_preview=visit.office.preview is not None,
        chosen=to,
        note=note,
        preview=preview,
    )


@router.post("/{code}/pratinjau")
def preview(visit: SignedIn, code: str, to: Code = "", note: Words = "") -> Response:
    """What a move would tell whom: for htmx only that, else the whole page with it. Nothing is moved."""
    report, look = _report(visit, code), visit.office.preview
    may = look is not None and to in _moves(visit, report)
    seen = look(visit.viewer, report.code, to, note.strip()) if look is not None and may else None
    if "hx-request" in visit.request.headers:
        return visit.show("preview.html", preview=seen, chosen=to, note=note, note_needed=NOTE_NEEDED)
    return _page(visit, report, to, note, seen)


@router.post("/{code}/pindah")
def move(visit: SignedIn, code: str, to: Code, note: Words = "") -> Response:
    """Change the status; the note goes to every reporter."""
    report = _report(visit, code)
    if to in NOTE_NEEDED and not note.strip():
        raise BadEntryError("note_needed")
    visit.office.desk.move(visit.viewer, report.code, to, note.strip())
    return _back(report)


@router.post("/{code}/gabung")
def join(visit: SignedIn, code: str, other: Code) -> Response:
    """Join the report of another code into this one."""
    report, joining = _report(visit, code), _report(visit, other)
    return _back(visit.office.desk.join(visit.viewer, joining.code, report.code))


@router.post("/{code}/pisah")
def split(visit: SignedIn, code: str, submission: Code) -> Response:
    """Take one voice out; on to the report where it stands now."""
    report = _report(visit, code)
    voices = {voice["code"] for voice in visit.office.store.voices(visit.viewer, report.id)}
    if submission not in voices:
        raise UnknownCodeError(UnknownCodeError.__doc__)
    if len(voices) == 1:
        raise BadEntryError("last_voice")
    return _back(visit.office.desk.split(visit.viewer, submission))


@router.post("/{code}/pindahkan")
def regroup(visit: SignedIn, code: str, submission: Code, other: Code) -> Response:
    """Move one voice of this report into another; on to that one."""
    report, into = _report(visit, code), _report(visit, other)
    if submission not in {voice["code"] for voice in visit.office.store.voices(visit.viewer, report.id)}:
        raise UnknownCodeError(UnknownCodeError.__doc__)
    return _back(visit.office.desk.regroup(visit.viewer, submission, into.code))


@router.post("/{code}/batalkan")
def undo(visit: SignedIn, code: str, event: Annotated[int, Form()]) -> Response:
    """Take back a join, split or move that stands in this report's history."""
    report = _report(visit, code)
    if event not in {told.id for told in visit.office.store.timeline(visit.viewer, report.id)}:
        raise UnknownCodeError(UnknownCodeError.__doc__)
    return _back(visit.office.desk.undo(visit.viewer, event))


@router.post("/{code}/alih")
def assign(visit: SignedIn, code: str, unit: Code, reason: Words) -> Response:
    """Give it to another unit; an accusation only to those that may see accusations."""
    report = _report(visit, code)
    if unit not in visit.office.units or not reason.strip():
        raise BadEntryError("no_reason")
    if unit not in _receivers(visit, report):
        raise NotYoursError(NotYoursError.__doc__)
    visit.office.desk.assign(visit.viewer, report.code, unit, reason.strip())
    still_ours = visit.viewer.role != "unit_admin" or unit == visit.viewer.unit
    return _back(report) if still_ours else RedirectResponse("/antrean", status_code=303)


@router.post("/{code}/balasan/{identity}")
def settle_reply(visit: SignedIn, code: str, identity: int, to: Code) -> Response:
    """A person's word on a reply that could not be sent: answered by hand (`sent`), or try again (`owed`)."""
    report = _report(visit, code)
    known = {reply["id"] for reply in visit.office.store.outbox(report_id=report.id)}
    if identity not in known or to not in ("sent", "owed"):
        raise UnknownCodeError(UnknownCodeError.__doc__)
    visit.office.store.retry_by_hand(identity, to, visit.office.clock())
    return _back(report)


def _report(visit: Visit, typed: str) -> Any:
    """The row of a typed code; raises UnknownCodeError where there is none for this viewer."""
    code = parse_code(typed, visit.office.prefix)
    if code is None:
        raise UnknownCodeError(UnknownCodeError.__doc__)
    return visit.office.store.report(visit.viewer, code)


def _moves(visit: Visit, report: Any) -> tuple[str, ...]:
    now = visit.office.clock()
    return allowed_moves(report.status, report.came_from, closed_at=report.closed_at, now=now)


def _receivers(visit: Visit, report: Any) -> list[str]:
    """The units that may be given a report."""
    units = visit.office.supervisors if report.supervised else visit.office.units
    return [unit for unit in visit.office.units if unit in units and unit != report.unit]


def _back(report: Any) -> Response:
    return RedirectResponse(f"/laporan/{report.code}", status_code=303)
