"""The public pages: how to report, and what became of a submission, by its code alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from aggregator.rules.elsewhere import FORM
from aggregator.rules.report import parse_code
from aggregator.web.progress import steps
from aggregator.web.session import Anyone, genuine_form

router = APIRouter(dependencies=[Depends(genuine_form)])


@router.get("/")
def landing(visit: Anyone) -> Response:
    """How to report, and the form for a code."""
    return visit.show("landing.html")


@router.get("/lacak")
def ask_code(visit: Anyone, kode: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The form for a code; one that was typed goes on to its own page."""
    if not kode.strip():
        return visit.show("track.html", wrong=False)
    code = parse_code(kode, visit.office.prefix)
    return RedirectResponse(f"/lacak/{code}", status_code=303) if code else visit.show("track.html", 404, wrong=True)


@router.get("/lacak/{kode}")
def track(visit: Anyone, kode: str, terjawab: bool = False) -> Response:
    """State, dates, unit and public answers of a submission; no text and no identity (contract: code)."""
    code = parse_code(kode, visit.office.prefix)
    submission = visit.office.store.submission(code) if code else None
    if submission is None:
        return visit.show("track.html", 404, wrong=True)
    status = "withdrawn" if submission.withdrawn_at else submission.status
    told = visit.office.store.public_answers(submission.report_id)
    shown = submission.visibility != "rahasia" and not submission.supervised
    voices = visit.office.store.public_voices([submission.report_id])[submission.report_id] if shown else 0
    return visit.show(
        "tracked.html",
        submission=submission,
        voices=voices,
        status=status,
        unit=visit.office.units.get(submission.unit),
        steps=steps(status, told),
        may_answer=submission.channel == FORM and status == "needs_info",
        answered=terjawab,
        answers=[event for event in told if event.kind == "moved" and event.note],
    )
