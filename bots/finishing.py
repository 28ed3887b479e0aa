"""The cases of the dialogue once a complaint is done: how satisfied its author is, and having it reopened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bots import wording
from bots.base import Button
from bots.drafting import as_words, consider
from bots.exchange import Finished, Step
from bots.filing import is_danger
from bots.hearing import begins_reopening, command, rating
from bots.memory import Draft, Question
from bots.scene import Scene
from bots.wishes import Answer, Rate, Remark, Reopen, ToPerson

WORDS_WITHIN = timedelta(hours=6)
"""How long what is written may be the words that were asked for beside a rating or a reopening."""

_OPTIONAL: tuple[Question, ...] = ("remark", "why", "detail")
_UNHAPPY = 2
"""The rating up to which somebody is told how to have it reopened."""


def lapsed(scene: Scene) -> Scene:
    """The scene once a question that needs no answer was left open too long: a draft's question returns."""
    state, draft = scene.state, scene.state.draft
    if draft and draft.follows and not (draft.text or draft.photos) and draft.since and _late(scene, draft.since):
        state = replace(state, draft=None, asked="" if state.asked == "problem" else state.asked)
        return replace(scene, state=state)
    if state.until is None or (state.asked in _OPTIONAL and scene.now <= state.until):
        return scene
    if state.asked not in _OPTIONAL:
        return replace(scene, state=replace(state, until=None))
    asked = state.draft.question if state.draft else ""
    return replace(scene, state=replace(state, asked=asked, subject="", until=None))


def rated(scene: Scene) -> Step | None:
    """A rating: pressed, NILAI, or a bare number where nothing else can be meant by it."""
    if scene.heard.button:
        question, _, rest = scene.heard.button.partition(":")
        chosen, _, code = rest.partition(":")
        return _rate(scene, _finished(scene, code), rating(chosen)) if question == "rate" else None
    stars, waiting = rating(scene.heard.text), [one for one in scene.known.finished if one.asked and not one.rated]
    if not stars:
        return None
    if command(scene.heard.text) == "rate":
        if scene.known.named_code:
            return _rate(scene, _finished(scene, scene.known.named_code), stars)
    elif not waiting or _may_mean_else(scene):
        return None
    if len(waiting) > 1:
        return scene.remind("rate_which", {"lines": _lines(waiting)})
    return _rate(scene, waiting[0] if waiting else None, stars)


def reopened(scene: Scene) -> Step | None:
    """BUKA LAGI, BELUM SELESAI, with or without the reason; or the button."""
    if scene.heard.button:
        question, _, code = scene.heard.button.partition(":")
        free = scene.without_confirmation()
        return _reopen(free, _finished(scene, code), "") if question == "reopen" else None
    whole = command(scene.heard.text) == "reopen"
    if not begins_reopening(scene.heard.text) or is_danger(scene.read):
        return None
    one, several = _meant(scene)
    if one is not None and not whole and _of_another_kind(scene, one):
        return None
    if several:
        return scene.without_confirmation().remind("reopen_which", {"lines": _lines(several)})
    if one is None:
        return scene.without_confirmation().remind("reopen_none") if whole and not scene.known.named_code else None
    return _reopen(scene.without_confirmation(), one, "" if whole else as_words(scene))


def worded(scene: Scene) -> Step | None:
    """The words that were asked for beside a rating, or after reopening; another complaint is no such words."""
    asked, code = scene.state.asked, scene.state.subject
    if asked not in _OPTIONAL or is_danger(scene.read) or (scene.read.is_report and _elsewhere(scene, code)):
        return None
    if asked != "remark":
        wish = (Answer(code, as_words(scene)),)
        return scene.end("added", {"code": code}, wish, asked="", subject="", until=None)
    if not scene.heard.text or rating(scene.heard.text):
        return None
    wishes = (Remark(code, scene.heard.text),)
    return scene.end("remarked", None, wishes, asked="", subject="", until=None)


