"""The cases of the dialogue in which words belong to something said before: a reply to a message of ours, an edit."""

from __future__ import annotations

from bots.drafting import added, as_words, is_danger, maybe_report, told_where
from bots.exchange import Answer, Step, ToPerson
from bots.hearing import bare_place, command
from bots.scene import Scene


def replied(scene: Scene) -> Step | None:
    """A reply to a message about an own submission reaches its officer; a complaint of another kind does not belong there."""
    one, filed = scene.known.replied, scene.state.filed
    if one is None or scene.state.asked == "where" or (filed and filed.code == one.code and filed.fresh(scene.now)):
        return None
    if _another_complaint(scene, one.category):
        return None
    words, told = as_words(scene), {"code": one.code}
    if is_danger(scene.read):
        return scene.remind("danger+added", told, (Answer(one.code, words), ToPerson(words, one.code)))
    done = any(own.code == one.code and own.reopen == "may" for own in scene.known.finished)
    return scene.remind("added+unhappy" if done else "added", told, (Answer(one.code, words),))


def revised(scene: Scene) -> Step | None:
    """An edit of what was read before: it goes where those words went; what tells nothing new is not answered."""
    heard, draft = scene.heard, scene.state.draft
    if not heard.before:
        return None
    if scene.known.revised:
        return scene.end("", None, (Answer(scene.known.revised, as_words(scene)),))
    told = maybe_report(scene) or is_danger(scene.read) or command(heard.text) is not None
    drafted = draft is not None and draft.text == heard.before
    return None if told or drafted else scene.end()


def asked_by_officer(scene: Scene) -> Step | None:
    """What answers an officer's question is added to the submission that it is about."""
    one = next((own for own in scene.known.own if own.status == "needs_info"), None)
    if one is None or _another_complaint(scene, one.category):
        return None
    filed = scene.state.filed
    return None if filed is not None and filed.fresh(scene.now) else added(scene, one.code)


def _another_complaint(scene: Scene, category: str) -> bool:
    """Whether a turn is a whole complaint of another kind."""
    read = scene.read
    other = read.is_report and scene.category != category and not bare_place(scene.heard.text)
    return other and told_where(read, scene.heard.point, scene.known.home)
