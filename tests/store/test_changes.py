"""Changes: added, removed, blocked, moved and renumbered, in whatever order they are told; answers still find their way."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from aggregator.rules.report import SYSTEM
from aggregator.store.changes import SHUT
from aggregator.store.conversing import Answered
from aggregator.store.tables import conversations
from connectors.base import Author, Change

SECOND = timedelta(seconds=1)
GROUP = {"channel": "telegram", "account": "bot", "thread": "-100"}


def change(desk, kind, second=0, **more):
    """A change of the group, unless `more` says otherwise."""
    return Change(**(GROUP | {"kind": kind, "at": desk.now + second * SECOND, "thread_name": "Warga"} | more))


def blocked(desk, kind, second):
    """Siti blocks the bot or lets it in again."""
    who = Author(desk.siti.id)
    return change(desk, kind, second, thread=desk.siti.id, direct=True, thread_name="", author=who)


def memberships(store):
    """What the bot is where, by the conversation's name."""
    with store.reading() as tx:
        return {row.name: row.membership for row in tx.execute(select(conversations)) if row.membership}


def in_group(desk, text, **more):
    return desk.said(text, **(GROUP | {"direct": False, "thread_name": "Warga"} | more))


def filed_in_group(desk, **more):
    """File what Siti said in the group; the submission as it stands."""
    _, turn = desk.turn(in_group(desk, "jalan rusak", **more))
    new = desk.new(turn_id=turn.id, contact_id=turn.contact_id, conversation_id=turn.conversation_id)
    desk.file(new)
    return desk.store.submission(new.code)


def notice(desk, code, *statuses):
    """Move a report; the notice that goes out, or None where it is for a person."""
    for status in statuses or ("forwarded",):
        desk.store.move(SYSTEM, code, status, "", desk.say, desk.now)
    last = None
    for job, last in desk.send_jobs():
        if last is None:
            desk.store.done(job)
    return last


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_newest_membership_stands(desk, store, order):
    told = [
        change(desk, "joined", 0, role="member"),
        change(desk, "left", 1),
        change(desk, "joined", 2, role="administrator"),
    ]
    for n in order:
        desk.deliver(told[n])
        desk.deliver(told[n])
    assert memberships(store) == {"Warga": "administrator"}


@pytest.mark.parametrize("order", list(itertools.permutations(("joined", "left"))))
def test_at_the_same_second_we_may_rather_speak(desk, store, order):
    for kind in order:
        desk.deliver(change(desk, kind))
    assert memberships(store) == {"Warga": "member"}


def test_a_group_s_membership_does_not_touch_another(desk, store):
    desk.deliver(change(desk, "joined"))
    desk.deliver(change(desk, "left", thread="-200", thread_name="Pasar"))
    assert memberships(store) == {"Warga": "member", "Pasar": "left"}


def test_a_group_that_is_known_keeps_its_name(desk, store):
    desk.deliver(in_group(desk, "halo"))
    desk.deliver(change(desk, "joined", thread_name="Nama lain"))
    assert memberships(store) == {"Warga": "member"}


@pytest.mark.parametrize("thread", ["-100", "-100/7"])
def test_where_we_were_removed_a_person_answers(desk, store, thread):
    own = filed_in_group(desk, thread=thread)
    desk.deliver(change(desk, "left", 1))
    assert notice(desk, own.code) is None
    (row,) = store.outbox()
    assert (row["state"], row["reason"]) == ("by_hand", SHUT)
    desk.deliver(change(desk, "joined", 2))
    store.retry_by_hand(row["id"], "owed", desk.now)
    ((_, reply),) = desk.send_jobs()
    assert reply.thread == thread


def test_who_blocks_the_bot_is_reached_by_hand_until_they_write_again(desk, store):
    own = desk.file_by(desk.siti)
    (pair,) = desk.send_jobs()
    store.sent(*pair, "p1", desk.now)
    desk.deliver(blocked(desk, "left", 1))
    assert notice(desk, own.code) is None
    desk.deliver(desk.said("masih di sini", sent_at=desk.now + 2 * SECOND))
    reply = notice(desk, own.code, "in_progress")
    assert (reply.thread, reply.unreachable) == (desk.siti.id, "")


STORY = {
    "said before": lambda desk: desk.said("satu", external_id="m-1"),
    "blocked": lambda desk: blocked(desk, "left", 10),
    "let in": lambda desk: blocked(desk, "joined", 20),
    "said after": lambda desk: desk.said("dua", external_id="m-2", sent_at=desk.now + 20 * SECOND),
}


