"""Filing: joined when the rule is sure, opened else; once for each source; never joined what is confidential."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Match


def test_the_first_voice_opens_a_report(desk, store):
    new = desk.new("jembatan patah", location="63.04.05.2001", location_name="Semangat Dalam", place="RT 3")
    filed = desk.file(new)
    report = store.report(SYSTEM, new.code)
    assert (filed.joined, filed.code, filed.report_code) == (False, new.code, new.report_code)
    assert (report.code, report.status, report.unit, report.text) == (new.report_code, "received", "pupr", new.text)
    assert (report.verify_due, report.follow_due, report.due) == (new.dues.verify, new.dues.follow, new.dues.done)
    assert [event.kind for event in store.timeline(SYSTEM, report.id)] == ["opened"]


def test_a_sure_rule_joins(desk, store):
    first = desk.file()
    second = desk.file(desk.new(urgency="darurat", sent_at=desk.now + timedelta(hours=1)), desk.first_open)
    assert (second.joined, second.report_id) == (True, first.report_id)
    (row,) = store.queue(SYSTEM)
    assert (row.voices, row.urgency, row.last_voice_at) == (2, "darurat", desk.now + timedelta(hours=1))
    assert [event.kind for event in store.timeline(SYSTEM, row.id)] == ["opened", "joined"]
    assert store.submission(second.code).reasons == ["tempat sama"]
    assert store.summary() == {"messages": 0, "submissions": 2, "reports": 1, "joined": 1}


def test_an_unsure_rule_only_offers(desk, store):
    first = desk.file()
    unsure = desk.file(choose=lambda new, found: Match(found[0].report, 0.5, ("mirip",), sure=False))
    assert (unsure.joined, store.submission(unsure.code).likely_report_id) == (False, first.report_id)


@pytest.mark.parametrize("changes", [{"visibility": "rahasia"}, {"supervised": True}])
def test_what_is_confidential_is_never_joined_by_rule(desk, store, changes):
    desk.file()
    assert not desk.file(desk.new(**changes), desk.anything).joined
    assert len(store.queue(SYSTEM)) == 2


@pytest.mark.parametrize("changes", [{"visibility": "rahasia"}, {"supervised": True}])
def test_the_rule_is_told_what_may_not_be_joined(desk, changes):
    seen = []
    desk.file(desk.new(**changes))
    desk.file(choose=lambda new, found: seen.extend(found))
    assert [candidate.mergeable for candidate in seen] == [False]


def test_candidates_are_the_live_voices_of_the_block(desk, store):
    kept = desk.file(desk.new("di sini", slots={"rt": "3"}, point=(-3.2, 114.6)))
    desk.file(desk.new("blok lain", block="63.04:air"))
    desk.file(desk.new("lama", sent_at=desk.now - timedelta(days=91)))
    done = desk.file(desk.new("selesai"))
    desk.move(done.report_code, "forwarded", "resolved")
    found = {c.traits.text: c for c in store.candidates("63.04:jalan", desk.now - timedelta(days=90))}
    assert {text: c.open for text, c in found.items()} == {"di sini": True, "selesai": False}
    here = found["di sini"]
    assert (here.report, here.traits.slots, here.traits.point) == (kept.report_id, {"rt": "3"}, (-3.2, 114.6))


def test_the_same_source_is_filed_once(desk, store):
    new = desk.new(source_key="turn:7")
    first = desk.file(new)
    again = desk.file(desk.new(source_key="turn:7"), desk.anything)
    assert (again.repeated, again.code, again.report_code) == (True, first.code, first.report_code)
    assert len(store.queue(SYSTEM)) == 1


def test_a_person_may_choose_the_report(desk):
    first = desk.file()
    assert desk.file(desk.new(visibility="rahasia"), into=first.report_id).report_id == first.report_id


@pytest.mark.parametrize(
    ("had", "told", "has"),
    [
        ((None, ""), ("63.04.05", "Alalak"), ("63.04.05", "Alalak")),
        (("63.04.05", "Alalak"), ("63.04.05.2001", "Semangat Dalam"), ("63.04.05.2001", "Semangat Dalam")),
        (("63.04.05.2001", "Semangat Dalam"), ("63.04.05", "Alalak"), ("63.04.05.2001", "Semangat Dalam")),
        (("63.04.05", "Alalak"), ("63.04.06.2001", "Sungai Lain"), ("63.04.05", "Alalak")),
        (("63.04.05", "Alalak"), (None, ""), ("63.04.05", "Alalak")),
        ((None, "Pulau Rekaan"), (None, ""), (None, "Pulau Rekaan")),
    ],
)
def test_a_joining_voice_makes_the_place_finer_never_coarser(desk, store, had, told, has):
    desk.file(desk.new(location=had[0], location_name=had[1]))
    desk.file(desk.new(location=told[0], location_name=told[1]), desk.first_open)
    (row,) = store.queue(SYSTEM)
    assert (row.location, row.location_name) == has


def test_one_event_filed_by_two_at_once_is_one_report(desk, desk_on, store, database_url):
    other = desk_on(database_url)
    voices = [(who, who.new(source_key=f"turn:{n}")) for n, who in enumerate((desk, other, desk, other))]
    works = [lambda who=who, new=new: who.file(new, who.first_open) for who, new in voices]
    assert not at_once(*works)
    assert [row.voices for row in store.queue(SYSTEM)] == [4]


def test_one_source_filed_by_two_at_once_is_one_submission(desk, desk_on, store, database_url):
    other = desk_on(database_url)
    new = desk.new(source_key="turn:7")
    works = [lambda who=who: who.file(replace(new, code=desk.new().code, report_code=desk.new().code), desk.never)
             for who in (desk, other, desk, other)]  # fmt: skip
    assert not at_once(*works)
    assert store.summary()["submissions"] == 1


def at_once(*works):
    """Do these in threads that begin together; what they raised."""
    raised, begin = [], threading.Barrier(len(works))

    def run(work):
        begin.wait(10)
        try:
            work()
        except Exception as error:  # noqa: BLE001  # the test shows it
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised
