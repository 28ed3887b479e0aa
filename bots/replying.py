"""The cases of the dialogue in which words belong to something said before: a reply to a message of ours, an edit."""

from __future__ import annotations

from bots.drafting import added, as_words, maybe_report, scolds
from bots.exchange import Step
from bots.filing import is_danger, told_where
from bots.hearing import bare_place, command
from bots.scene import Scene
from bots.tongues import foreign
from bots.wishes import Answer, ToPerson


def replied(scene: Scene) -> Step | None:
    """A reply to a message about an own submission reaches its officer; a complaint of another kind does not belong there."""
    one, filed = scene.known.replied, scene.state.filed
    if one is None or scene.state.asked == "where" or (filed and filed.code == one.code and filed.fresh(scene.now)):
        return None
    if _another_complaint(scene, one.category) or scolds(scene):
        return None
    words, told = as_words(scene), {"code": one.code}
    if is_danger(scene.read):
        return scene.remind("danger+added", told, (Answer(one.code, words), ToPerson(words, one.code)))
    done = any(own.code == one.code and own.reopen == "may" for own in scene.known.finished)
    return scene.remind("added+unhappy" if done else "added", told, (Answer(one.code, words),))


def revised(scene: Scene) -> Step | None:
    """An edit of what was read before and filed nowhere: the draft has it, or the officer who reads that language; what tells
    nothing new is not answered.
    """
    heard, draft = scene.heard, scene.state.draft
    if not heard.before or (draft is not None and draft.text == heard.before):
        return None
    if foreign(heard.before) and not is_danger(scene.read):
        return scene.end("", None, (ToPerson(as_words(scene)),))
    told = maybe_report(scene) or is_danger(scene.read) or command(heard.text) is not None
    return None if told else scene.end()


def asked_by_officer(scene: Scene) -> Step | None:
    """What answers an officer's question is added to the submission that it is about."""
    one, filed = next((own for own in scene.known.own if own.status == "needs_info"), None), scene.state.filed
    if one is None or _another_complaint(scene, one.category) or scolds(scene):
        return None
    return None if filed is not None and filed.fresh(scene.now) else added(scene, one.code)


def _another_complaint(scene: Scene, category: str) -> bool:
    """Whether a turn is a whole complaint of another kind."""
    read = scene.read
    other = read.is_report and scene.category != category and not bare_place(scene.heard.text)
    return other and told_where(read, scene.heard.point, scene.known.home)
