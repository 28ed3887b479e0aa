"""A town of invented people that speaks on every channel at once, and remembers what each of them said: the storm's own ledger."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import ascii_lowercase

import shapes
from feeds import ACCOUNT, NUMBER, PAGE

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


class Town:
    """Acts upon the stand-ins' wall and gives the webhooks that tell of it; the same seed acts alike."""

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

    def act(self) -> list[Delivery]:
        """Let somebody do something; the webhooks that tell of it, none where they get lost."""
        acts = {
            self.telegram: 14,
            self.telegram_album: 3,
            self.whatsapp: 14,
            self.facebook: 16,
            self.visit: 2,
            self.instagram: 14,
            self.live: 2,
            self.mention: 4,
            self.sms: 5,
            self.write_in_private: 3,
            self.edit: 14,
            self.remove: 9,
            self.forge: 4,
            self.garble: 3,
        }
        return self.rng.choices(list(acts), list(acts.values()))[0]()

    def telegram(self) -> list[Delivery]:
        if self.rng.random() < 0.4:
            return self._telegram(self._speak("telegram", "bot", f"{5_500_000 + self.number()}", direct=True), 0)
        group, topic = self.rng.choice(GROUPS)
        thread = f"{group}/{topic}" if topic else group
        return self._telegram(self._speak("telegram", "bot", thread, self._neighbour("tg", 9)), topic)

    def telegram_album(self) -> list[Delivery]:
        """Two pictures with one caption, in a group."""
        first = self._speak("telegram", "bot", GROUPS[0][0], f"tg-album-{self.number()}")
        second = Spoken(("telegram", "bot", GROUPS[0][0], str(self.number())), first.author, first.at, "")
        second.turn = first.turn
        self._know(second)
        album = f"album-{first.id}"
        return [shown for one in (first, second) for shown in self._telegram(one, 0, album)]

    def whatsapp(self) -> list[Delivery]:
        if self.rng.random() < 0.6:
            who = f"62812555{self.number():05}"
            one = self._speak("whatsapp", NUMBER, who, who, direct=True, prefix="wamid.")
        else:
            one = self._speak("whatsapp", NUMBER, self.rng.choice(CIRCLES), self._neighbour("wa", 6), prefix="wamid.")
        one.photo = f"8800{self.number()}" if self.rng.random() < 0.2 else ""
        return self._heard(one, Delivery("whatsapp", part=shapes.whatsapp(one)))

    def facebook(self) -> list[Delivery]:
        """A comment, or a reply to one."""
        post = self.rng.choice(POSTS)
        above = self._above("facebook", post)
        one = self._speak("facebook", PAGE, post, self._neighbour("fb", 12), prefix=f"{post[-3:]}_", parent=above)
        return self._on_wall(one, shapes.facebook(one))

    def visit(self) -> list[Delivery]:
        """A visitor's own post on the page."""
        identity, (text, words) = f"{PAGE}_{8000 + self.number()}", self._words()
        at = self.began - self.rng.randrange(60, 500)
        one = Spoken(("facebook", PAGE, identity, identity), self._neighbour("fb", 12), at, text, words=words)
        self._know(one)
        self.wall.post(PAGE, identity, one.text, (one.author, "Warga Rekaan"), _aware(one.at))
        one.on_wall = True
        return self._told(one, shapes.facebook(one))

    def instagram(self) -> list[Delivery]:
        medium = self.rng.choice(MEDIA)
        above = self._above("instagram", medium)
        one = self._speak("instagram", ACCOUNT, medium, self._neighbour("ig", 12), prefix="1789", parent=above)
        return self._on_wall(one, shapes.instagram(one, self.rng.randrange(3)))

    def live(self) -> list[Delivery]:
        """A comment on a live video, which nobody can poll."""
        one = self._speak("instagram", ACCOUNT, "17900000000000050", f"ig-live-{self.number()}", prefix="1788")
        return self._heard(one, Delivery("instagram", shapes.instagram(one, 0, "live_comments")))

    def mention(self) -> list[Delivery]:
        """Something said elsewhere, of which a webhook tells only where it stands."""
        if self.rng.random() < 0.5:
            one = self._speak("instagram", ACCOUNT, ELSEWHERE, f"ig-jauh-{self.number()}", prefix="1787")
            body = shapes.instagram_mention(one)
        else:
            one = self._speak("facebook", PAGE, f"777_{self.number()}", f"fb-jauh-{self.number()}", prefix="777_")
            self.wall.post("777", one.key[2], "Kabar dari tempat lain", ("777", "Kampung Rekaan"), _aware(one.at))
            body = shapes.facebook_mention(one)
        self._comment(one)
        return self._heard(one, Delivery(one.channel, body))

    def sms(self) -> list[Delivery]:
        who = f"62813555{self.number():05}"
        one = self._speak("sms", "1708", who, who, direct=True, prefix="sms-")
        return self._heard(one, Delivery("sms", shapes.sms(one, self.rng.randrange(3))))

    def write_in_private(self) -> list[Delivery]:
        """A stranger writes to the page or the account, which is shown the way to the bot and no more."""
        channel, who = self.rng.choice(("facebook", "instagram")), f"8800{self.rng.randrange(40)}"
        self.strangers.add((channel, who))
        text, word = self._words()
        self.unheard += word
        return [Delivery(channel, shapes.private(channel, who, f"m.{self.number()}", text, int(time.time())))]

    def edit(self) -> list[Delivery]:
        one = self._any(lambda said: bool(said.text) and said.channel != "sms" and self._tells(said))
        if one is None:
            return []
        one.text, word = self._words()
        one.words += word
        one.edited = int(time.time()) if one.on_wall else max(one.edited, one.at) + 5
        if one.on_wall:
            self.wall.edit(one.id, one.text)
        return self._changed(one)

    def remove(self) -> list[Delivery]:
        """Only what some webhook told: of what nobody heard, nothing can be shown."""
        one = self._any(lambda said: said.channel not in ("telegram", "sms") and self._tells(said))
        if one is None or not one.heard:
            return []
        one.removed, one.edited = True, int(time.time()) if one.on_wall else max(one.edited, one.at) + 5
        if one.on_wall:
            self.wall.remove(one.id)
            for child in self.said.values():
                child.removed = child.removed or (child.channel == one.channel and child.parent == one.id)
        return self._changed(one)

    def answer_in_private(self, channel: str, who: str) -> list[Delivery]:
        """Somebody to whom we wrote in private answers there."""
        account = PAGE if channel == "facebook" else ACCOUNT
        text, words = self._words()
        key = (channel, account, who, f"m.{self.number()}")
        one = Spoken(key, who, int(time.time()), text, direct=True, words=words)
        self._know(one)
        return self._heard(one, Delivery(channel, shapes.private(channel, who, one.id, one.text, one.at)))

    def forge(self) -> list[Delivery]:
        """What nobody of the platforms sent; the driver does not sign it."""
        text, word = self._words()
        self.unheard += word
        channel, number = self.rng.choice(("telegram", "whatsapp", "facebook", "instagram", "sms")), self.number()
        forged = Spoken((channel, PAGE, POSTS[0], f"9{number}"), f"9{number}", self.began, text)
        return [Delivery(f"forged {channel}", shapes.facebook(forged))]

    def garble(self) -> list[Delivery]:
        """What is signed and cannot be read."""
        self.malformed += 1
        body = f'{{"update_id":{self.number()},"message":7}}' if self.rng.random() < 0.5 else f"[{self.number()}"
        return [Delivery("telegram", body.encode())]

    def number(self) -> int:
        """A number that was not there before."""
        return next(self._numbers)

    def batch(self, parts: list[str]) -> bytes:
        """Messages of WhatsApp's in one body: several entries, changes and messages."""
        return shapes.whatsapp_batch(parts, self.rng)

    def _telegram(self, one: Spoken, topic: int, album: str = "") -> list[Delivery]:
        one.photo = f"foto-{one.id}" if album else one.photo
        return self._heard(one, Delivery("telegram", shapes.telegram(one, self.number(), topic, album)))

    def _changed(self, one: Spoken) -> list[Delivery]:
        """The webhook of an edit or a removal, on channels that have one."""
        if one.channel == "telegram":
            topic = int(one.key[2].partition("/")[2] or 0)
            return self._heard(one, Delivery("telegram", shapes.telegram(one, self.number(), topic, edited=True)))
        if one.channel == "whatsapp":
            return self._heard(one, Delivery("whatsapp", part=shapes.whatsapp_change(one, self.number())))
        return self._told(one, shapes.facebook(one)) if one.channel == "facebook" else []

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
        self.wall.comment(one.key[2], one.id, one.text, by, _aware(one.at), one.parent)

    def _told(self, one: Spoken, body: bytes) -> list[Delivery]:
        if self.rng.random() < LOST:
            self.lost += 1
            return []
        door = "meta" if self.rng.random() < 0.1 else one.channel
        return self._heard(one, Delivery(door, body))

    def _heard(self, one: Spoken, delivery: Delivery) -> list[Delivery]:
        one.heard = True
        return [delivery]

    def _tells(self, one: Spoken) -> bool:
        """Whether the platform tells what becomes of this, by webhook or to a poll."""
        private = one.direct and one.channel in ("facebook", "instagram")
        return not private and (one.on_wall or one.channel in ("telegram", "whatsapp")) and not one.photo

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


def _aware(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
