"""Ingesting and sweeping: one message at a time under its own key; what need not be kept goes by itself."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM
from aggregator.store.findings import NewFinding
from aggregator.store.intake import Settling
from connectors.base import Parsed

DAY = timedelta(days=1)


def found(desk, text="jalan rusak", **changes):
    return NewFinding(text, text, {"category": "jalan"}, 0.8, "normal", supervised=False, sent_at=desk.now, **changes)


def test_a_submission_is_filed_at_once_and_never_twice(desk, store):
    item, new = desk.posted("jalan rusak"), desk.new("jalan rusak", channel="facebook")
    first = store.ingest(item, new, desk.never, desk.now)
    assert (first.outcome, first.submission, first.report) == ("filed", new.code, new.report_code)
    again = store.ingest(item, desk.new(), desk.never, desk.now)
    assert (again.outcome, again.submission, again.report) == ("repeated", new.code, new.report_code)
    assert store.summary() == {"messages": 1, "submissions": 1, "reports": 1, "joined": 0}


@pytest.mark.parametrize(
    ("set_aside", "outcome", "waiting"), [(False, "review", ["jalan rusak"]), (True, "ignored", [])]
)
def test_a_finding_goes_to_review(desk, store, set_aside, outcome, waiting):
    told = store.ingest(desk.posted("jalan rusak"), found(desk, set_aside=set_aside), desk.never, desk.now)
    assert (told.outcome, told.submission) == (outcome, None)
    assert [finding.text for finding in store.findings(SYSTEM)] == waiting


def test_chatter_is_known_and_no_more(desk, store):
    item = desk.posted("selamat pagi")
    assert store.ingest(item, None, desk.never, desk.now).outcome == "ignored"
    assert store.ingest(item, None, desk.never, desk.now).outcome == "repeated"
    assert store.messages_by_channel() == {"facebook": 1}


def test_what_was_ingested_is_erased_with_its_author(desk, store):
    new = desk.new("jalan rusak", channel="facebook")
    store.ingest(desk.posted("jalan rusak"), new, desk.never, desk.now)
    (contact,) = store.contacts_of(desk.siti.id)
    assert store.erase(contact, desk.now) == 1
    assert store.submission(new.code).text == ""


def bodies(store):
    with store.reading() as tx:
        return tx.exec_driver_sql("SELECT count(*) FROM delivery WHERE body IS NOT NULL").scalar()


def test_raw_deliveries_go_after_their_time_but_malformed_ones_stay(desk, store):
    desk.deliver(desk.said("jalan rusak"))
    desk.read("telegram", Parsed(malformed=("no id",)))
    assert store.sweep(desk.now + 30 * DAY, 30 * DAY, 7 * DAY)["deliveries"] == 0
    assert store.sweep(desk.now + 31 * DAY, 30 * DAY, 7 * DAY)["deliveries"] == 1
    assert bodies(store) == 1
    assert store.replay(desk.now) == 1


@pytest.mark.parametrize(("state", "goes"), [("set_aside", True), ("refused", True), ("waiting", False)])
def test_what_was_no_report_loses_words_and_author(desk, store, state, goes):
    identity = desk.finding("obrolan biasa", set_aside=state == "set_aside")
    if state == "refused":
        store.refuse(desk.reviewer, identity, "obrolan", desk.now)
    for days, gone in ((7, False), (8, goes)):
        store.sweep(desk.now + days * DAY, 30 * DAY, 7 * DAY)
        finding = store.finding(SYSTEM, identity)
        assert (finding.text, finding.original, finding.author) == (
            ("", "", "") if gone else ("obrolan biasa", "obrolan biasa", "Siti Rekaan")
        )
        (said,) = store.turn(finding.turn_id).messages
        assert said.removed == gone


def test_what_was_swept_does_not_come_back(desk, store):
    message = desk.posted("obrolan biasa")
    job, turn = desk.turn(message)
    store.find(job, turn, found(desk, "obrolan biasa", set_aside=True))
    store.sweep(desk.now + 8 * DAY, 30 * DAY, 7 * DAY)
    desk.deliver(message, now=desk.now + 9 * DAY, settling=Settling())
    assert store.messages_by_channel() == {"facebook": 1}
    assert desk.waiting_turns() == []
