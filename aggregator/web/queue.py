"""The queue: reports as this viewer may see them, narrowed by filters."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from aggregator.rules.status import STATES
from aggregator.store.queue import Filters
from aggregator.web.session import SignedIn, Visit, genuine_form

router = APIRouter(prefix="/antrean", dependencies=[Depends(genuine_form)])

PER_PAGE = 50


class Narrowing(BaseModel):
    """The filters that may stand in an address: codes only, never words."""

    status: Annotated[str, Field(max_length=20)] = ""
    perangkat: Annotated[str, Field(max_length=50)] = ""
    kategori: Annotated[str, Field(max_length=50)] = ""
    tempat: Annotated[str, Field(max_length=20)] = ""
    telat: Literal["", "1"] = ""
    hal: Annotated[int, Field(ge=1, le=1000)] = 1

    def address(self, **changed: Any) -> str:
        """The address of the queue under these filters, some of them changed; its first page unless one is named."""
        filters = {name: getattr(self, name) for name in Narrowing.model_fields if name != "hal"}
        given = {name: value for name, value in (filters | changed).items() if value}
        return f"/antrean?{urlencode(given)}" if given else "/antrean"


class Search(Narrowing):
    """The form: the filters, and words, which may hold a name and so are posted."""

    words: Annotated[str, Field(max_length=100)] = ""
    place_words: Annotated[str, Field(max_length=100)] = ""


@router.get("")
def listed(visit: SignedIn, narrowing: Annotated[Narrowing, Query()]) -> Response:
    """The queue under the filters of the address."""
    return _shown(visit, Search(**narrowing.model_dump()))


@router.post("")
def searched(visit: SignedIn, form: Annotated[Search, Form()]) -> Response:
    """The form was sent: on to an address that can be kept, unless words were searched or a place must be chosen."""
    places = visit.office.places(form.place_words) if form.place_words.strip() else []
    if len(places) == 1:
        form.tempat, places = places[0][0], []
    if form.words.strip() or places or (form.place_words.strip() and not form.tempat):
        return _shown(visit, form, places)
    return RedirectResponse(form.address(), status_code=303)


def _shown(visit: Visit, search: Search, places: list[tuple[str, str]] | None = None) -> Response:
    rows = visit.office.store.queue(visit.viewer, _filters(visit, search), limit=search.hal * PER_PAGE + 1)
    counts = visit.office.store.queue_counts(visit.viewer)
    return visit.show(
        "queue.html",
        reports=rows[(search.hal - 1) * PER_PAGE : search.hal * PER_PAGE],
        more=len(rows) > search.hal * PER_PAGE,
        counts={status: counts.get(status, 0) for status in STATES},
        search=search,
        places=places,
        place_name=visit.office.place_name(search.tempat) if search.tempat else "",
    )


def _filters(visit: Visit, search: Search) -> Filters:
    return Filters(
        statuses=(search.status,) if search.status in STATES else (),
        unit=search.perangkat,
        category=search.kategori,
        location=search.tempat,
        words=search.words.strip(),
        late_at=visit.office.clock() if search.telat else None,
    )
