"""What the people of a storm's town say, where and when, as they and the platforms remember it."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import ascii_lowercase

from feeds import ACCOUNT, PAGE

from aggregator.demo.platforms.wall import Wall

COMPLAINTS = (
    "Jembatan Handil Papuyu papannya patah, motor hampir jatuh",
    "Sampah menumpuk seminggu tidak diangkut, baunya menyengat",
    "Air PDAM mati sudah tiga hari, warga kesulitan air bersih",
    "Jalan rusak parah banyak lubang, tolong segera diperbaiki",
    "Lampu jalan mati sudah sebulan, gelap sekali kalau malam",
)
PLACES = ("Handil Bakti", "desa Anjir Muara Kota", "desa Puntik Tengah RT 5", "Berangas", "pasar Marabahan")
POSTS = tuple(f"{PAGE}_90{n}" for n in range(1, 4))
MEDIA = ("17900000000000001", "17900000000000002")
ELSEWHERE = "17900000000000099"
"""A medium of somebody else, where we are mentioned."""
GROUPS = (("-1002100000001", 0), ("-1002100000002", 0), ("-1002100000003", 7), ("-1002100000003", 9))
"""Telegram: a group, and a topic where there is one."""
CIRCLES = ("GRUP-REKAAN-1", "GRUP-REKAAN-2")
"""WhatsApp: groups made through the Groups API."""
LOST = 0.1
"""Of Facebook's and Instagram's webhooks: never delivered."""
APART_S, BESIDE_S = 240, 50
"""Two things that one author says in one thread: far enough to be read apart, near enough to be read as one."""

Key = tuple[str, str, str, str]
"""Channel, account, thread and external id."""


@dataclass
class Spoken:
    """One message as its author left it."""

    key: Key
    author: str
    at: int
    text: str
    direct: bool = False
    words: list[str] = field(default_factory=list)
    """The made-up word of each edition: nobody else says it."""
    turn: int = 0
    """Messages of one author in one thread with the same number are read as one."""
    edited: int = 0
    """When, by the platform's clock."""
    removed: bool = False
    heard: bool = False
    """Whether any webhook of it was delivered."""
    on_wall: bool = False
    parent: str = ""
    photo: str = ""

    @property
    def channel(self) -> str:
        return self.key[0]

    @property
    def id(self) -> str:
        return self.key[3]


@dataclass(frozen=True)
class Delivery:
    """What a platform delivers: a whole body, or one message of WhatsApp's that may share its body with others."""

    channel: str
    body: bytes = b""
    part: str = ""
    """JSON of one WhatsApp message with its contact."""


class Voices:
    """Has people speak upon the stand-ins' wall and elsewhere, each with words that nobody else says."""

    def __init__(self, seed: int, wall: Wall) -> None:
        self.rng, self.wall = random.Random(seed), wall
        self.began = int(time.time()) - 30
        self.said: dict[Key, Spoken] = {}
        self.lost = 0
        self.strangers: set[tuple[str, str]] = set()
        self.unheard: list[str] = []
        """Words that must never be known: forged, and of strangers who wrote to a page in private."""
        self.malformed = 0
        self._numbers = itertools.count(1)
        self._spoken: dict[tuple[str, str, str], list[Spoken]] = {}
        at = datetime.fromtimestamp(self.began - 3600, UTC)
        for post in POSTS:
            wall.post(PAGE, post, "Kabar pembangunan", (PAGE, "Pemkab Rekaan"), at)
        for medium in MEDIA:
            wall.medium(ACCOUNT, medium, "Taman kota", (ACCOUNT, "elapor.peraga"), at)
        wall.medium("17849999999999999", ELSEWHERE, "Banjir di kampung", ("1", "warga.lain"), at)

    def number(self) -> int:
        """A number that was not there before."""
        return next(self._numbers)

    def _speak(self, channel: str, account: str, thread: str, author: str = "", *, prefix: str = "", **more) -> Spoken:
        key = (channel, account, thread, f"{prefix}{self.number()}")
        text, words = self._words()
        one = Spoken(key, author or thread, 0, text, words=words, **more)
        self._time(one)
        self._know(one)
        return one

    def _time(self, one: Spoken) -> None:
        """At most two turns an author and thread: a burst, or two things far apart, all within the last ten minutes."""
        before = self._spoken.setdefault((one.channel, one.key[2], one.author), [])
        if not before:
            one.at, one.turn = self.began - APART_S - self.rng.randrange(60, 280), 0
        else:
            apart = all(said.turn == 0 for said in before) and self.rng.random() < 0.4
            one.turn = 1 if apart else before[-1].turn
            started = min(said.at for said in before if said.turn == (0 if apart else one.turn))
            one.at = started + (APART_S if apart else self.rng.randrange(BESIDE_S * 2))
        before.append(one)

    def _know(self, one: Spoken) -> None:
        self.said[one.key] = one

    def _on_wall(self, one: Spoken, body: bytes) -> list[Delivery]:
        self._comment(one)
        one.on_wall = True
        return self._told(one, body)

    def _comment(self, one: Spoken) -> None:
        by = (one.author, "Warga Rekaan") if one.channel == "facebook" else (one.author, f"akun.{one.author}")
        self.wall.comment(one.key[2], one.id, one.text, by, aware(one.at), one.parent)

    def _told(self, one: Spoken, body: bytes) -> list[Delivery]:
        if self.rng.random() < LOST:
            self.lost += 1
            return []
        door = "meta" if self.rng.random() < 0.1 else one.channel
        return self._heard(one, Delivery(door, body))

    def _heard(self, one: Spoken, delivery: Delivery) -> list[Delivery]:
        one.heard = True
        return [delivery]

    def _any(self, which) -> Spoken | None:
        found = [one for one in self.said.values() if not one.removed and which(one)]
        return self.rng.choice(found) if found else None

    def _above(self, channel: str, thread: str) -> str:
        """A comment that is answered, now and then."""
        if self.rng.random() < 0.75:
            return ""
        found = self._any(lambda one: one.channel == channel and one.key[2] == thread and not one.parent)
        return found.id if found and found.id != thread else ""

    def _neighbour(self, prefix: str, most: int) -> str:
        ids = {"tg": 5_510_000, "wa": 6281255570000, "fb": 7000100030000, "ig": 17841999000001000}
        return str(ids[prefix] + self.rng.randrange(most * 4))

    def _words(self) -> tuple[str, list[str]]:
        """A complaint, and in it a word that nobody else says."""
        word, rest = "", self.number()
        while rest:
            rest, letter = divmod(rest, 26)
            word += ascii_lowercase[letter]
        word = f"zq{word}qz"
        return f"{self.rng.choice(COMPLAINTS)} di {self.rng.choice(PLACES)} {word}", [word]


def aware(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
