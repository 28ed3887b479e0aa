"""Retrieval of candidates: by index, in bounded number, and never past what stands in the same village."""

import json
from datetime import timedelta

import pytest

from aggregator.rules.report import new_code
from aggregator.store.retrieval import NEWEST, OF_PLACE, OF_REPORT
from aggregator.store.tables import reports, submissions

BLOCK, VILLAGE = "63.04:ruang", "63.04.05.2001"
CROWD = 2500
"""Reports of the block that came after the ones of the village."""
LOUD = 600
"""Voices of one report."""


@pytest.fixture
def crowded(desk, store):
    """A block in which a village's reports are older than many of other villages, and one report has very many voices."""
    with store.writing() as tx:
        old = [report(desk, VILLAGE, minutes=n) for n in range(2 * OF_PLACE)]
        new = [report(desk, f"63.04.06.{2000 + n % 90}", minutes=10_000 + n) for n in range(CROWD)]
        loud = [report(desk, VILLAGE, minutes=9_000)]
        made = tx.execute(store.insert(reports).returning(reports.c.id), [*old, *new, *loud]).scalars().all()
        voices = [*made, *[max(made)] * LOUD]
        tx.execute(store.insert(submissions), [voice(desk, at) for at in voices])
    if store.postgres:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE report")
            connection.exec_driver_sql("ANALYZE submission")
    return max(made)


def report(desk, location, minutes):
    at = desk.now - timedelta(days=30) + timedelta(minutes=minutes)
    row = {"code": new_code("BTL"), "status": "received", "category": "jalan", "report_class": "pengaduan"}
    row |= {"location": location, "block": BLOCK, "unit": "pupr", "opened_at": at, "last_voice_at": at}
    return row | {"changed_at": at, "text": "jalan berlubang"}


def voice(desk, report_id):
    row = {"code": new_code("BTL"), "report_id": report_id, "channel": "telegram", "category": "jalan"}
    row |= {"report_class": "pengaduan", "text": "jalan berlubang", "sent_at": desk.now}
    return row | {"received_at": desk.now}


def asked(desk, store):
    """The statement of a look-up at the village, as text."""
    query, told = store.candidates_query(BLOCK, desk.now - timedelta(days=90), VILLAGE)
    return str(query.params(told).compile(store.engine, compile_kwargs={"literal_binds": True}))


def plan_nodes(node):
    yield node
    for below in node.get("Plans", ()):
        yield from plan_nodes(below)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_searches_by_index_alone(desk, store, crowded):
    with store.reading() as tx:
        steps = [row.detail for row in tx.exec_driver_sql("EXPLAIN QUERY PLAN " + asked(desk, store))]
    for table in ("report", "submission", "voice"):
        assert not [step for step in steps if step.startswith(f"SCAN {table}")]
    assert not [step for step in steps if step.startswith("USE TEMP B-TREE FOR ORDER BY")]
    searched = " ".join(steps)
    for index in ("ix_report_block", "ix_report_place", "ix_submission_report ", "INTEGER PRIMARY KEY"):
        assert index in searched


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_reads_bounded_rows_by_index(desk, store, crowded):
    with store.reading() as tx:
        told = tx.exec_driver_sql("EXPLAIN (ANALYZE, FORMAT JSON) " + asked(desk, store)).scalar_one()
    told = json.loads(told) if isinstance(told, str) else told
    leaves = [node for node in plan_nodes(told[0]["Plan"]) if "Scan" in node["Node Type"] and "Plans" not in node]
    read = {"report": 0.0, "submission": 0.0}
    for node in leaves:
        if (table := node.get("Relation Name")) in read:
            assert "Index" in node["Node Type"], node
            passed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
            read[table] += (node["Actual Rows"] + passed) * node["Actual Loops"]
    assert 0 < read["report"] <= NEWEST + 3 * OF_PLACE
    assert 0 < read["submission"] <= 2 * OF_REPORT * (NEWEST + 3 * OF_PLACE)
    assert {"ix_report_block", "ix_report_place"} <= {node.get("Index Name") for node in leaves}


def test_what_stands_in_the_village_is_found_behind_newer_ones_elsewhere(desk, store, crowded):
    found = store.candidates(BLOCK, desk.now - timedelta(days=90), VILLAGE)
    here = {c.report for c in found if c.traits.location is None}  # the voices name none, their reports do
    assert len(here) == NEWEST + OF_PLACE
    assert crowded in here
    assert len({c.report for c in store.candidates(BLOCK, desk.now - timedelta(days=90))}) == NEWEST


def test_a_report_of_many_voices_gives_its_newest(desk, store, crowded):
    found = [c for c in store.candidates(BLOCK, desk.now - timedelta(days=90), VILLAGE) if c.report == crowded]
    assert len(found) == OF_REPORT


def test_a_kecamatan_and_an_unknown_place_are_near_to_each_of_its_villages(desk, store):
    for location in (None, "63.04.05", "63.04.06"):
        desk.file(desk.new(str(location), location=location, sent_at=desk.now - timedelta(days=2)))
    with store.writing() as tx:
        crowd = [report(desk, "63.04.09.2001", 60_000 + n) | {"block": "63.04:jalan"} for n in range(NEWEST)]
        made = tx.execute(store.insert(reports).returning(reports.c.id), crowd).scalars().all()
        tx.execute(store.insert(submissions), [voice(desk, at) for at in made])
    found = {c.traits.text for c in store.candidates("63.04:jalan", desk.now - timedelta(days=90), VILLAGE)}
    assert found == {"None", "63.04.05", "jalan berlubang"}


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"text": "jalan amblas"}, lambda found: found.traits.text == "jalan amblas"),
        ({"location": VILLAGE}, lambda found: found.traits.location == VILLAGE),
        ({"slots": {"rt": "2"}}, lambda found: found.traits.slots == {"rt": "2"}),
        ({"category": "jembatan"}, lambda found: found.traits.category == "jembatan"),
        ({"status": "resolved"}, lambda found: not found.open),
        ({"confidential": True}, lambda found: not found.mergeable),
    ],
)
def test_what_has_changed_of_a_voice_is_seen_at_once(desk, store, changed, seen):
    def found():
        return store.candidates("63.04:jalan", desk.now - timedelta(days=90))[0]

    desk.file(desk.new("a", sent_at=desk.now - timedelta(days=2)))
    before = found()
    assert found() is before, "the same row gives the same candidate, with all that is kept of it"
    table = reports if changed.keys() & {"status", "confidential"} else submissions
    with store.writing() as tx:
        tx.execute(table.update().values(changed))
    assert seen(found())
    assert not seen(before)