@pytest.mark.parametrize(
    ("told", "reachable"),
    [
        (("said before", "blocked"), False),
        (("said before", "blocked", "let in"), True),
        (("said before", "blocked", "said after"), True),
    ],
)
def test_whether_a_person_can_be_reached_does_not_depend_on_the_order(desk, told, reachable):
    for n, order in enumerate(itertools.permutations(told)):
        desk.siti = replace(desk.siti, id=f"9900{n}")
        for name in order:
            desk.deliver(replace(STORY[name](desk), author=desk.siti, thread=desk.siti.id))
        (_, turn), *_ = desk.claim_turns(desk.now + timedelta(minutes=1))
        new = desk.new(contact_id=turn.contact_id, conversation_id=turn.conversation_id, turn_id=turn.id)
        desk.file(new)
        reply = notice(desk, new.code)
        assert (reply is not None and reply.unreachable == "") == reachable, order


def moved(desk, second=5, to="-1007"):
    return change(desk, "moved", second, to=to)


@pytest.mark.parametrize("before", [True, False])
def test_answers_follow_a_group_to_its_new_id(desk, before):
    if before:
        desk.deliver(moved(desk))
    own = filed_in_group(desk)
    for _ in range(2):
        desk.deliver(moved(desk))
    reply = notice(desk, own.code)
    assert (reply.thread, reply.reply_to) == ("-1007", "")  # the number is another message's in the new group


def test_what_is_said_in_the_new_group_is_answered_there(desk):
    new_group = filed_in_group(desk, thread="-1007")
    desk.deliver(moved(desk))
    reply = notice(desk, new_group.code)
    assert reply.thread == "-1007"
    assert reply.reply_to != ""


def test_removal_from_the_former_group_does_not_silence_the_new_one(desk):
    own = filed_in_group(desk)
    desk.deliver(change(desk, "left", 4))
    desk.deliver(moved(desk))
    assert notice(desk, own.code).thread == "-1007"


def test_removal_from_the_new_group_silences_what_was_said_in_the_former(desk, store):
    own = filed_in_group(desk)
    desk.deliver(moved(desk))
    desk.deliver(change(desk, "left", 6, thread="-1007"))
    assert notice(desk, own.code) is None
    assert [row["state"] for row in store.outbox()] == ["by_hand"]


OLD = Author("6281255550001", "Siti Rekaan", phone="6281255550001")
NEW = Author("6281255550002", "Siti Rekaan", phone="6281255550002")
SCOPED = Author("ID.1", "Siti Rekaan", phone=OLD.phone)


def wrote(desk, author, text, **more):
    """A private message on WhatsApp."""
    own = {"channel": "whatsapp", "account": "310001", "thread": author.phone or author.id, "author": author}
    return desk.said(text, **(own | more))


def renumbered(desk, before, after, second=5, thread=None):
    """A person's id or number becomes another."""
    author = Author(before, phone=before if before.isdecimal() else "")
    about = {"channel": "whatsapp", "account": "310001", "thread": thread or before, "direct": True, "author": author}
    return Change(**about, kind="renumbered", at=desk.now + second * SECOND, to=after)


def files(desk, item):
    """File what was said; the turn and the submission's code."""
    job, turn = desk.turn(item)
    new = desk.new(
        channel="whatsapp", contact_id=turn.contact_id, conversation_id=turn.conversation_id, turn_id=turn.id
    )
    desk.store.answer(job, turn, Answered({"step": "x"}, [], [new]), desk.never, desk.now)
    return turn, new.code


def test_a_new_number_finds_the_old_submissions(desk):
    before, code = files(desk, wrote(desk, OLD, "jalan rusak"))
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    _, after = desk.turn(wrote(desk, NEW, "status", sent_at=desk.now + 6 * SECOND))
    assert (after.contact_id, after.conversation_id) == (before.contact_id, before.conversation_id)
    assert after.dialogue == {"step": "x"}
    reply = notice(desk, code)
    assert (reply.thread, reply.to) == (NEW.id, NEW.id)
    assert desk.store.contacts_of(OLD.id) == []
    assert desk.store.contacts_of(NEW.id) == [before.contact_id]


def test_a_new_number_that_wrote_first_takes_over_the_old_submissions(desk):
    _, code = files(desk, wrote(desk, OLD, "jalan rusak"))
    _, after = desk.turn(wrote(desk, NEW, "status", sent_at=desk.now + 6 * SECOND))
    for _ in range(2):
        desk.deliver(renumbered(desk, OLD.id, NEW.id))
    assert desk.store.contacts_of(OLD.id) == []
    assert desk.store.contacts_of(NEW.id) == [after.contact_id]
    reply = notice(desk, code)
    assert (reply.thread, reply.to) == (NEW.id, NEW.id)
    with desk.store.reading() as tx:
        assert tx.exec_driver_sql("SELECT DISTINCT contact_id FROM submission").scalars().all() == [after.contact_id]


