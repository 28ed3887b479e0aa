"""What scripts of conversations are made of: readings, what is known, and how a script is played."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bots import wording
from bots.dialogue import Dialogue, File, Heard, Known, StatusLine, step
from nlu.base import Extraction, Location

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
FRESH, OLD, OTHER, NONE = (
    "BTL-7Q4M-2XPH-9K3R", "BTL-1111-2222-3333", "BTL-4444-5555-6666", "BTL-9999-9999-9999"
)  # fmt: skip
HANDIL_BAKTI = Location("63.04.05.1003", "Handil Bakti", "kelurahan", 0.95)
ALALAK = Location("63.04.05", "Alalak", "kecamatan", 0.9)
BATOLA = Location("63.04", "Barito Kuala", "kabupaten", 0.9)
KOTABARU = Location("63.02.08", "Pulau Laut Utara", "kecamatan", 0.9)
SUNGAI_LUMBAH = Location("63.04.05.2004", "Sungai Lumbah", "desa", 0.9)
KARYA_BARU = Location("63.04.01.2006", "Karya Baru", "desa", 0.4, ("63.04.14.2010",))
BARAMBAI = Location("63.04.14", "Barambai", "kecamatan", 0.9)
NAMES = {"jalan": "Jalan", "lampu_jalan": "Lampu jalan", "korupsi_pungli": "Korupsi dan pungli", "adminduk": "Adminduk"}


def reading(category=None, at=None, *, sure=None, **more):
    """A reading: a report of a category, or (without one) something that is none."""
    sure = sure if sure is not None else 0.95 if category else 0.005
    plain = Extraction(
        is_report=category is not None and sure >= 0.5,
        report_confidence=sure,
        category=category or "lainnya",
        category_confidence=0.9,
        report_class="pengaduan",
        supervised=False,
        urgency="normal",
        location=at,
        place=None,
        language="id",
        personal_data=(),
        engine="test",
    )
    return replace(plain, **more)


NOTHING = reading()
UNCLEAR = reading(sure=0.45)
ROAD = reading("jalan")
ROAD_HERE = reading("jalan", HANDIL_BAKTI)
LAMP = reading("lampu_jalan")
LAMP_HERE = reading("lampu_jalan", HANDIL_BAKTI)
BRIBE = reading("korupsi_pungli", HANDIL_BAKTI, supervised=True)
FIRE = reading("bencana_kebakaran", HANDIL_BAKTI, urgency="darurat")
FIRE_SOMEWHERE = reading("bencana_kebakaran", urgency="darurat")
BANJAR = reading("jalan", HANDIL_BAKTI, language="bjn")

MINE = StatusLine(OLD, "in_progress", "Lampu jalan", "Dinas Perhubungan", "Lampu dipesan.", mine=True)
ASKED = replace(MINE, status="needs_info", note="Tiang nomor berapa?")
DONE = replace(MINE, status="resolved", open=False)
FOREIGN = StatusLine(OTHER, "forwarded", "Jalan", "Dinas PUPR")
BASE = Known(FRESH, category_names=NAMES, emergency=(("Pemadam", "0511-5550113"), ("Polisi", "110")))
WITH_OWN = replace(BASE, own=(MINE,))
WITH_TWO = replace(BASE, own=(MINE, replace(DONE, code=OTHER)))
NAMING_MINE = replace(WITH_OWN, named=MINE, named_code=OLD)
NAMING_FOREIGN = replace(BASE, named=FOREIGN, named_code=OTHER)
NAMING_NONE = replace(BASE, named_code=NONE)
NAMING_DONE = replace(BASE, own=(DONE,), named=DONE, named_code=OLD)
WANTED = replace(BASE, own=(ASKED,))


@dataclass(frozen=True)
class Turn:
    """One row: what is heard (a text or a Heard), its reading, the key that is said, the wishes; seconds since the last."""

    heard: str | Heard
    read: Extraction
    says: str
    wishes: tuple = ()
    known: Known = field(default=BASE)
    after: float = 20


def press(payload):
    return Heard("", button=payload)


def filing(text, read, **more):
    return File(FRESH, text, read, **({"point": None, "photos": 0} | more))


def replies(talk):
    """Play a conversation from the fresh state, through JSON after every turn; gives (turn, step) pairs."""
    state, now, steps = {}, NOW, []
    for turn in talk:
        now += timedelta(seconds=turn.after)
        heard = Heard(turn.heard) if isinstance(turn.heard, str) else turn.heard
        done = step(Dialogue.from_json(state), heard, turn.read, turn.known, now)
        state = json.loads(json.dumps(done.state.to_json()))
        assert Dialogue.from_json(state) == done.state
        steps.append((turn, done))
    return steps


PHOTO = Heard("", photos=1)
POINT = Heard("", point=(-3.25, 114.61))
VOICE = Heard("", voice=True)
FILED, ASK_PLACE = "filed+follow", "noted+ask_place"
AGAIN = "still_kept+ask_place"
HERE = "jalan rusak parak masjid al falah handil bakti"


def said(talk):
    """The text of the last answer."""
    _, done = replies(talk)[-1]
    return wording.render(done.says[0].key, done.says[0].params, done.language)


def check(talk):
    """Play a conversation: each turn says and wishes what its row tells, in words that read well and fit their channel."""
    for turn, done in replies(talk):
        assert ("+".join(say.key for say in done.says), done.wishes) == (turn.says, turn.wishes), turn.heard
        for say in done.says:
            text = wording.render(say.key, say.params, done.language)
            assert text
            assert "{" not in text
            assert len(text) <= (1024 if say.buttons else 4096)
            assert all(len(b.label) <= 20 and len(b.payload.encode()) <= 64 for b in say.buttons)
