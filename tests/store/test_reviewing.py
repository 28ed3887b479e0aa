"""Review: a finding is decided once, and only those see it who may."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.findings import NewFinding
from aggregator.store.lookup import UnknownCodeError
from aggregator.store.reviewing import DecidedError

ADMIN = Viewer("administrator", name="Ada Rekaan")
REVIEWER = Viewer("reviewer", name="Rina Rekaan")
PUPR = Viewer("unit_admin", unit="pupr")
INSPECTORATE = Viewer("unit_admin", unit="inspektorat")
SAYS = {"key": "accepted", "params": {"place": "Alalak"}}


def accept(desk, store, finding, viewer=REVIEWER, **named):
    view = store.finding(viewer, finding)
    origin = {"contact_id": view.contact_id, "conversation_id": view.conversation_id, "turn_id": view.turn_id}
    new = desk.new(view.text, source_key=f"turn:{view.turn_id}", channel=view.channel, **origin)
    return store.accept(viewer, finding, new, desk.never, SAYS, desk.now, **named)


@pytest.mark.parametrize(
    ("viewer", "plain", "accusation"),
    [
        (REVIEWER, True, False),
        (ADMIN, True, False),
        (PUPR, False, False),
        (INSPECTORATE, False, True),
        (SYSTEM, True, True),
    ],
)
def test_who_sees_what_in_review(desk, store, viewer, plain, accusation):
    ids = {desk.finding(): plain, desk.finding(supervised=True, unit="inspektorat"): accusation}
    assert {f.id for f in store.findings(viewer)} == {i for i, seen in ids.items() if seen}
    for identity, seen in ids.items():
        assert (store.finding(viewer, identity) is not None) == seen
    assert sum(store.finding_counts(viewer).values()) == sum(ids.values())


def test_danger_comes_first(desk, store):
    ids = [desk.finding(urgency=urgency) for urgency in ("normal", "tinggi", "darurat")]
    assert [f.id for f in store.findings(REVIEWER)] == ids[::-1]


def test_one_finding_is_shown_whole_and_the_list_without_identity(desk, store):
    identity = desk.finding("jalan [telepon]", original="jalan 62812-5555-0001")
    whole, (listed,) = store.finding(REVIEWER, identity), store.findings(REVIEWER)
    assert (whole.original, whole.author, whole.reading) == (
        "jalan 62812-5555-0001",
        "Siti Rekaan",
        {"category": "jalan"},
    )
    assert (listed.original, listed.author, listed.text) == ("", "", "jalan [telepon]")


def test_accepting_files_and_tells_the_author(desk, store):
    filed = accept(desk, store, desk.finding())
    assert store.report(REVIEWER, filed.code).code == filed.report_code
    (notice,) = store.outbox()
    assert (notice["kind"], notice["channel"], notice["submission"]) == ("notice", "facebook", filed.code)
    assert notice["say"]["params"] == {"place": "Alalak", "code": filed.code}
    ((_, reply),) = desk.send_jobs()
    assert (reply.direct, reply.thread.startswith("post"), reply.reply_to != "") == (False, True, True)


def test_a_finding_is_decided_once(desk, store):
    identity = desk.finding()
    view = store.finding(REVIEWER, identity)
    accept(desk, store, identity)
    with pytest.raises(DecidedError):
        store.accept(ADMIN, identity, desk.new(), desk.never, SAYS, desk.now)
    with pytest.raises(DecidedError):
        store.refuse(ADMIN, identity, "bukan", desk.now)
    assert (store.summary()["submissions"], len(store.outbox())) == (1, 1)
    assert store.finding(REVIEWER, identity).decided_by == "Rina Rekaan"
    assert store.turn(view.turn_id).done


def test_refusing_files_nothing(desk, store):
    identity = desk.finding()
    store.refuse(REVIEWER, identity, "obrolan", desk.now)
    assert (store.finding(REVIEWER, identity).state, store.finding(REVIEWER, identity).reason) == ("refused", "obrolan")
    assert (store.findings(REVIEWER), store.summary()["submissions"]) == ([], 0)
    with pytest.raises(DecidedError):
        store.accept(REVIEWER, identity, desk.new(), desk.never, SAYS, desk.now)


def test_nobody_decides_what_they_may_not_see(desk, store):
    identity = desk.finding(supervised=True, unit="inspektorat")
    with pytest.raises(DecidedError):
        store.refuse(REVIEWER, identity, "x", desk.now)
    store.refuse(INSPECTORATE, identity, "x", desk.now)


def test_a_reviewer_chooses_the_report(desk, store):
    first = desk.file()
    filed = accept(desk, store, desk.finding(), into=first.code)
    assert (filed.joined, filed.report_code) == (True, first.report_code)


def test_a_report_that_the_reviewer_may_not_see_cannot_be_chosen(desk, store):
    accusation = desk.file(desk.new(supervised=True, unit="inspektorat"))
    identity = desk.finding()
    with pytest.raises(UnknownCodeError):
        accept(desk, store, identity, into=accusation.report_code)
    assert store.finding(REVIEWER, identity).state == "waiting"  # nothing of the transaction counted


def test_what_is_no_report_is_set_aside_and_may_still_be_accepted(desk, store):
    identity = desk.finding(set_aside=True)
    assert store.findings(REVIEWER) == []
    assert [f.id for f in store.findings(REVIEWER, "set_aside")] == [identity]
    assert accept(desk, store, identity).code


def reread(desk, store, message, kind, new):
    """The message of a finding changes at its source, and its turn is read again."""
    later = {
        "external_id": message.external_id,
        "kind": kind,
        "revision": "2",
        "sent_at": desk.now + timedelta(minutes=1),
    }
    job, turn = desk.turn(desk.posted("", **later))
    store.find(job, turn, new)
    return store.turn(turn.id).finding_id


def test_a_finding_follows_its_source_until_it_is_decided(desk, store):
    message = desk.posted("jalan rusk")
    job, turn = desk.turn(message)
    store.find(job, turn, NewFinding("jalan rusk", "jalan rusk", {}, 0.8, "normal", supervised=False, sent_at=desk.now))
    edited = NewFinding("jalan rusak", "jalan rusak", {}, 0.8, "normal", supervised=False, sent_at=desk.now)
    identity = reread(desk, store, message, "edit", edited)
    assert [f.text for f in store.findings(REVIEWER)] == ["jalan rusak"]
    reread(desk, store, message, "removal", None)
    gone = store.finding(REVIEWER, identity)
    assert (gone.state, gone.text, gone.original, gone.author) == ("removed", "", "", "")
    with pytest.raises(DecidedError):
        store.refuse(REVIEWER, identity, "x", desk.now)
