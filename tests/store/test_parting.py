"""Two problems in one message on the whole way: filed as one, and two upon the author's word, each with its own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM

SAID = "jalan rusak di sini, oh iya pungli juga di sana"


@pytest.fixture
def town(program):
    """The program, whose rule takes everything for the same; "pungli" is a lamp here."""
    plain = program.app.engine

    class Lamps:
        gazetteer = None

        def read(self, text, thread="", region=""):
            read = plain.read(text, thread, region)
            kind = "jalan" if text.startswith("jalan") else "lampu_jalan"
            return replace(read, category=kind, supervised=False)

    program.app.__dict__["engine"] = Lamps()
    program.app.filer = replace(program.app.filer, settings=replace(program.app.match_settings, join=0.02, offer=0.01))
    program.app.__dict__.pop("converser", None)
    return program


def reports(town):
    return [(row.category, row.text) for row in town.desk.store.queue(SYSTEM)]


def test_filed_as_one_then_two(town):
    town.hear(town.desk.said(SAID))
    assert reports(town) == [("jalan", SAID)]
    town.hear(town.desk.said("dua"), now=town.desk.now + timedelta(minutes=5))
    assert reports(town) == [("lampu_jalan", "oh iya pungli juga di sana"), ("jalan", "jalan rusak di sini")]
    second = town.desk.store.queue(SYSTEM)[0]
    (voice,) = town.desk.store.voices(SYSTEM, second.id)
    assert voice["likely_report_id"] is None  # its author said that it is another
    town.hear(town.desk.said("dua"), now=town.desk.now + timedelta(minutes=9))
    assert len(reports(town)) == 2


def test_filed_as_one_and_left_so(town):
    town.hear(town.desk.said(SAID))
    town.hear(town.desk.said("satu saja"), now=town.desk.now + timedelta(minutes=5))
    assert reports(town) == [("jalan", SAID)]
