"""The channel page: how well each channel hears and speaks, told in one sentence first, and a button to look again."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from aggregator.store.channel_view import ChannelView
from aggregator.web.session import NotYoursError, SignedIn, Visit, genuine_form

router = APIRouter(prefix="/pengaturan/kanal", dependencies=[Depends(genuine_form)])

ALWAYS = ("telegram", "whatsapp", "facebook", "instagram", "sms")
"""The channels that are shown even where they are not in use."""


def _keeper(visit: SignedIn) -> Visit:
    if not visit.keeps_channels:
        raise NotYoursError(NotYoursError.__doc__)
    return visit


Keeper = Annotated[Visit, Depends(_keeper)]


@router.get("")
def shown(visit: Keeper, sudah: Literal["diperiksa"] | None = None) -> Response:
    """A card for each channel, those in trouble first."""
    office = visit.office
    known = {view.channel: view for view in office.store.channel_states(office.clock())}
    views = [known.get(name) or ChannelView(name) for name in dict.fromkeys((*ALWAYS, *sorted(known)))]
    return visit.show(
        "channels.html",
        views=sorted(views, key=lambda view: _rank(view, office.channels)),
        used=office.channels,
        checkable=office.check_channels is not None,
        done=sudah is not None,
    )


@router.post("/periksa")
async def look_again(visit: Keeper) -> Response:
    """Have every channel in use checked now; the page waits for it."""
    if visit.office.check_channels is not None:
        await visit.office.check_channels()
    return RedirectResponse("/pengaturan/kanal?sudah=diperiksa", status_code=303)


def _rank(view: ChannelView, used: tuple[str, ...]) -> int:
    """Where a card stands: in trouble, in use, known of, not in use."""
    if view.state in ("deaf", "mute", "ailing"):
        return 0
    return 1 if view.channel in used else 3 if view.state == "unknown" else 2
