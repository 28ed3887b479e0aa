"""A town of invented people that speaks on every channel at once, and remembers what each of them said: the storm's own ledger."""

from __future__ import annotations

import time

import shapes
from feeds import ACCOUNT, NUMBER, PAGE
from voices import CIRCLES, ELSEWHERE, GROUPS, MEDIA, POSTS, Delivery, Spoken, Voices, aware


class Town(Voices):
    """Acts upon the stand-ins' wall and gives the webhooks that tell of it; the same seed acts alike."""

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
        self.wall.post(PAGE, identity, one.text, (one.author, "Warga Rekaan"), aware(one.at))
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
            self.wall.post("777", one.key[2], "Kabar dari tempat lain", ("777", "Kampung Rekaan"), aware(one.at))
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

    def _tells(self, one: Spoken) -> bool:
        """Whether the platform tells what becomes of this, by webhook or to a poll."""
        private = one.direct and one.channel in ("facebook", "instagram")
        return not private and (one.on_wall or one.channel in ("telegram", "whatsapp")) and not one.photo
