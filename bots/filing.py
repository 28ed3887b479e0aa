"""Filing a draft, and the one message that confirms it: danger first, what is known already, a question last."""

from __future__ import annotations

from bots import wording
from bots.exchange import Similar, Step
from bots.joining import shown, told_of
from bots.memory import Draft, LastFiled
from bots.parting import lines, main_of, moved, other_of
from bots.scene import Scene
from bots.wishes import File
from nlu.base import Extraction

UNCLEAR_FROM = 0.08
"""Confidence from which a text that is read as no report may still be one: its author is asked."""


def is_danger(read: Extraction) -> bool:
    """Whether life or safety seems in danger now; a false alarm costs less than a missed one."""
    return read.urgency == "darurat" and (read.is_report or read.report_confidence >= UNCLEAR_FROM)


def told_where(read: Extraction, point: tuple[float, float] | None, home: str = "") -> bool:
    """Whether a place can be found by what was said; the home kabupaten alone is too wide, a question needs none."""
    if point is not None or read.report_class == "permintaan_informasi":
        return True
    location = read.location
    if location is None or location.alternatives:
        return False
    wide = location.code == home if home else location.level == "kabupaten"
    return not wide or bool(read.place)


def file(scene: Scene, draft: Draft, kept: Draft | None, place_text: str = "") -> Step:
    """File what `draft` tells under the fresh code, `kept` staying open beside it; two problems in it are filed as one, with the
    offer to make two of them. A draft without words must not come here.
    """
    code, read = scene.known.fresh_code, main_of(draft)
    told = draft.point, draft.photos, draft.visibility, place_text, draft.follows, draft.told_in
    wish = File(code, draft.text, read, *told)
    where = read.location.code if read.location and read.location.code else ""
    params = {"code": code, "category": scene.category_of(read), "place": _place_shown(scene, draft, read, place_text)}
    params["before"] = draft.follows
    lost = is_danger(read) and not place_text and not told_where(read, draft.point, scene.known.home)
    second = None if lost or kept else other_of(draft, code, place_text, scene.now)
    similar = scene.known.similar if _may_be_told(scene, draft, read, kept or second) else None
    asked = "where" if lost else "two" if second else "voice" if similar and not similar.sure else ""
    after = {
        "filed": LastFiled(code, scene.now, read.category or "", where),
        "draft": kept,
        "second": second,
        "asked": asked,
        "subject": code if asked else "",
    }
    params |= shown(similar, scene.state.language) if similar else {}
    params |= lines(scene, draft) if second else {}
    key = _confirmation(scene, draft, read, similar, lost=lost)
    return scene.remind(f"{key}+ask_two" if second else key, params, (wish, *moved(draft)), **after)


def _may_be_told(scene: Scene, draft: Draft, read: Extraction, kept: Draft | None) -> bool:
    """Whether to speak of what is known already: not to who is to stay unseen; in danger, or with a draft still open, only
    what was done and asks nothing.
    """
    similar = scene.known.similar
    if similar is None or read.supervised or draft.visibility == "rahasia":
        return False
    return similar.sure or (kept is None and not is_danger(read))


def _confirmation(scene: Scene, draft: Draft, read: Extraction, similar: Similar | None, *, lost: bool) -> str:
    """The pieces of the one message that confirms a filing; danger first, a question last."""
    about_inspectorate = "inspektorat" in draft.text.casefold()
    told = told_of(similar) if similar else ""
    pieces = (
        ("danger", is_danger(read)),
        ("filed", True),
        ("follows", bool(draft.follows)),
        ("outside", _outside(read, scene.known.home)),
        ("supervised_coordinator" if about_inspectorate else "supervised", read.supervised),
        (draft.visibility, draft.visibility != "public"),
        ("hide_offer", read.supervised and draft.visibility == "public"),
        (told, bool(similar and similar.sure)),
        ("ask_where" if lost else "follow", True),
        (told, bool(similar and not similar.sure)),
    )
    return "+".join(piece for piece, wanted in pieces if wanted)


def _outside(read: Extraction, home: str) -> bool:
    code = read.location.code if read.location else home
    return code is None or not f"{code}.".startswith(f"{home}.")


def _place_shown(scene: Scene, draft: Draft, read: Extraction, place_text: str) -> str:
    """The place as it was understood."""
    words = [part for part in (read.place, read.location.name if read.location else None) if part]
    shared = wording.render("shared_point", {}, scene.state.language) if draft.point and not words else ""
    return ", ".join(dict.fromkeys(words)) or place_text or shared
