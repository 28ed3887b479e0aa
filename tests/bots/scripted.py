"""Conversation scripts: what stands in tests/bots/scripts/*.yml, a script a document, as whoever plays one reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bots import wording
from nlu.training_data import LOADER

FOLDER = Path(__file__).with_name("scripts")
CODE = re.compile(r"\bBTL-\w{4}-\w{4}-\w{4}\b")
SILENCE = "diam"
_STEP = (
    "warga", "foto", "lokasi", "suara", "stiker", "tekan", "ubah", "hapus", "membalas", "tetangga", "petugas", "catatan",
    "nanti", "bot", "bahasa", "isi", "tombol", "terbaca",
)  # fmt: skip
_SCRIPT = ("judul", "kanal", "bahasa", "grup", "aduan", "batas", "langkah")


@dataclass(frozen=True)
class Step:
    """What happens, and the one message that the bot answers with (or `diam`)."""

    texts: tuple[str, ...] = ()
    """`warga`: what the citizen writes; several are several messages, a second apart."""
    photos: int = 0
    """`foto`: as an album with the text as its caption."""
    point: tuple[float, float] | None = None
    voice: bool = False
    sticker: bool = False
    press: str = ""
    """`tekan`: the label of a button under the bot's last message."""
    edit: str = ""
    """`ubah`: the last message is edited to this."""
    remove: bool = False
    """`hapus`: the last message is taken back."""
    replying: bool = False
    """`membalas`: as a reply to the bot's last message."""
    neighbour: str = ""
    """`tetangga`: somebody else reports this."""
    officer: str = ""
    """`petugas`: an officer moves the citizen's last report to this state, with `catatan` as the public note."""
    note: str = ""
    later: timedelta = timedelta()
    """`nanti`: time that passes before."""
    bot: str = ""
    """The key of what is said; "" where nothing is expected of this step."""
    language: str = ""
    """`bahasa`: the answer's language, where it is another than the script's."""
    filled: Mapping[str, str] = field(default_factory=dict)
    """`isi`: what fills the key, beside the citizen's first code, the region and the emergency numbers."""
    buttons: tuple[str, ...] = ()
    """`tombol`: the labels of the buttons under it."""
    readable: tuple[str, ...] = ()
    """`terbaca`: what an officer can read afterwards."""


@dataclass(frozen=True)
class Script:
    """One conversation; `filed` is how many submissions of the citizen it leaves behind, `limit` how many turns an hour are
    answered (`batas`; 0 as configured).
    """

    title: str
    channel: str
    language: str
    steps: tuple[Step, ...]
    group: str = ""
    filed: int = 1
    limit: int = 0

    @property
    def apart(self) -> bool:
        """Whether it needs a program of its own: a clock that can be put forward, another limit."""
        return bool(self.limit) or any(step.later for step in self.steps)


def load_scripts() -> dict[str, Script]:
    """All scripts by file and title."""
    found: dict[str, Script] = {}
    for file in sorted(FOLDER.glob("*.yml")):
        for told in yaml.load_all(file.read_text("utf-8"), Loader=LOADER):
            name = f"{file.stem}: {told['judul']}"
            assert name not in found, f"two scripts are called {name}"
            found[name] = _script(told)
    return found


def _script(told: dict[str, Any]) -> Script:
    assert set(told) <= set(_SCRIPT), f"{told['judul']}: {set(told) - set(_SCRIPT)}"
    steps = tuple(_step(one) for one in told["langkah"])
    group, filed = told.get("grup", ""), told.get("aduan", 1)
    return Script(
        told["judul"],
        told.get("kanal", "telegram"),
        told.get("bahasa", "id"),
        steps,
        group,
        filed,
        told.get("batas", 0),
    )


def _step(told: dict[str, Any]) -> Step:
    assert set(told) <= set(_STEP), f"{told}: {set(told) - set(_STEP)}"
    point = told.get("lokasi")
    return Step(
        texts=_several(told.get("warga", ())),
        photos=told.get("foto", 0),
        point=(point[0], point[1]) if point else None,
        voice=told.get("suara", False),
        sticker=told.get("stiker", False),
        press=told.get("tekan", ""),
        edit=told.get("ubah", ""),
        remove=told.get("hapus", False),
        replying=told.get("membalas", False),
        neighbour=told.get("tetangga", ""),
        officer=told.get("petugas", ""),
        note=told.get("catatan", ""),
        later=timedelta(**told.get("nanti", {})),
        bot=told.get("bot", ""),
        language=told.get("bahasa", ""),
        filled={name: str(value) for name, value in told.get("isi", {}).items()},
        buttons=_several(told.get("tombol", ())),
        readable=_several(told.get("terbaca", ())),
    )


def _several(told: str | Sequence[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


class Codes:
    """Codes as scripts call them (KODE1, KODE2 in the order in which the citizen is told them), and as they are."""

    def __init__(self) -> None:
        self.known: list[str] = []

    def named(self, text: str) -> str:
        """A text of the bot's, with its codes called as scripts do."""
        return CODE.sub(lambda found: self._name(found.group()), text)

    def real(self, text: str) -> str:
        """A text of the citizen's, with real codes."""
        return re.sub(r"KODE([1-9])", lambda found: self.known[int(found[1]) - 1], text)

    def _name(self, code: str) -> str:
        if code not in self.known:
            self.known.append(code)
        return f"KODE{self.known.index(code) + 1}"


def expected(step: Step, language: str, general: Mapping[str, str]) -> str:
    """The whole text that a step expects."""
    told = {"code": "KODE1", **general, **step.filled}
    if "state" in told:
        told["state"] = wording.render(f"state_{told['state']}", {}, step.language or language)
    return wording.render(step.bot, told, step.language or language)


def spoken(scripts: Mapping[str, Script]) -> Iterator[str]:
    """All keys that the scripts expect, piece by piece."""
    for script in scripts.values():
        for step in script.steps:
            if step.bot not in ("", SILENCE):
                yield from step.bot.split("+")
