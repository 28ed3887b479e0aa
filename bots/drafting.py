"""The cases of the dialogue in which a complaint takes form: filed at once, completed by one question, or added to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bots.exchange import Step
from bots.filing import UNCLEAR_FROM, file, is_danger, told_where
from bots.hearing import foreign, insult, wanted_visibility
from bots.memory import Draft, LastFiled
from bots.scene import Scene
from bots.wishes import Answer, ToPerson

STALE_AFTER = timedelta(hours=6)
"""A new report that comes later than this is no answer to the draft's question."""

_MAY_WAIT = ("voice", "two")
"""Questions that stay open while something is added to what was filed."""
_PLACE_TEXT = 200
"""Characters of a place as typed."""


def awaited(scene: Scene) -> Step | None:
    """What comes while a draft's question is open completes the draft, whatever it is."""
    state, heard = scene.state, scene.heard
    if state.asked == "where":
        return _where(scene)
    if state.draft is None or not (heard.text or heard.point or heard.photos) or _another(scene):
        return None
    if state.asked == "report" and heard.text and not _maybe_report(scene):
        return None
    grown = _grown(state.draft, scene)
    if heard.text or (heard.point and state.asked == "place"):
        return _completed(scene, replace(grown, sure=grown.sure or _maybe_report(scene)))
    return scene.remind("sent_kept", draft=grown) if state.asked == "place" else scene.end(draft=grown)


def add_to_filed(scene: Scene) -> Step | None:
    """What follows soon after filing, or answers an officer's question, is added to that submission."""
    filed = scene.state.filed
    if insult(scene.heard.text) and not (scene.read.is_report or scene.has_media):
        return None
    if filed is not None and filed.fresh(scene.now):
        return None if _other_than(filed, scene) else _added(scene, filed.code, quiet=filed.thanked)
    asked_by_officer = next((own for own in scene.known.own if own.status == "needs_info"), None)
    if asked_by_officer is None:
        return None
    other = scene.read.is_report and scene.category != asked_by_officer.category
    return None if other else _added(scene, asked_by_officer.code)


def complaint(scene: Scene) -> Step | None:
    """A text that tells a report, or danger."""
    if not scene.heard.text or not (scene.read.is_report or is_danger(scene.read)):
        return None
    return consider(scene, replace(_grown(Draft(), scene), sure=True))


def unclear(scene: Scene) -> Step | None:
    """A text that may be a report: its author is asked once; in another language, a person reads it."""
    if scene.heard.text and foreign(scene.heard.text):
        return scene.end("foreign", None, (ToPerson(as_words(scene)),))
    if not scene.heard.text or not _maybe_report(scene):
        return None
    return consider(scene, _grown(Draft(), scene))


def media_alone(scene: Scene) -> Step | None:
    """A photo, a place or a voice note without a word that tells what is wrong."""
    if not scene.has_media:
        return None
    draft = _grown(scene.state.draft or Draft(), replace(scene, heard=replace(scene.heard, text="")))
    if not scene.heard.voice:
        return scene.ask("problem", "sent_kept+ask_problem", draft=draft)
    to_officer = (ToPerson(as_words(scene)),)
    if scene.state.draft is not None:
        return scene.remind("voice_kept", None, to_officer, draft=draft)
    return scene.end("voice_kept+ask_problem", None, to_officer, draft=draft, asked="problem")


def consider(scene: Scene, draft: Draft) -> Step:
    """File a draft if nothing is missing or its place was asked before, else ask for the one thing that is missing."""
    read = draft.read
    if read is None or not draft.text:
        return scene.ask("problem", "sent_kept+ask_problem", draft=draft)
    if is_danger(read):
        return _file(scene, replace(draft, sure=True))
    if not draft.sure:
        return scene.ask("report", "ask_report", draft=draft)
    if _was_asked_where(scene) or told_where(read, draft.point, scene.known.home):
        return _file(scene, draft)
    asked_now = replace(draft, since=scene.now)
    if read.location is not None and read.location.alternatives:
        return scene.ask("place", "noted+ask_which", {"name": read.location.name}, draft=asked_now)
    return scene.ask("place", "noted+ask_place", draft=asked_now)