def _rate(scene: Scene, one: Finished | None, stars: int) -> Step:
    """Keep a rating, and ask for a line of words unless a draft waits for something."""
    if one is None or one.rated or not stars:
        return scene.remind("choice_gone")
    told = {"code": one.code, "stars": wording.render(f"label_rate_{stars}", {}, scene.state.language)}
    wishes, unhappy = (Rate(one.code, stars),), stars <= _UNHAPPY and one.reopen == "may"
    key = "rated+unhappy" if unhappy else "rated"
    if scene.state.draft is not None or scene.state.asked:
        return _with_button(scene.remind(key, told, wishes), one, unhappy=unhappy)
    open_until = {"subject": one.code, "until": scene.now + WORDS_WITHIN}
    return _with_button(
        scene.end(f"{key}+ask_remark", told, wishes, asked="remark", **open_until), one, unhappy=unhappy
    )


def _with_button(step: Step, one: Finished, *, unhappy: bool) -> Step:
    """The answer to a low rating with a button to reopen."""
    label = wording.render("label_reopen", {}, step.language)
    buttons = (Button(label, f"reopen:{one.code}", typed=False),) if unhappy else ()
    return replace(step, says=tuple(replace(say, buttons=say.buttons + buttons) for say in step.says))


def _reopen(scene: Scene, one: Finished | None, why: str) -> Step:
    """Reopen what may be; else show it to an officer, or offer a new complaint that takes it up again."""
    if one is None:
        return scene.remind("choice_gone")
    told = {"code": one.code}
    if one.reopen == "again":
        return scene.remind("reopened_before+to_person", told, (ToPerson(as_words(scene), one.code),))
    if one.reopen == "late":
        return _anew(scene, one, why)
    if why or scene.state.draft is not None:
        return scene.remind("reopened", told, (Reopen(one.code, why),))
    open_until = {"subject": one.code, "until": scene.now + WORDS_WITHIN}
    return scene.end("reopened+ask_why", told, (Reopen(one.code),), asked="why", **open_until)


def _anew(scene: Scene, one: Finished, why: str) -> Step:
    """What was done too long ago is taken up by a new complaint; a draft that waits stays as it is."""
    if scene.state.draft is not None:
        return scene.remind("reopen_late", {"code": one.code})
    draft = Draft(follows=one.code, since=scene.now)
    if not why:
        return scene.ask("problem", "reopen_late+ask_problem", {"code": one.code}, draft=draft, subject="")
    return consider(scene, replace(draft, sure=True).joined(scene.heard.text, scene.read))


def _meant(scene: Scene) -> tuple[Finished | None, list[Finished]]:
    """Which submission is to be reopened; or those among which its author must choose."""
    if scene.known.named_code:
        return _finished(scene, scene.known.named_code), []
    may = [one for one in scene.known.finished if one.reopen == "may"]
    if len(may) > 1:
        return None, may
    return next(iter(may or scene.known.finished), None), []


def _finished(scene: Scene, code: str) -> Finished | None:
    return next((one for one in scene.known.finished if one.code == code), None)


def _late(scene: Scene, since: datetime) -> bool:
    return scene.now - since > WORDS_WITHIN


def _of_another_kind(scene: Scene, one: Finished) -> bool:
    return scene.read.is_report and scene.category != one.category


def _elsewhere(scene: Scene, code: str) -> bool:
    """Whether a complaint is of another kind than the submission whose words were asked for."""
    own = {one.code: one.category for one in scene.known.own} | {one.code: one.category for one in scene.known.finished}
    return scene.category != own.get(code, "")


def _may_mean_else(scene: Scene) -> bool:
    """Whether a bare number may answer something else: a question, an officer's, or what was just filed."""
    state = scene.state
    open_question = state.asked not in ("", "remark") or state.draft is not None
    just_filed = state.filed is not None and state.filed.fresh(scene.now)
    return open_question or just_filed or any(own.status == "needs_info" for own in scene.known.own)


def _lines(finished: list[Finished]) -> str:
    return "\n".join(f"{one.code} ({one.category})" for one in finished[:5])
