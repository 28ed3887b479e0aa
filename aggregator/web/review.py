"""Review of harvested messages: the list, one finding, and the decision on it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import RedirectResponse

from aggregator.rules.report import parse_code
from aggregator.store.filing import Filed
from aggregator.store.lookup import UnknownCodeError
from aggregator.store.reviewing import FindingView
from aggregator.web.correcting import Corrected, as_read, correction, place_choices
from aggregator.web.errors import BadEntryError
from aggregator.web.session import Reviewer, Visit, genuine_form

router = APIRouter(prefix="/tinjau", dependencies=[Depends(genuine_form)])

PER_PAGE = 30
NEIGHBOURS_WITHIN = 500
UNDECIDED = ("waiting", "set_aside")

Tab = Literal["waiting", "set_aside", "accepted", "refused"]
Deed = Literal["accepted", "joined", "refused", "noted", "known", "allowed"]


@router.get("")
def listed(
    visit: Reviewer,
    status: Tab = "waiting",
    hal: Annotated[int, Query(ge=1, le=1000)] = 1,
    sudah: Deed | None = None,
) -> Response:
    """One tab's findings, danger first, a page at a time."""
    findings = visit.office.store.findings(visit.viewer, status, limit=hal * PER_PAGE + 1)
    return visit.show(
        "review.html",
        findings=findings[(hal - 1) * PER_PAGE : hal * PER_PAGE],
        counts=visit.office.store.finding_counts(visit.viewer),
        tab=status,
        page=hal,
        more=len(findings) > hal * PER_PAGE,
        done=sudah,
        may_note=visit.office.noter is not None,
    )


@router.get("/{identity}")
def one(visit: Reviewer, identity: int, sudah: Deed | None = None) -> Response:
    """One finding beside the reports that it is probably about."""
    finding = _finding(visit, identity)
    visit.office.store.look_at_media(finding.turn_id, visit.office.clock())
    return _shown(visit, finding, as_read(finding.reading), done=sudah)


@router.post("/{identity}")
def looked_up(visit: Reviewer, identity: int, form: Annotated[Corrected, Form()]) -> Response:
    """The same page with the places that were looked up; what else was filled in stays. For browsers without scripts."""
    return _shown(visit, _finding(visit, identity), form)


@router.post("/{identity}/tempat")
def places(visit: Reviewer, identity: int, form: Annotated[Corrected, Form()]) -> Response:
    """Only the choices of place, for htmx."""
    finding = _finding(visit, identity)
    choices = place_choices(visit.office, finding.reading, form)
    return visit.show("places.html", choices=choices, form=form)


@router.post("/{identity}/terima")
def accept(visit: Reviewer, identity: int, form: Annotated[Corrected, Form()]) -> Response:
    """File it, corrected, into the report that was chosen or by rule; on to the next one."""
    finding = _finding(visit, identity)
    changed = correction(visit.office, finding.reading, form)
    into = _chosen_report(visit, form)
    onward = _neighbours(visit, finding)[1]
    filed: Filed = visit.office.desk.accept(visit.viewer, identity, changed, into)
    return _on(onward, "joined" if filed.joined else "accepted")


@router.post("/{identity}/tolak")
def refuse(
    visit: Reviewer,
    identity: int,
    kind: Annotated[str, Form(max_length=40)],
    words: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Decide that it is no report, with the reason; on to the next one."""
    finding = _finding(visit, identity)
    reason = ": ".join(part for part in (kind.strip(), words.strip()) if part)
    if not reason:
        raise BadEntryError("no_reason")
    onward = _neighbours(visit, finding)[1]
    visit.office.desk.refuse(visit.viewer, identity, reason)
    return _on(onward, "refused")


@router.post("/{identity}/longgarkan")
def allow(visit: Reviewer, identity: int) -> Response:
    """Let whoever wrote it write more than the limit for a day."""
    _finding(visit, identity)
    visit.office.store.allow(visit.viewer, identity, visit.office.clock())
    return RedirectResponse(f"/tinjau/{identity}?sudah=allowed", status_code=303)


def _finding(visit: Visit, identity: int) -> FindingView:
    finding = visit.office.store.finding(visit.viewer, identity)
    if finding is None:
        raise UnknownCodeError(UnknownCodeError.__doc__)
    return finding


def _shown(visit: Visit, finding: FindingView, form: Corrected, **context: Any) -> Response:
    undecided = finding.state in UNDECIDED
    before, after = _neighbours(visit, finding)
    suggestions = visit.office.desk.suggestions(visit.viewer, finding.id) if undecided else []
    return visit.show(
        "finding.html",
        finding=finding,
        form=form,
        undecided=undecided,
        choices=place_choices(visit.office, finding.reading, form),
        suggestions=suggestions,
        before=before,
        after=after,
        leave=visit.office.store.leave_of(finding.contact_id, visit.office.clock()),
        answered=visit.office.store.answered(visit.viewer, finding.id),
        files=visit.office.store.files_of_finding(visit.viewer, finding.id),
        # A unit never learns who wrote, not even the inspectorate's.
        author=finding.author if visit.viewer.role != "unit_admin" else "",
        **{"done": None, **context},
    )


def _neighbours(visit: Visit, finding: FindingView) -> tuple[int | None, int | None]:
    """The findings before and after this one in its tab."""
    listed = visit.office.store.findings(visit.viewer, finding.state, limit=NEIGHBOURS_WITHIN)
    order = [other.id for other in listed]
    if finding.id not in order:
        return None, None
    here = order.index(finding.id)
    return (order[here - 1] if here else None), (order[here + 1] if here + 1 < len(order) else None)


def _chosen_report(visit: Visit, form: Corrected) -> str:
    """The code of the report to join, or ""; raises UnknownCodeError where this viewer may not see it."""
    code = form.into
    if form.into_typed.strip() and not code:
        code = parse_code(form.into_typed, visit.office.prefix) or form.into_typed
    return str(visit.office.store.report(visit.viewer, code).code) if code else ""


def _on(onward: int | None, done: Deed) -> Response:
    page = f"/tinjau/{onward}" if onward is not None else "/tinjau"
    return RedirectResponse(f"{page}?sudah={done}", status_code=303)