def as_words(scene: Scene) -> str:
    """What came, as an officer reads it; media without words in brackets."""
    heard = scene.heard
    parts = [heard.text, f"[foto: {heard.photos}]" if heard.photos else "", "[pesan suara]" if heard.voice else ""]
    if heard.point:
        parts.append(f"[lokasi: {heard.point[0]:.6f}, {heard.point[1]:.6f}]")
    return " ".join(part for part in parts if part)


def _file(scene: Scene, draft: Draft) -> Step:
    """File a draft; the place that was asked for is taken as typed where nobody knows it."""
    located = draft.point is not None or (draft.read is not None and draft.read.location is not None)
    place_text = scene.heard.text[:_PLACE_TEXT] if _was_asked_where(scene) and not located else ""
    return file(scene, draft, scene.state.draft if _another(scene) else None, place_text)


def _added(scene: Scene, code: str, *, quiet: bool = False) -> Step:
    """Add what came to a submission; thanked once, danger answered and shown to an officer at once."""
    words, filed = as_words(scene), scene.state.filed
    thanked = replace(filed, thanked=True) if filed is not None and filed.code == code else filed
    answered = {} if scene.state.asked in _MAY_WAIT else {"asked": "", "subject": ""}
    if is_danger(scene.read):
        wishes = (Answer(code, words), ToPerson(words, code))
        return scene.end("danger+added", {"code": code}, wishes, filed=thanked, **answered)
    key = "" if quiet else "added"
    return scene.end(key, {"code": code}, (Answer(code, words),), filed=thanked, **answered)


def _where(scene: Scene) -> Step | None:
    """The place of a danger that is filed already."""
    filed = scene.state.filed
    other = filed is not None and _other_than(filed, scene)
    return None if other else _added(scene, scene.state.subject)


def _completed(scene: Scene, draft: Draft) -> Step:
    """A draft with more words; an edit that still lacks its place waits on without a word."""
    read = draft.read
    if scene.heard.edited and read is not None and not told_where(read, draft.point, scene.known.home):
        return scene.end(draft=draft)
    return consider(scene, draft)


def _grown(draft: Draft, scene: Scene) -> Draft:
    """A draft with what came in this turn; an edit stands in place of what was written."""
    heard = scene.heard
    before = replace(draft, text="", read=None) if heard.edited and heard.text else draft
    hidden = draft.visibility if draft.visibility != "public" else wanted_visibility(heard.text)
    return replace(
        before.joined(heard.text, scene.read),
        point=heard.point or draft.point,
        photos=draft.photos + heard.photos,
        visibility=hidden,
        since=draft.since or scene.now,
    )


def _maybe_report(scene: Scene) -> bool:
    """Whether a text is a report or may be one; a language that we don't read may tell anything."""
    read = scene.read
    return read.is_report or read.report_confidence >= UNCLEAR_FROM or foreign(scene.heard.text)


def _stale(scene: Scene) -> bool:
    draft = scene.state.draft
    return draft is not None and draft.since is not None and scene.now - draft.since > STALE_AFTER


def _another(scene: Scene) -> bool:
    """Whether a complete complaint comes so late that it can't belong to the draft: the draft is kept beside it."""
    return _stale(scene) and scene.read.is_report and told_where(scene.read, scene.heard.point, scene.known.home)


def _was_asked_where(scene: Scene) -> bool:
    """Whether the draft's place was asked and this is the answer: it is not asked again."""
    return scene.state.asked == "place" and not (_stale(scene) and scene.read.is_report)


def _other_than(filed: LastFiled, scene: Scene) -> bool:
    """Whether a turn is a complaint of its own beside what was filed: of another kind, or of another place."""
    read = scene.read
    if is_danger(read) and read.category != filed.category:
        return True
    if not read.is_report or not told_where(read, scene.heard.point, scene.known.home):
        return False
    code = read.location.code if read.location and read.location.code else ""
    near = not code or not filed.location or code.startswith(filed.location) or filed.location.startswith(code)
    return read.category != filed.category or not near