def test_a_volunteer_stays_one_under_a_new_number_that_wrote_first(desk, store):
    files(desk, wrote(desk, OLD, "jalan rusak"))
    assert store.add_volunteer("whatsapp", OLD.id, "KIM Karangan")
    files(desk, wrote(desk, NEW, "lampu mati", sent_at=desk.now + 6 * SECOND))
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    assert [(one.contact, one.name) for one in store.volunteers()] == [(NEW.id, "KIM Karangan")]


def test_what_was_sent_before_and_comes_after_belongs_to_the_new_number(desk):
    before, _ = files(desk, wrote(desk, OLD, "jalan rusak"))
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    _, late = desk.turn(wrote(desk, OLD, "dan berlubang", sent_at=desk.now + 4 * SECOND))
    assert (late.contact_id, late.conversation_id) == (before.contact_id, before.conversation_id)


def test_who_gets_the_old_number_later_is_somebody_else(desk):
    before, code = files(desk, wrote(desk, OLD, "jalan rusak"))
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    year = timedelta(days=365)
    job, other = desk.turn(wrote(desk, replace(OLD, name="Orang Lain"), "halo", sent_at=desk.now + year))
    assert other.contact_id != before.contact_id
    assert other.conversation_id != before.conversation_id
    assert other.dialogue == {}
    desk.deliver(renumbered(desk, OLD.id, NEW.id))  # told again
    assert notice(desk, code).thread == NEW.id
    desk.store.answer(job, other, Answered({}, [{"key": "x"}]), desk.never, desk.now)
    ((_, reply),) = [pair for pair in desk.send_jobs() if pair[1].kind == "answer"]
    assert reply.thread == OLD.id


def test_somebody_known_by_a_scoped_id_keeps_it_with_a_new_number(desk):
    before, code = files(desk, wrote(desk, SCOPED, "jalan rusak"))
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    _, after = desk.turn(wrote(desk, replace(SCOPED, phone=NEW.phone), "status", sent_at=desk.now + 6 * SECOND))
    assert (after.contact_id, after.conversation_id) == (before.contact_id, before.conversation_id)
    assert notice(desk, code).thread == NEW.id


def test_the_phone_number_in_an_identity_follows(desk):
    before, _ = files(desk, wrote(desk, SCOPED, "jalan rusak"))
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    assert desk.store.contacts_of(NEW.id) == [before.contact_id]
    assert desk.store.contacts_of(OLD.id) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_number_and_scoped_id_change_together_in_either_order(desk, order):
    before, code = files(desk, wrote(desk, SCOPED, "jalan rusak"))
    told = [renumbered(desk, OLD.id, NEW.id), renumbered(desk, "ID.1", "ID.2")]
    for n in order:
        desk.deliver(told[n])
    _, after = desk.turn(wrote(desk, Author("ID.2", phone=NEW.phone), "status", sent_at=desk.now + 6 * SECOND))
    assert (after.contact_id, after.conversation_id) == (before.contact_id, before.conversation_id)
    reply = notice(desk, code)
    assert (reply.thread, reply.to) == (NEW.id, "ID.2")


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_two_changes_of_number_lead_to_the_last(desk, order):
    _, code = files(desk, wrote(desk, OLD, "jalan rusak"))
    last = "6281255550003"
    desk.deliver(wrote(desk, NEW, "ya", sent_at=desk.now + 6 * SECOND))
    told = [renumbered(desk, OLD.id, NEW.id, 5), renumbered(desk, NEW.id, last, 9)]
    for n in order:
        desk.deliver(told[n])
    reply = notice(desk, code)
    assert (reply.thread, reply.to) == (last, last)


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_back_to_the_old_number(desk, order):
    _, code = files(desk, wrote(desk, OLD, "jalan rusak"))
    told = [renumbered(desk, OLD.id, NEW.id, 5), renumbered(desk, NEW.id, OLD.id, 9)]
    for n in order:
        desk.deliver(told[n])
    assert notice(desk, code).thread == OLD.id


def test_an_erased_person_stays_erased(desk, store):
    before, _ = files(desk, wrote(desk, OLD, "jalan rusak"))
    store.erase(before.contact_id, desk.now)
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    desk.deliver(change(desk, "left", 9, channel="whatsapp", account="310001", thread=OLD.id, direct=True, author=OLD))
    assert store.contacts_of(NEW.id) == []
    with store.reading() as tx:
        held = tx.execute(select(conversations.c.address)).scalars().all()
    assert all(NEW.id not in str(store.vault.open_json(one)) for one in held)


def test_of_unknown_people_nothing_is_kept(desk, store):
    desk.deliver(renumbered(desk, OLD.id, NEW.id))
    with store.reading() as tx:
        assert (
            tx.exec_driver_sql("SELECT (SELECT count(*) FROM contact) + (SELECT count(*) FROM conversation)").scalar()
            == 0
        )
