"""What is said to the bot in a group about the weekly digest, and who may say it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talking import BASE, HERE, NOTHING, NOW, ROAD_HERE

from bots.dialogue import Dialogue, Digest, Heard, digest_wish, spoken_to, step

ADMIN = replace(BASE, leads_group=True)
WORDS = [
    ("@elapor_bot RANGKUMAN MINGGUAN", True),
    ("/rangkuman", True),
    ("/rangkuman@elapor_bot", True),
    ("@6281255550100 minta rangkuman", True),
    ("rangkuman mingguan berhenti", False),
    ("/rangkuman stop", False),
    ("@elapor_bot hentikan rangkuman", False),
    ("@elapor_bot rangkuman ampih", False),
    ("rangkuman rapat RT kemarin di mana ya", None),
    ("minggu", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "wanted"), WORDS)
def test_the_words(text, wanted):
    assert digest_wish(text) is wanted
    assert spoken_to(text) is (wanted is not None)


TURNS = [
    ("/rangkuman", ADMIN, "digest_on", (Digest(wanted=True),)),
    ("/rangkuman stop", ADMIN, "digest_off", (Digest(wanted=False),)),
    ("/rangkuman", BASE, "digest_not_yours", ()),
    ("/rangkuman stop", BASE, "digest_not_yours", ()),
    ("@elapor_bot bantuan", ADMIN, "help_group", ()),
]


@pytest.mark.parametrize(("text", "known", "says", "wishes"), TURNS)
def test_in_a_group(text, known, says, wishes):
    done = step(Dialogue(), Heard(text, direct=False), NOTHING, known, NOW)
    assert ([say.key for say in done.says], done.wishes) == ([says], wishes)


def test_in_private_it_is_no_command():
    done = step(Dialogue(), Heard("/rangkuman"), NOTHING, ADMIN, NOW)
    assert done.wishes == ()


@pytest.mark.parametrize("text", [HERE, "wkwk", "ayo kerja bakti", "makasih"])
def test_nothing_else_is_answered_there_at_once(text):
    assert not spoken_to(text)
    assert not step(Dialogue(), Heard(HERE, direct=False), ROAD_HERE, ADMIN, NOW).wishes
