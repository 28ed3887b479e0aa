"""Answering a turn: its state, deeds and replies together or not at all, and only if nothing came meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM
from aggregator.store.conversing import AddWords, Answered, CallPerson, EraseMe, StaleTurnError, Unsay, Withdraw
from aggregator.store.jobs import LEASE, LostLeaseError


def everything(store):
    """How much there is of what answering writes."""
    return (store.summary()["submissions"], len(store.outbox()), store.figures()["jobs"].get(("turn", "done"), 0))


def deed(desk, store, what, author=None):
    """Carry out one deed of a further turn of an author."""
    author = author or desk.siti
    job, turn = desk.turn(desk.said("lagi", author=author, thread=author.id))
    store.answer(job, turn, Answered({}, deeds=[what]), desk.never, desk.now)


def test_an_answer_keeps_state_files_and_owes(desk, store):
    job, turn = desk.turn(desk.said("jalan rusak"))
    new = desk.new(turn_id=turn.id, contact_id=turn.contact_id, conversation_id=turn.conversation_id)
    says = [{"key": "filed", "params": {"code": new.code}}, {"key": "more?"}]
    answered = Answered({"step": "filed"}, says, [new], language="bjn", reply_to="m1", about=new.code)
    store.answer(job, turn, answered, desk.never, desk.now)
    after = store.turn(turn.id)
    assert (after.done, after.dialogue, after.language) == (True, {"step": "filed"}, "bjn")
    assert after.submission_id == store.submission(new.code).id
    assert [(r["kind"], r["say"]["key"], r["submission"], r["report"]) for r in store.outbox()] == [
        ("answer", "filed", new.code, new.report_code),
        ("answer", "more?", new.code, new.report_code),
    ]
    ((_, reply),) = desk.send_jobs()  # the second waits for the first
    assert (reply.to, reply.thread, reply.account, reply.reply_to) == (desk.siti.id, "99001", "bot", "m1")
    assert (reply.language, reply.code, reply.direct) == ("bjn", new.code, True)


def test_a_message_that_comes_meanwhile_makes_the_answer_stale(desk, store):
    job, turn = desk.turn(desk.said("jalan rusak"))
    desk.deliver(desk.said("di Handil Bakti"))
    before = everything(store)
    with pytest.raises(StaleTurnError):
        store.answer(job, turn, Answered({"step": "x"}, [{"key": "filed"}], [desk.new()]), desk.never, desk.now)
    assert everything(store) == before
    assert store.turn(turn.id).dialogue == {}
    store.postpone(job, desk.now)
    ((job, turn),) = desk.claim_turns()
    assert [said.text for said in turn.messages] == ["jalan rusak", "di Handil Bakti"]
    store.answer(job, turn, Answered({}, [{"key": "filed"}]), desk.never, desk.now)


def test_deeds_are_done_all_or_none(desk, store):
    job, turn = desk.turn(desk.said("jalan rusak"))
    before = everything(store)

    def breaks(new, candidates):
        raise RuntimeError("the second deed fails")

    deeds = [desk.new(block="one"), desk.new(text="two", block="two")]
    chooses = iter([desk.never, breaks])

    def choose(new, candidates):
        return next(chooses)(new, candidates)

    with pytest.raises(RuntimeError):
        store.answer(job, turn, Answered({"a": 1}, [{"key": "x"}], deeds), choose, desk.now)
    assert everything(store) == before
    assert not store.turn(turn.id).done
    assert store.turn(turn.id).dialogue == {}
    store.answer(job, turn, Answered({}, [{"key": "x"}], deeds), desk.never, desk.now)


def test_an_answer_without_the_lease_counts_nothing(desk, store):
    job, turn = desk.turn(desk.said("jalan rusak"))
    assert store.claim(desk.now + LEASE, tasks=("turn",))
    with pytest.raises(LostLeaseError):
        store.answer(job, turn, Answered({}, [{"key": "x"}], [desk.new()]), desk.never, desk.now)
    assert everything(store) == (0, 0, 0)


def test_what_follows_an_answer_is_another_turn(desk, store):
    job, turn = desk.turn(desk.said("jalan rusak"))
    store.answer(job, turn, Answered({"step": 1}), desk.never, desk.now)
    _, later = desk.turn(desk.said("terima kasih"))
    assert later.id != turn.id
    assert (later.conversation_id, later.dialogue) == (turn.conversation_id, {"step": 1})


def test_words_are_added_to_the_own_submission_only(desk, store):
    own = desk.file_by(desk.siti, "jalan rusak")
    deed(desk, store, AddWords(own.code, "dekat SDN"))
    deed(desk, store, AddWords(own.code, "bukan punya saya"), desk.budi)
    assert store.submission(own.code).text == "jalan rusak\ndekat SDN"
    assert [e.kind for e in store.timeline(SYSTEM, own.report_id)] == ["opened", "added"]


def test_words_that_another_submission_tells_are_taken_out(desk, store):
    masked, words = "oh iya lampu mati, hubungi […]", "oh iya lampu mati, hubungi 62812-5555-0001"
    own = desk.file_by(desk.siti, f"jalan rusak, {masked}", original=f"jalan rusak, {words}")
    deed(desk, store, Unsay(own.code, masked, words), desk.budi)
    deed(desk, store, Unsay(own.code, "so never said", "so never said"))
    assert store.submission(own.code).text == f"jalan rusak, {masked}"
    deed(desk, store, Unsay(own.code, masked, words))
    told = store.submission(own.code)
    assert told.text == store.report(SYSTEM, own.code).text == "jalan rusak"
    assert store.vault.open_json(told.original) == {"text": "jalan rusak"}
    assert [e.kind for e in store.timeline(SYSTEM, own.report_id)] == ["opened", "parted"]
    deed(desk, store, Unsay(own.code, "jalan rusak", "jalan rusak"))
    assert store.submission(own.code).text == "jalan rusak"


def test_a_call_for_a_person_stands_in_the_timeline(desk, store):
    own = desk.file_by(desk.siti)
    deed(desk, store, CallPerson(own.code, "mau bicara dengan petugas"))
    assert [(e.kind, e.note) for e in store.timeline(SYSTEM, own.report_id)][1:] == [
        ("asked", "mau bicara dengan petugas")
    ]


def test_the_last_voice_takes_the_report_with_it(desk, store):
    first = desk.file_by(desk.siti)
    second = desk.file_by(desk.budi, choose=desk.first_open)
    deed(desk, store, Withdraw(first.code), desk.budi)  # not his
    deed(desk, store, Withdraw(first.code))
    assert store.report(SYSTEM, first.report_code).status == "received"
    assert [row.voices for row in store.queue(SYSTEM)] == [1]
    deed(desk, store, Withdraw(second.code), desk.budi)
    assert store.report(SYSTEM, first.report_code).status == "withdrawn"


def test_withdrawing_from_a_closed_report_leaves_it_closed(desk, store):
    own = desk.file_by(desk.siti)
    desk.move(own.report_code, "rejected")
    deed(desk, store, Withdraw(own.code))
    assert store.report(SYSTEM, own.report_code).status == "rejected"


def test_nothing_joins_a_withdrawn_report(desk, store):
    own = desk.file_by(desk.siti)
    deed(desk, store, Withdraw(own.code))
    assert not desk.file(choose=desk.first_open).joined


def test_erasing_waits_until_the_answer_has_gone_out(desk, store):
    job, turn = desk.turn(desk.said("HAPUS DATA"))
    store.answer(job, turn, Answered({}, [{"key": "erased"}], [EraseMe()]), desk.never, desk.now)
    assert [job.subject for job in store.claim(desk.now, tasks=("erase",))] == []
    ((job, reply),) = desk.send_jobs()
    assert reply.to == desk.siti.id
    store.sent(job, reply, "p1", desk.now)
    assert [job.subject for job in store.claim(desk.now, tasks=("erase",))] == [str(turn.contact_id)]


def harvest(desk, store, text):
    """A harvested message, filed from its turn."""
    message = desk.posted(text)
    _, turn = desk.turn(message)
    new = desk.new(text, turn_id=turn.id, contact_id=turn.contact_id, source_key=f"turn:{turn.id}")
    desk.file(new)
    store.release_all(desk.now)
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE job SET state = 'done'")
        tx.exec_driver_sql("UPDATE turn SET state = 'done'")
    return message, new


@pytest.mark.parametrize(
    ("kind", "text", "event"), [("edit", "jalan rusak berat", "edited"), ("removal", "", "removed")]
)
def test_what_was_filed_follows_its_source(desk, store, kind, text, event):
    message, new = harvest(desk, store, "jalan rusak")
    later = desk.posted(
        text, external_id=message.external_id, kind=kind, revision="2", sent_at=desk.now + timedelta(hours=1)
    )
    job, turn = desk.turn(later)
    store.refresh(job, turn, text, text, desk.now)
    voice = store.submission(new.code)
    assert voice.text == text
    assert (voice.removed_at is not None, voice.contact_id is None) == (
        (True, True) if kind == "removal" else (False, False)
    )
    assert store.report(SYSTEM, new.code).text == text
    assert [e.kind for e in store.timeline(SYSTEM, voice.report_id)] == ["opened", event]


def test_an_edit_changes_its_own_words_only(desk, store):
    """The complaint came before the place that was asked for, and a detail was added afterwards."""
    where = desk.said("handil bakti", author=desk.siti)
    job, turn = desk.turn(where)
    told = desk.new("jalan rusak, […]\nhandil bakti", original="jalan rusak, 0812\nhandil bakti")
    told = replace(told, contact_id=turn.contact_id, turn_id=turn.id)
    store.answer(job, turn, Answered({}, deeds=[told]), desk.never, desk.now)
    deed(desk, store, AddWords(told.code, "dekat SDN"))
    for revision, text in ((2, "berangas"), (3, "handil bakti rt 3")):
        changes = {"kind": "edit", "revision": str(revision), "sent_at": desk.now + timedelta(minutes=revision)}
        job, turn = desk.turn(replace(where, text=text, **changes))
        store.refresh(job, turn, text, text, desk.now)
    voice = store.submission(told.code)
    assert voice.text == "jalan rusak, […]\nhandil bakti rt 3\ndekat SDN"
    assert store.vault.open_json(voice.original)["text"] == "jalan rusak, 0812\nhandil bakti rt 3\ndekat SDN"
