"""Random citizens: no word of theirs is lost, nothing filed is confirmed twice, and a person can be reached from anywhere."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from string import ascii_lowercase

from feeds import MODELS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scripted import Script, Step
from sqlalchemy import select
from staging import Clock, Ear, Stage, connectors, readable

from aggregator.app import App
from aggregator.settings import load_settings
from aggregator.store.tables import conversations
from bots import wording

TOLD = (
    "jalan rusak parah di handil bakti", "lampu jalan mati sudah lama", "jembatan patah di Desa Tabing Rimbah",
    "kebakaran di pasar Marabahan", "sampah menumpuk di jalan", "jalan rusak pak", "the road is badly damaged",
)  # fmt: skip
"""Complaints: each carries a word that nobody else says, and is looked for afterwards."""
WORDS = (
    "desa sungai lumbah", "dekat langgar", "parah banar pang di sia", "makan soto di rumah nenek", "STATUS", "batal",
    "salah kirim", "menu", "halo", "makasih", "ya", "tidak", "1", "2", "3", "ANONIM", "HAPUS DATA", "belum selesai",
    "GABUNG", "PISAH", "dasar goblok",
)  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("say"), st.sampled_from(TOLD)),
    st.tuples(st.just("edit"), st.sampled_from(TOLD)),
    st.tuples(st.sampled_from(("photo", "point", "voice", "sticker", "press", "remove", "restart", "again", "wait")), st.just("")),
)  # fmt: skip
STEPS = {
    "photo": Step(photos=1),
    "point": Step(point=(-3.05, 114.65)),
    "voice": Step(voice=True),
    "sticker": Step(sticker=True),
    "remove": Step(remove=True),
}
LANGUAGES = ("id", "bjn")
PERSON = {wording.render("to_person", {}, language) for language in LANGUAGES}
FORGOTTEN = {wording.render(key, {}, language) for key in ("not_noted", "erased") for language in LANGUAGES}
"""What the bot says when its citizen had it throw something away."""
FILED = {wording.render("filed", {}, language).splitlines()[0] for language in LANGUAGES}


class Life:
    """One citizen's hours, on a database that outlives the program."""

    def __init__(self, engine, url, folder):
        self.engine, self.url, self.folder = engine, url, folder
        self.clock, self.ears = Clock(), {channel: Ear(channel) for channel in connectors()}
        self.kept, self.told, self.number = [], [], 0
        self.stage = self._opened(None)

    def _opened(self, citizen):
        given = {
            "DATABASE_URL": self.url,
            "SECRET_KEY": "a secret invented for the tests",
            "MODELS": str(MODELS),
            "TURN_SETTLE_S": "4",
        }
        env = {f"ELAPOR_{name}": value for name, value in given.items()}
        more = {"more_connectors": connectors(), "more_bots": self.ears, "clock": self.clock}
        app = App(load_settings(env, data=self.folder), **more)
        app.__dict__["engine"] = self.engine
        stage = Stage(app, self.clock, Script("acak", "whatsapp", "id", ()))
        stage.citizen = citizen or stage.citizen
        return stage

    async def live(self, acts):
        """Do all this, and ask for a person at last."""
        for act, text in acts:
            before = len(self.heard)
            await self._do(act, text)
            if FORGOTTEN & set(self.heard[before:]):
                self.told = []
        before = len(self.heard)
        await self.stage.act(Step(texts=("PETUGAS",)))
        return self.heard[before:]

    async def _do(self, act, text):
        stage, last = self.stage, self.stage.ear.heard[-1:]
        if act in ("say", "edit"):
            await self._write(act, text)
        elif act == "press" and last and last[0].buttons:
            await stage.act(Step(press=last[0].buttons[0].label))
        elif act == "restart":
            stage.app.store.close()
            self.stage = self._opened(stage.citizen)
        elif act == "again" and self.kept:
            await stage.deliver([self.kept[-1], *self.kept[-3:-1]])
            await stage.settle()
        elif act == "wait":
            await stage.act(Step(later=timedelta(hours=7)))
        elif act in STEPS and (act != "remove" or stage.citizen.phone.last):
            await stage.act(STEPS[act])
            self.told = self.told[:-1] if act == "remove" else self.told

    async def _write(self, act, text):
        """Write something; what tells anything carries a word that nobody else says."""
        phone = self.stage.citizen.phone
        if text in TOLD:
            self.number += 1
            text = f"{text} zq{ascii_lowercase[self.number]}qz"
        if act == "edit" and phone.last:
            bodies = phone.edit(text, self.clock())
            self.told = self.told[:-1]
        else:
            bodies = phone.write(text, self.clock())
        self.told.append(text if "zq" in text else "")
        self.kept += bodies
        self.clock.now += timedelta(seconds=20)
        await self.stage.deliver(bodies)
        await self.stage.settle()

    @property
    def heard(self):
        """All lines that the bot said."""
        return [line for out in self.stage.ear.heard for line in out.text.splitlines()]

    @property
    def kept_words(self):
        """All that an officer can read, and the draft."""
        with self.stage.app.store.reading() as tx:
            states = [
                self.stage.app.store.vault.open_json(row)
                for row in tx.execute(select(conversations.c.dialogue)).scalars()
            ]
        return readable(self.stage.app) + "".join(state.get("draft", {}).get("text", "") for state in states)


async def check(engine, url, folder, acts):
    """Live once, and look at what is left."""
    life = Life(engine, url, folder)
    try:
        assert PERSON & set(await life.live(acts)), "no person to be had"
        kept, lines = life.kept_words, life.heard
        assert [told for told in life.told if told not in kept] == [], "words were lost"
        confirmed = [lines[n + 1] for n, line in enumerate(lines) if line in FILED]
        assert len(confirmed) == len(set(confirmed)) == life.stage.filed(), "a filing was confirmed twice, or never"
    finally:
        life.stage.app.store.close()


LIVES = st.lists(ACTS, min_size=3, max_size=10)
QUICKLY = settings(
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@settings(QUICKLY, max_examples=15)
@given(LIVES)
def test_random_citizens_on_sqlite(engine, migrated_sqlite, acts):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated_sqlite, Path(folder) / "elapor.db")
        asyncio.run(check(engine, f"sqlite:///{folder}/elapor.db", Path(folder), acts))


@settings(QUICKLY, max_examples=4)
@given(LIVES)
def test_random_citizens_on_postgresql(engine, cluster, migrated_postgres, acts):
    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.run(check(engine, cluster.url(migrated_postgres), Path(folder), acts))
        finally:
            cluster.wipe(migrated_postgres)
