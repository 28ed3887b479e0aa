"""Conversations over the limit, as tables: one refusal that says how to reach a person, then silence; danger is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talking import (
    AGAIN,
    ASK_PLACE,
    BASE,
    FILED,
    FIRE,
    HANDIL_BAKTI,
    HERE,
    LAMP,
    NOTHING,
    ROAD_HERE,
    Turn,
    filing,
    reading,
    replies,
    said,
)

from bots.dialogue import ToPerson

OVER = replace(BASE, limited=True)
CALLED = (ToPerson("PETUGAS [batas pesan per jam tercapai, minta dilonggarkan]"),)
REFUSED = Turn(HERE, ROAD_HERE, "limited", (), OVER)

SCRIPTS = {
    "told once, then silence, and told again an hour later": [
        REFUSED,
        Turn(HERE, ROAD_HERE, "", (), OVER),
        Turn("halo", NOTHING, "", (), OVER),
        Turn(HERE, ROAD_HERE, "limited", (), OVER, after=3700),
    ],
    "a person is reached, once": [
        REFUSED,
        Turn("PETUGAS", NOTHING, "to_person", CALLED, OVER),
        Turn("PETUGAS", NOTHING, "", (), OVER),
        Turn("PETUGAS", NOTHING, "to_person", CALLED, OVER, after=3700),
    ],
    "danger is heard as ever": [REFUSED, Turn("rumah terbakar", FIRE, "danger+filed+follow", (filing("rumah terbakar", FIRE),), OVER)],
    "once it is open again all is as before, the draft too": [
        Turn("lampu mati", LAMP, ASK_PLACE),
        Turn("halo", NOTHING, "limited", (), OVER),
        Turn("halo", NOTHING, f"greeting+{AGAIN}"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("lampu mati\nhandil bakti", replace(LAMP, location=HANDIL_BAKTI)),)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation(name):
    for turn, done in replies(SCRIPTS[name]):
        assert "+".join(say.key for say in done.says) == turn.says
        assert done.wishes == turn.wishes


def test_the_refusal_says_how_to_reach_a_person_and_that_danger_is_heard():
    assert "PETUGAS" in said([REFUSED])
    assert "bahaya" in said([REFUSED])
