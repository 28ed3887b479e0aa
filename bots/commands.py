"""The cases of the dialogue in which a citizen commands, chooses between yes and no, or names a code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bots.drafting import as_words, consider
from bots.exchange import StatusLine, Step
from bots.filing import is_danger
from bots.hearing import CommandName, beside_code, command, small_talk, yes_or_no
from bots.hiding import hide
from bots.memory import CONFIRMATIONS, Dialogue, Draft
from bots.scene import Scene
from bots.wishes import Answer, EraseMe, Status, ToPerson, Withdraw


def chosen(scene: Scene) -> Step | None:
    """A pressed button, or yes or no to the question that stands open."""
    asked, subject = scene.state.asked, scene.state.subject
    if scene.heard.button:
        question, _, rest = scene.heard.button.partition(":")
        answer, _, about = rest.partition(":")
        if question != asked or about != subject or answer not in {"yes", "no"}:
            return scene.without_confirmation().remind("choice_gone")
        return _decided(scene, yes=answer == "yes")
    yes = yes_or_no(scene.heard.text)
    if yes is None and asked == "report" and small_talk(scene.heard.text) == "invite":
        yes = True
    if yes is None or (asked != "report" and asked not in CONFIRMATIONS):
        return None
    return _decided(scene, yes=yes)


def _decided(scene: Scene, *, yes: bool) -> Step:
    asked, code = scene.state.asked, scene.state.subject
    free = scene.without_confirmation()
    draft = scene.state.draft or Draft()
    if asked == "report":
        return consider(scene, replace(draft, sure=True)) if yes else scene.end("not_noted", draft=None, asked="")
    if asked == "discard":
        return scene.end("not_noted", draft=None, asked="") if yes else free.remind("")
    if asked == "erase":
        fresh = Dialogue(language=scene.state.language)
        return replace(scene, state=fresh).end("erased", None, (EraseMe(),)) if yes else free.remind("erase_kept")
    if yes:
        filed = scene.state.filed if scene.state.filed and scene.state.filed.code != code else None
        return free.remind("status_withdrawn", {"code": code}, (Withdraw(code),), filed=filed)
    return free.remind("withdraw_kept", {"code": code})


def commanded(scene: Scene) -> Step | None:
    """A text that as a whole is a command; a draft is kept, and its question repeated."""
    name = command(scene.heard.text)
    return _COMMANDS[name](scene) if name in _COMMANDS else None


def named(scene: Scene) -> Step | None:
    """A text with a submission's code in it: its author's words are added to it, and its status told."""
    known = scene.known
    if not known.named_code:
        return None
    if known.named is None or not known.named.mine or beside_code(scene.heard.text, known.named_code) <= 2:
        return _status(scene)
    words = as_words(scene)
    if is_danger(scene.read):
        wishes = (Answer(known.named.code, words), ToPerson(words, known.named.code))
        return scene.remind("danger+added", scene.status(known.named), wishes)
    key = f"added+status_{known.named.status}"
    return scene.remind(key, scene.status(known.named), (Answer(known.named.code, words),))


def _status(scene: Scene) -> Step:
    if scene.known.named is not None:
        return _tell(scene, scene.known.named)
    if scene.known.named_code or any(letter.isdigit() for letter in scene.heard.text):
        return scene.remind("code_unknown")
    own = scene.known.own
    if len(own) == 1:
        return _tell(scene, own[0])
    return scene.remind("status_list", {"lines": scene.lines(own)}) if own else scene.remind("status_none")


def _tell(scene: Scene, line: StatusLine) -> Step:
    return scene.remind(f"status_{line.status}", scene.status(line), (Status(line.code),))


def _mine(scene: Scene) -> Step:
    """What is kept of whoever asks."""
    own = scene.known.own
    key = "mine+mine_filed+mine_erase" if own else "mine+mine_erase"
    return scene.remind(key, {"lines": scene.lines(own)})


def _withdraw(scene: Scene) -> Step:
    line = scene.known.named
    if line is not None:
        return _ask_to_withdraw(scene, line)
    if scene.known.named_code or any(letter.isdigit() for letter in scene.heard.text):
        return scene.remind("code_unknown")
    if scene.state.draft is not None:
        return scene.ask("discard", "discard_ask+yes_or_no")
    running = tuple(line for line in scene.known.own if line.open)
    if len(running) == 1:
        return _ask_to_withdraw(scene, running[0])
    return scene.end("withdraw_which", {"lines": scene.lines(running)}) if running else scene.end("status_none")


def _ask_to_withdraw(scene: Scene, line: StatusLine) -> Step:
    if not line.mine:
        return scene.remind("withdraw_not_own", {"code": line.code})
    if not line.open:
        return scene.remind("withdraw_ended", {"code": line.code})
    return scene.ask("withdraw", "withdraw_ask+yes_or_no", scene.status(line), subject=line.code)


def _mistake(scene: Scene) -> Step:
    """What was sent by mistake ("salah kirim"): what was just said or filed is taken back, after a question."""
    filed = scene.state.filed
    just = next((own for own in scene.known.own if filed and filed.fresh(scene.now) and own.code == filed.code), None)
    if scene.state.draft is not None:
        return scene.ask("discard", "discard_ask+yes_or_no")
    return _ask_to_withdraw(scene, just) if just else scene.end("not_noted")


def _person(scene: Scene) -> Step:
    filed, own = scene.state.filed, scene.known.own
    code = filed.code if filed else own[0].code if own else ""
    text = f"{scene.heard.text}\n{_shareable(scene.state.draft)}".strip()
    return scene.remind("to_person", None, (ToPerson(text, code),))


def _shareable(draft: Draft | None) -> str:
    """A draft's words for an officer; none where personal data stands in them, which is masked only at filing."""
    return "" if draft is None or draft.read is None or draft.read.personal_data else draft.text


_COMMANDS: dict[CommandName, Callable[[Scene], Step]] = {
    "help": lambda scene: scene.remind("tell_problem+help"),
    "start": lambda scene: scene.remind("greeting+tell_problem+help"),
    "status": _status,
    "withdraw": _withdraw,
    "mistake": _mistake,
    "mine": _mine,
    "erase": lambda scene: scene.ask("erase", "erase_ask+yes_or_no"),
    "person": _person,
    "anonim": hide("anonim"),
    "rahasia": hide("rahasia"),
    "terbuka": hide("public"),
}
