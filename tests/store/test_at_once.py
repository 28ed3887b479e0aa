"""Processes of their own at one database: what is told of one event at the same instant is one report, nothing is lost."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from aggregator.rules.report import SYSTEM

ROOT = Path(__file__).parents[2]
HEAD_START_S = 0.004
"""Long enough for both to have read their line."""


class Beside:
    """A process of filing_beside.py."""

    def __init__(self, url, secret, name):
        command = [sys.executable, str(Path(__file__).with_name("filing_beside.py")), url, secret, name]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, text=True, cwd=ROOT, **pipes)

    def tell(self, at, **line):
        self.process.stdin.write(json.dumps({"at": at, **line}) + "\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def end(self):
        _, errors = self.process.communicate(timeout=30)
        assert (self.process.returncode, errors) == (0, "")


@pytest.fixture
def pair(database_url, secret):
    """Two processes on a fresh database, warm."""
    both = [Beside(database_url, secret, name) for name in ("satu", "dua")]
    for n, one in enumerate(both):
        one.tell(0, do="file", event=300 + n, n=300)
        one.answer()
    yield both
    for one in both:
        one.process.kill()
        one.process.communicate()


def at_the_same_instant(both, *lines):
    """Have each do its line when the other does; their answers."""
    at = time.monotonic() + HEAD_START_S
    for one, line in zip(both, lines, strict=True):
        one.tell(at, **line)
    return [one.answer() for one in both]


def orphans(store):
    """How many submissions stand in no living report, and how many reports of the queue have no voice."""
    homeless = "SELECT count(*) FROM submission s JOIN report r ON r.id = s.report_id WHERE r.merged_into IS NOT NULL"
    with store.reading() as tx:
        return tx.exec_driver_sql(homeless).scalar_one(), sum(not row.voices for row in store.queue(SYSTEM))


def test_one_event_told_by_two_at_the_same_instant_is_one_report(store, pair):
    rounds = 100 if store.postgres else 30
    opened = Counter()
    for n in range(rounds):
        answers = at_the_same_instant(pair, *[{"do": "file", "event": n, "n": n}] * 2)
        assert len({answer["report"] for answer in answers}) == 1, f"round {n}"
        assert sorted(answer["joined"] for answer in answers) == [False, True]
        opened[next(k for k, answer in enumerate(answers) if not answer["joined"])] += 1
    for one in pair:
        one.end()
    assert len(opened) == 2, "both were first at times: they did run into each other"
    told = Counter(row.voices for row in store.queue(SYSTEM))
    assert told == {2: rounds, 1: 2}  # and the one of each with which they warmed up
    assert store.summary()["submissions"] == 2 * rounds + 2


def test_voices_filed_while_people_regroup_are_not_lost(store, pair):
    filer, person = pair
    rounds = 12 if store.postgres else 6
    for n in range(rounds):
        at = time.monotonic() + HEAD_START_S
        person.tell(at, do="regroup", n=n, times=6)
        for k in range(8):
            filer.tell(at, do="file", event=2 * n + k % 4, n=8 * n + k)
        done = Counter(person.answer())
        for _ in range(8):
            filer.answer()
        assert done["done"] + done["refused"] == 6
        assert orphans(store) == (0, 0)
    for one in pair:
        one.end()
    assert store.summary()["submissions"] == 8 * rounds + 2
    assert sum(row.voices for row in store.queue(SYSTEM)) == 8 * rounds + 2
