"""The conversation with a citizen as a pure machine: state, turn and what is known in; state, words and wishes out."""

from __future__ import annotations

from datetime import datetime

from bots.commands import chosen, commanded, named
from bots.drafting import add_to_filed, awaited, complaint, media_alone, unclear
from bots.exchange import Finished, Heard, Known, Say, Similar, StatusLine, Step
from bots.filing import is_danger, told_where
from bots.finishing import lapsed, rated, reopened, worded
from bots.groups import group_named
from bots.halving import halved, one_or_two
from bots.handshake import Handshake, Link
from bots.hearing import command, consent, digest_wish, insult, small_talk
from bots.hiding import wished
from bots.joining import voiced
from bots.limiting import limited
from bots.linking import link_meant, linked
from bots.memory import Dialogue
from bots.relaying import pass_on
from bots.replying import asked_by_officer, replied, revised
from bots.scene import Scene
from bots.wishes import (
    AddVoice,
    Answer,
    Digest,
    EraseMe,
    File,
    Harvest,
    Hide,
    Rate,
    Remark,
    Reopen,
    StandApart,
    Status,
    ToPerson,
    Unsay,
    Wish,
    Withdraw,
)
from nlu.base import Extraction

__all__ = [
    "AddVoice",
    "Answer",
    "Dialogue",
    "Digest",
    "EraseMe",
    "File",
    "Finished",
    "Handshake",
    "Harvest",
    "Heard",
    "Hide",
    "Known",
    "Link",
    "Rate",
    "Remark",
    "Reopen",
    "Say",
    "Similar",
    "StandApart",
    "Status",
    "StatusLine",
    "Step",
    "ToPerson",
    "Unsay",
    "Wish",
    "Withdraw",
    "answers_at_once",
    "digest_wish",
    "group_named",
    "link_meant",
    "spoken_to",
    "step",
]


def step(state: Dialogue, heard: Heard, extraction: Extraction, known: Known, now: datetime) -> Step:
    """One turn of a conversation; `now` is aware. At most one message is said."""
    scene = Scene.of(state, heard, extraction, known, now)
    if not heard.direct:
        return _in_group(scene)
    if not known.volunteer:
        return _answered(scene)
    own, passed = pass_on(scene)
    return passed.beside(_answered(own))


def answers_at_once(state: Dialogue, heard: Heard, extraction: Extraction) -> bool:
    """Whether a turn needs no waiting for more messages: a command, a choice, danger, an awaited answer, a complete complaint."""
    if heard.album or any(isinstance(one, int) for one in heard.passed):
        return is_danger(extraction)  # more of it is on its way: pictures, forwarded words, the group's name
    if heard.button or heard.passed or (heard.point and state.asked == "place"):
        return True
    if heard.text and state.asked in ("remark", "why", "detail"):
        return is_danger(extraction) or command(heard.text) is not None  # these words may come in several messages
    if heard.text and state.asked and _answers(state.asked, heard.text):
        return True
    complete = extraction.is_report and told_where(extraction, heard.point)
    return complete or is_danger(extraction) or command(heard.text) is not None


def _answers(asked: str, text: str) -> bool:
    """Whether a text may be the answer to what is asked; what may stay open is answered by few words."""
    if asked == "two":
        return one_or_two(text) is not None
    return asked not in ("voice", "link") or consent(text) is not None


def _answered(scene: Scene) -> Step:
    if scene.empty:
        return scene.end()
    scene = lapsed(scene)
    done = limited(scene) or linked(scene) or halved(scene) or voiced(scene) or rated(scene) or reopened(scene)
    return done or chosen(scene) or _otherwise(scene.without_confirmation())


def _otherwise(scene: Scene) -> Step:
    """All that is no choice between yes and no: the first case that knows what to say."""
    said = (revised, commanded, named, _small_talk, worded, replied)
    cases = (*said, awaited, wished, add_to_filed, asked_by_officer, complaint, unclear, media_alone)
    return next((step for case in cases if (step := case(scene)) is not None), None) or _chatter(scene)


def _small_talk(scene: Scene) -> Step | None:
    kind = "" if scene.has_media else small_talk(scene.heard.text)
    if kind == "":
        return None
    return scene.remind(_SMALL_TALK[kind]) if kind != "nod" else scene.end()


_SMALL_TALK = {
    "greeting": "greeting+tell_problem",
    "thanks": "thanks",
    "test": "test+tell_problem",
    "invite": "tell_problem",
    "plea": "danger+tell_problem",
}


def _chatter(scene: Scene) -> Step:
    return scene.remind("calm+tell_problem" if insult(scene.heard.text) else "chat+tell_problem")


def spoken_to(text: str) -> bool:
    """Whether words to the bot in a group are answered there: a command, a greeting, what concerns the digest."""
    spoken = command(text) or small_talk(text) in {"greeting", "invite", "test"}
    return bool(spoken) or digest_wish(text) is not None


def _in_group(scene: Scene) -> Step:
    """In a group, where all read along: no code, no detail, nothing filed; a person reviews what was said there."""
    wanted = digest_wish(scene.heard.text)
    if wanted is not None:
        said = "digest_on" if wanted else "digest_off"
        return scene.end(said, None, (Digest(wanted),)) if scene.known.leads_group else scene.end("digest_not_yours")
    if scene.read.is_report:
        return scene.end("accepted_group")
    return scene.end("help_group") if spoken_to(scene.heard.text) else scene.end()
