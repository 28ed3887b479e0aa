"""A flood of one sender: refused once, a person can be reached and lets more in, and nobody else waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.rules.report import Viewer

LIMIT = 3
RINA = Viewer("reviewer", name="Rina Rekaan")


@pytest.fixture
def town(program):
    """The program, answering three turns an hour."""
    program.app.__dict__["converser"] = replace(program.app.converser, limit=LIMIT)
    return program


def flood(town, count, first=0):
    """So many complaints of Siti, two minutes and a half apart; the last one's moment."""
    for n in range(first, first + count):
        now = town.desk.now + timedelta(minutes=2.5 * n)
        town.hear(town.desk.said(f"jalan rusak nomor {n}", sent_at=now), now=now)
    return now


def says(town):
    return [row["key"] for row in town.app.store.outbox()]


def filed(town):
    return town.app.store.summary()["submissions"]


def test_the_limit_is_each_senders_own_and_an_hours(town):
    now = flood(town, LIMIT + 4)
    assert (filed(town), len(says(town))) == (LIMIT, LIMIT + 1)  # one refusal
    town.hear(town.desk.said("jalan rusak", author=town.desk.budi, thread="99002", sent_at=now), now=now)
    assert filed(town) == LIMIT + 1
    later = now + timedelta(hours=1, minutes=1)
    town.hear(town.desk.said("jalan rusak lagi", sent_at=later), now=later)
    assert filed(town) == LIMIT + 2


def test_a_reviewer_lets_more_in_for_a_day(town):
    now = flood(town, LIMIT + 1)
    store = town.app.store
    town.hear(town.desk.said("PETUGAS", sent_at=now), now=now)
    (finding,) = store.findings(RINA, "waiting", limit=9)
    assert "minta dilonggarkan" in finding.text
    assert not store.allow(RINA, finding.id + 1, now)
    assert store.leave_of(finding.contact_id, now) is None
    assert store.allow(RINA, finding.id, now)
    assert store.leave_of(finding.contact_id, now) == (now + timedelta(days=1), "Rina Rekaan")
    flood(town, 2, first=LIMIT + 2)
    assert filed(town) == LIMIT + 2
    assert store.leave_of(finding.contact_id, now + timedelta(days=1)) is None


def test_a_flood_keeps_nobody_else_waiting(town):
    desk, store = town.desk, town.app.store
    for n in range(30):
        desk.deliver(desk.said(f"jalan rusak nomor {n}"), now=desk.now)
        _end_turns(store)
    desk.deliver(desk.said("jalan rusak", author=desk.budi, thread="99002"), now=desk.now)
    later = desk.now + timedelta(minutes=1)
    at_once = [store.turn(int(job.subject)).conversation_id for job in store.claim(later, 8, ("turn",))]
    assert len(at_once) == len(set(at_once)) == 2  # one step of the flood, and whoever came behind all of it


def _end_turns(store):
    """What comes next opens a turn of its own, while those before still wait to be read."""
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE turn SET state = 'done'")
