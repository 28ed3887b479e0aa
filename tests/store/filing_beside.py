"""A process beside others at one database: `filing_beside.py URL SECRET NAME`. Each line of its input is one thing to do.

A line is JSON: `at` (seconds of the machine's monotonic clock) says when, so that processes begin at the same instant; `do` is
`file` or `regroup`. It answers each with one line of JSON.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from aggregator.rules import match
from aggregator.rules.report import SYSTEM, Dues, NewSubmission, new_code
from aggregator.store.lookup import CannotJoinError
from aggregator.store.regrouping import ACTS
from aggregator.store.secrets import Vault
from aggregator.store.store import Store

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DUES = Dues(NOW + timedelta(days=3), NOW + timedelta(days=8), NOW + timedelta(days=20))
SETTINGS = match.MatchSettings()


def choose(new, candidates):
    """The rule that the program files by."""
    return match.nearest(new.traits, candidates, SETTINGS)


def submission(name, event, n):
    """What `name` says for the n-th time, of a bridge of its own kabupaten."""
    location = f"{63 + event // 100}.{event % 100:02}.01.2001"
    text = f"jembatan kayu di muka langgar patah, tidak bisa dilewati {name}"
    fields = {"category": "jembatan", "report_class": "pengaduan", "urgency": "normal", "supervised": False}
    fields |= {"unit": "pupr", "unit_reason": "kategori", "dues": DUES, "block": match.block(location, "jembatan")}
    fields |= {"code": new_code("BTL"), "report_code": new_code("BTL"), "location": location, "sent_at": NOW}
    return NewSubmission(channel="sms", source_key=f"{name}:{n}", text=text, received_at=NOW, **fields)


def file(store, name, line):
    """File the `n`-th voice, of an event."""
    with store.writing() as tx:
        filed = store.file_within(tx, submission(name, line["event"], line["n"]), choose, NOW, by=name)
    return {"report": filed.report_code, "joined": filed.joined}


def regroup(store, name, line):
    """Do at random what a person does, `times` times; says how much of it was done and how much refused."""
    chance, done = random.Random(line["n"]), {"done": 0, "refused": 0}
    for _ in range(line["times"]):
        try:
            act(store, chance)
        except CannotJoinError:
            done["refused"] += 1
        else:
            done["done"] += 1
    return done


def act(store, chance):
    """One join, split, move or undoing among what stands there."""
    with store.reading() as tx:
        codes = tx.exec_driver_sql("SELECT code FROM submission ORDER BY id").scalars().all()
        kinds = ", ".join(f"'{kind}'" for kind in ACTS)
        acts = tx.exec_driver_sql(f"SELECT id FROM event WHERE kind IN ({kinds})").scalars().all()
    one, other = chance.choice(codes), chance.choice(codes)
    what = chance.choice(("join", "split", "regroup", "undo" if acts else "join"))
    if what == "split":
        store.split(SYSTEM, one, "BTL", NOW)
    elif what == "undo":
        store.undo(SYSTEM, chance.choice(acts), NOW)
    else:
        getattr(store, what)(SYSTEM, one, other, NOW)


def main():
    url, secret, name = sys.argv[1:]
    store = Store(url, Vault(secret))
    store.ping()
    for told in sys.stdin:
        line = json.loads(told)
        while time.monotonic() < line["at"]:
            pass
        sys.stdout.write(json.dumps({"file": file, "regroup": regroup}[line["do"]](store, name, line)) + "\n")
        sys.stdout.flush()
    store.close()


if __name__ == "__main__":
    main()
