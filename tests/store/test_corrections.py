"""What people decided in review is told for learning, and nothing that is not for everybody who trains."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.findings import NewFinding

INSPECTORATE = Viewer("unit_admin", unit="inspektorat", name="Ina Rekaan")
READ = {"is_report": True, "category": "jalan", "class": "pengaduan", "urgency": "normal", "supervised": False}


def harvested(desk, text="titian lapuk", **changes):
    """A finding with the message that it was made from."""
    message = desk.posted(text, thread=f"post {text}")
    job, turn = desk.turn(message)
    fields = {"text": text, "original": text, "reading": READ, "confidence": 0.8, "urgency": "normal"}
    desk.store.find(job, turn, NewFinding(**(fields | {"supervised": False, "sent_at": desk.now} | changes)))
    return desk.store.turn(turn.id).finding_id, message


def accept(desk, finding, viewer=None, **changes):
    viewer = viewer or desk.reviewer
    view = desk.store.finding(viewer, finding)
    origin = {"contact_id": view.contact_id, "conversation_id": view.conversation_id, "turn_id": view.turn_id}
    new = desk.new(view.text, source_key=f"turn:{view.turn_id}", channel=view.channel, **(origin | changes))
    return desk.store.accept(viewer, finding, new, desk.never, {"key": "accepted", "params": {}}, desk.now)


def change(desk, message, kind, text=""):
    """The message is edited or removed at its source; nothing is read again yet."""
    later = desk.now + timedelta(minutes=1)
    desk.deliver(replace(message, kind=kind, text=text, revision="2", sent_at=later), now=later)


def test_what_was_read_and_what_was_decided(desk, store):
    accepted, refused, waiting = (
        harvested(desk, text)[0] for text in ("titian lapuk", "selamat pagi [nomor telepon]", "jalan rusak")
    )
    place = {"location": "63.04.05.1003", "place": "muka langgar"}
    accept(desk, accepted, category="jembatan", report_class="aspirasi", urgency="tinggi", **place)
    store.refuse(desk.reviewer, refused, "obrolan", desk.now)
    titian, pagi = store.decided()
    assert waiting
    assert (titian.text, titian.accepted, titian.reading, titian.supervised) == ("titian lapuk", True, READ, False)
    assert (titian.category, titian.report_class, titian.urgency) == ("jembatan", "aspirasi", "tinggi")
    assert (titian.location, titian.place) == ("63.04.05.1003", "muka langgar")
    assert (pagi.text, pagi.accepted, pagi.category) == ("selamat pagi [nomor telepon]", False, "")


@pytest.mark.parametrize(
    ("reading", "decided", "corrected"),
    [
        (READ, {}, False),
        (READ, {"location": "63.04.05.1003"}, False),
        (READ, {"category": "jembatan"}, True),
        (READ, {"report_class": "aspirasi"}, True),
        (READ, {"urgency": "darurat"}, True),
        (READ | {"supervised": True}, {}, True),
        (READ | {"is_report": False}, {}, True),
    ],
)
def test_what_counts_as_a_correction(desk, store, reading, decided, corrected):
    accept(desk, harvested(desk, reading=reading)[0], **decided)
    assert [one.corrected for one in store.decided()] == [corrected]


@pytest.mark.parametrize("told", [True, False])
def test_refusing_what_was_no_report_corrects_nothing(desk, store, told):
    store.refuse(desk.reviewer, harvested(desk, reading=READ | {"is_report": told})[0], "obrolan", desk.now)
    assert [one.corrected for one in store.decided()] == [told]


@pytest.mark.parametrize("sealed", [{"visibility": "rahasia"}, {"supervised": True}])
def test_nothing_confidential_is_told(desk, store, sealed):
    accept(desk, harvested(desk)[0], **sealed)
    assert store.decided() == []


def test_nothing_is_told_of_a_report_that_became_confidential(desk, store):
    filed = accept(desk, harvested(desk)[0])
    assert len(store.decided()) == 1
    desk.file(desk.new(visibility="rahasia"), into=filed.report_id)
    assert store.decided() == []


def test_an_accusation_is_told_only_where_it_was_found_to_be_none(desk, store):
    refused, opened = (
        harvested(desk, text, supervised=True, unit="inspektorat")[0] for text in ("pungli", "bukan pungli")
    )
    store.refuse(INSPECTORATE, refused, "tanpa dasar", desk.now)
    accept(desk, opened, INSPECTORATE)
    assert [one.text for one in store.decided()] == ["bukan pungli"]


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(("kind", "text"), [("removal", ""), ("edit", "titian lapuk sekali")])
def test_what_changed_at_its_source_is_told_no_more(desk, store, accepted, kind, text):
    finding, message = harvested(desk)
    if accepted:
        accept(desk, finding)
    else:
        store.refuse(desk.reviewer, finding, "obrolan", desk.now)
    assert len(store.decided()) == 1
    change(desk, message, kind, text)
    assert store.decided() == []


def test_what_was_edited_before_it_was_decided_is_told(desk, store):
    finding, message = harvested(desk)
    change(desk, message, "edit", "titian lapuk sekali")
    desk.now += timedelta(hours=1)
    store.refuse(desk.reviewer, finding, "obrolan", desk.now)
    assert len(store.decided()) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_nothing_is_told_of_who_was_erased(desk, store, accepted):
    finding, _ = harvested(desk)
    contact = store.finding(desk.reviewer, finding).contact_id
    if accepted:
        accept(desk, finding)
    else:
        store.refuse(desk.reviewer, finding, "obrolan", desk.now)
    store.erase(contact, desk.now)
    assert store.decided() == []


def test_refused_words_are_told_as_long_as_they_are_kept(desk, store):
    store.refuse(desk.reviewer, harvested(desk)[0], "obrolan", desk.now)
    store.sweep(desk.now + timedelta(days=8), timedelta(days=30), timedelta(days=7))
    assert store.decided() == []


def test_what_no_person_decided_is_not_told(desk, store):
    store.refuse(SYSTEM, harvested(desk)[0], "aturan", desk.now)
    assert store.decided() == []


def test_a_withdrawn_complaint_is_not_told(desk, store):
    filed = accept(desk, harvested(desk)[0])
    with store.writing() as tx:
        tx.exec_driver_sql(f"UPDATE submission SET withdrawn_at = received_at WHERE id = {filed.submission_id}")
    assert store.decided() == []


def test_private_answers_are_not_told(desk, store):
    about = desk.file()
    finding, _ = harvested(desk, about_submission_id=about.submission_id)
    store.refuse(desk.reviewer, finding, "obrolan", desk.now)
    assert store.decided() == []
