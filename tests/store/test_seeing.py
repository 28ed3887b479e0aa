"""Who sees what of the queue, and what narrows it."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.lookup import UnknownCodeError
from aggregator.store.queue import Filters

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
ADMIN = Viewer("administrator", name="Ada Rekaan")
PUPR = Viewer("unit_admin", unit="pupr")
INSPECTORATE = Viewer("unit_admin", unit="inspektorat")


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (SYSTEM, {"own", "other", "accusation"}),
        (REVIEWER, {"own", "other"}),
        (ADMIN, {"own", "other"}),
        (PUPR, {"own"}),
        (INSPECTORATE, {"accusation"}),
        (Viewer("unit_admin", unit="dinkes"), set()),
        (Viewer("unit_admin"), set()),
    ],
)
def test_who_sees_what_of_the_queue(desk, store, viewer, sees):
    filed = {
        "own": desk.file(desk.new("own")),
        "other": desk.file(desk.new("other", unit="pdam")),
        "accusation": desk.file(desk.new("accusation", supervised=True, unit="inspektorat")),
    }
    assert {row.text for row in store.queue(viewer)} == sees
    assert sum(store.queue_counts(viewer).values()) == len(sees)
    assert len(store.reports_by_id(viewer, [one.report_id for one in filed.values()])) == len(sees)
    for name, one in filed.items():
        assert bool(store.timeline(viewer, one.report_id)) == (name in sees)
        assert bool(store.voices(viewer, one.report_id)) == (name in sees)
        for code in (one.code, one.report_code):
            assert may(lambda code=code: store.report(viewer, code)) == (name in sees)
        if name not in sees:
            assert not may(lambda one=one: store.move(viewer, one.code, "forwarded", "", desk.say, desk.now))
            assert not may(lambda one=one: store.assign(viewer, one.code, "pupr", "", desk.now))
            assert not may(lambda one=one: store.split(viewer, one.code, "BTL", desk.now))


def may(verb):
    try:
        verb()
    except UnknownCodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("viewer", "visibility", "author", "link"),
    [
        (REVIEWER, "public", "Siti Rekaan", "https://x.test/1"),
        (ADMIN, "public", "Siti Rekaan", "https://x.test/1"),
        (REVIEWER, "anonim", "", ""),
        (PUPR, "public", "", ""),
        (PUPR, "anonim", "", ""),
    ],
)
def test_identities_are_for_those_who_answer_them(desk, store, viewer, visibility, author, link):
    own = desk.file_by(desk.siti, visibility=visibility, permalink="https://x.test/1", original="62812-5555-0001")
    (voice,) = store.voices(viewer, own.report_id)
    assert (voice["author"], voice["permalink"]) == (author, link)
    assert not {"original", "contact_id"} & voice.keys()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"a", "b"}),
        (Filters(statuses=("forwarded",)), {"b"}),
        (Filters(unit="pdam"), {"b"}),
        (Filters(category="air_bersih"), {"b"}),
        (Filters(location="63.04.05"), {"a"}),
        (Filters(location="63.04.0"), set()),
        (Filters(words="A"), {"a"}),
        (Filters(words="%"), set()),
        (Filters(late_at=None, statuses=("closed",)), set()),
    ],
)
def test_filters_narrow_the_queue(desk, store, filters, found):
    desk.file(desk.new("a", location="63.04.05.2001"))
    b = desk.file(desk.new("b", unit="pdam", category="air_bersih", location="63.04.50"))
    desk.move(b.report_code, "forwarded")
    assert {row.text for row in store.queue(SYSTEM, filters)} == found


def test_late_reports_are_those_due_and_not_closed(desk, store):
    open_, done = desk.file(), desk.file()
    desk.move(done.report_code, "rejected")
    assert store.queue(SYSTEM, Filters(late_at=desk.now + timedelta(days=20))) == []
    late = store.queue(SYSTEM, Filters(late_at=desk.now + timedelta(days=21)))
    assert [row.code for row in late] == [open_.report_code]


def test_an_assignment_gives_the_report_to_the_other_unit(desk, store):
    filed = desk.file()
    store.assign(REVIEWER, filed.code, "pdam", "pipa bocor", desk.now)
    assert not may(lambda: store.report(PUPR, filed.code))
    row = store.report(Viewer("unit_admin", unit="pdam"), filed.code)
    assert (row.unit, row.unit_reason) == ("pdam", "pipa bocor")
    assert store.timeline(SYSTEM, row.id)[-1].note == "pupr → pdam: pipa bocor"


def test_a_citizen_finds_the_own_submissions(desk, store):
    own, _ = desk.file_by(desk.siti), desk.file_by(desk.budi)
    assert [row.code for row in store.submissions_of(own.contact_id)] == [own.code]
    assert store.submission("BTL-0000-0000-0000") is None
