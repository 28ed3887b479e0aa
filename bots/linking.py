"""The case of the dialogue in which somebody follows a link of ours and takes over what was filed from their comment."""

from __future__ import annotations

from dataclasses import replace

from bots.exchange import Step
from bots.finishing import WORDS_WITHIN
from bots.handshake import Handshake, Link
from bots.hearing import consent
from bots.memory import Dialogue, LastFiled
from bots.scene import Scene

CONSENT = "2026-11"
"""The version of the words of consent (`link_consent`); raise it whenever they change."""


def link_meant(state: Dialogue, button: str) -> str:
    """The number of the link that a pressed button, or else the question that stands open, is about; "" for none."""
    question, _, rest = button.partition(":")
    if button:
        return rest.partition(":")[2] if question == "link" else ""
    return state.subject if state.asked == "link" else ""


def linked(scene: Scene) -> Step | None:
    """A link followed, or yes or no to the question whether to take over what it leads to."""
    if scene.known.followed:
        return _followed(scene)
    yes = _answer(scene)
    if yes is None:
        return None
    free, link = _answered(scene), scene.known.link
    if link is None or (link.taken and not yes):
        return free.remind("choice_gone")
    return _taken(free, link) if yes else free.remind("link_declined", None, (Handshake("declined", link.number),))


def _followed(scene: Scene) -> Step:
    """Show what the link leads to, and ask; one that leads nowhere here is told so, whatever the cause."""
    link = scene.known.link
    if link is None:
        return _answered(scene).remind("link_gone+tell_problem", None, (Handshake("missed"),))
    if link.taken:
        return scene.remind("link_taken+follow", {"code": link.code})
    told = {"line": link.line, "category": link.category, "place": link.place}
    wishes = (Handshake("opened", link.number),)
    return scene.end("link_ask+link_consent+yes_or_no", told, wishes, asked="link", subject=link.number, until=None)


def _taken(scene: Scene, link: Link) -> Step:
    """It is theirs; what they say next is added to it, unless a draft waits for something."""
    told = {"code": link.code}
    wishes = () if link.taken else (Handshake("taken", link.number, CONSENT),)
    if link.taken or scene.state.draft is not None:
        return scene.remind("link_taken+follow", told, wishes)
    filed = LastFiled(link.code, scene.now, link.category_code, link.location)
    more = {"filed": filed, "asked": "detail", "subject": link.code, "until": scene.now + WORDS_WITHIN}
    return scene.end("link_taken+follow+ask_detail", told, wishes, **more)


def _answer(scene: Scene) -> bool | None:
    """Yes or no; None for what is no answer to the question: a mere "ok" is no consent."""
    if scene.heard.button:
        question, _, rest = scene.heard.button.partition(":")
        answer = rest.partition(":")[0]
        return answer == "yes" if question == "link" and answer in {"yes", "no"} else None
    return consent(scene.heard.text) if scene.state.asked == "link" else None


def _answered(scene: Scene) -> Scene:
    """The scene once the question about a link is answered: a draft's question returns."""
    if scene.state.asked != "link":
        return scene
    asked = scene.state.draft.question if scene.state.draft else ""
    return replace(scene, state=replace(scene.state, asked=asked, subject=""))
