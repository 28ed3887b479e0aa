"""Intake: each Inbound once, gathered into turns; edits, removals and receipts in whatever order they come."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from aggregator.store.intake import Settling
from aggregator.store.tables import conversations
from connectors.base import Media, Receipt

SECOND = timedelta(seconds=1)
_numbers = itertools.count(1)


def texts(turn):
    return [said.text for said in turn.messages if not said.removed]


def heard(desk):
    """What stands in all turns that are to be read."""
    return [texts(turn) for turn in desk.waiting_turns()]


def test_the_same_message_in_two_deliveries_is_one(desk, store):
    message = desk.said("jalan rusak")
    desk.deliver(message, message)
    desk.deliver(message)
    assert store.messages_by_channel() == {"telegram": 1}
    assert heard(desk) == [["jalan rusak"]]


@pytest.mark.parametrize("part", ["channel", "account", "thread", "external_id"])
def test_another_key_is_another_message(desk, store, part):
    one = desk.said("ya")
    other = desk.said("ya", **{"external_id": one.external_id, part: "elsewhere"})
    desk.deliver(one)
    desk.deliver(other)
    assert sum(store.messages_by_channel().values()) == 2


def test_a_message_comes_back_whole(desk):
    message = desk.said(
        "di sini",
        media=(Media("photo", "file-1", "image/jpeg"),),
        point=(-3.2, 114.6),
        reply_to="m0",
        button="yes",
        forwarded=True,
        permalink="https://x.test/1",
    )
    _, turn = desk.turn(message)
    (said,) = turn.messages
    assert (said.text, said.media[0]["ref"], said.point) == ("di sini", "file-1", (-3.2, 114.6))
    assert (said.reply_to, said.button, said.forwarded) == ("m0", "yes", True)
    assert (said.permalink, said.external_id, said.sent_at) == ("https://x.test/1", message.external_id, desk.now)
    assert (turn.direct, turn.channel, turn.received_at) == (True, "telegram", desk.now)


def test_a_burst_is_one_turn_that_settles_after_its_last_message(desk):
    desk.deliver(desk.said("pak"))
    desk.deliver(desk.said("jalan rusak"), now=desk.now + 3 * SECOND)
    ((_, turn),) = desk.claim_turns(desk.now + 3 * SECOND)
    assert texts(turn) == ["pak", "jalan rusak"]
    assert turn.settle_at == desk.now + 7 * SECOND


def test_an_album_is_one_turn_and_settles_sooner(desk):
    photos = [desk.said(text, album="a1", media=(Media("photo", text),)) for text in ("", "rusak", "")]
    _, turn = desk.turn(*photos)
    assert [len(said.media) for said in turn.messages] == [1, 1, 1]
    assert turn.settle_at == desk.now + Settling().album


def test_conversations_do_not_mix(desk):
    desk.deliver(desk.said("satu"), desk.said("dua", author=desk.budi, thread=desk.budi.id))
    assert sorted(heard(desk)) == [["dua"], ["satu"]]


@pytest.mark.parametrize(
    ("seconds", "turns"),
    [((0, 119), 1), ((0, 120), 1), ((0, 121), 2), ((0, 100, 200), 1), ((200, 100, 0), 1), ((0, 500), 2)],
)
def test_harvested_messages_are_gathered_by_the_time_they_were_sent(desk, seconds, turns):
    for n in seconds:
        desk.deliver(desk.posted(f"baris {n}", sent_at=desk.now + n * SECOND), now=desk.now + timedelta(days=1))
    assert len(desk.waiting_turns()) == turns


@pytest.mark.parametrize("other", [{"author": "budi"}, {"thread": "another post"}, {"author": None}])
def test_harvested_messages_of_another_author_or_thread_are_apart(desk, other):
    other = {key: desk.budi if value == "budi" else value for key, value in other.items()}
    desk.deliver(desk.posted("satu"), desk.posted("dua", **other))
    assert len(desk.waiting_turns()) == 2


def test_the_turn_is_in_the_order_of_sending(desk):
    late, early = desk.posted("dua", sent_at=desk.now + SECOND), desk.posted("satu")
    _, turn = desk.turn(late, early)
    assert texts(turn) == ["satu", "dua"]


def edition(desk, message, kind, number, text=""):
    """An edit or removal of a message."""
    return desk.posted(
        text,
        thread=message.thread,
        external_id=message.external_id,
        kind=kind,
        revision=f"{kind} {number}",
        sent_at=desk.now + number * SECOND,
    )


def story(desk, *, removed):
    """A message, two edits of it, perhaps its removal, and a neighbour's message; what should be left; in a new thread."""
    thread = f"post {next(_numbers)}"
    message = desk.posted("jalan rusk", thread=thread)
    neighbour = desk.posted("sama di tempat saya", thread=thread, author=desk.budi)
    told = [message, neighbour, edition(desk, message, "edit", 1, "jalan rusak")]
    told += [edition(desk, message, "edit", 2, "jalan rusak parah")]
    left = {"sama di tempat saya"} | (set() if removed else {"jalan rusak parah"})
    return ([*told, edition(desk, message, "removal", 3)] if removed else told), left


@pytest.mark.parametrize("removed", [False, True])
def test_edits_and_removals_end_alike_in_any_order(desk, store, removed):
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(order=st.permutations(range(5 if removed else 4)), twice=st.sets(st.integers(0, 4)), together=st.booleans())
    def end_alike(order, twice, together):
        told, left = story(desk, removed=removed)
        items = [told[n] for n in order] + [told[n] for n in twice if n < len(told)]
        for batch in [items] if together else [[item] for item in items]:
            desk.deliver(*batch)
        stands = [text for turn in desk.waiting_turns() for text in texts(turn)]
        assert sorted(stands) == sorted(left)
        with store.writing() as tx:
            tx.exec_driver_sql("UPDATE job SET state = 'done'")

    end_alike()


def test_a_removed_message_keeps_no_word(desk, store):
    message = desk.posted("jalan rusak")
    desk.deliver(message, edition(desk, message, "edit", 1, "jalan rusak parah"))
    desk.deliver(edition(desk, message, "removal", 2))
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM message WHERE content IS NOT NULL").scalar() == 0
        assert tx.exec_driver_sql("SELECT count(*) FROM delivery WHERE body IS NOT NULL").scalar() == 0
    desk.deliver(message)
    ((_, turn),) = desk.claim_turns()
    assert [said.removed for said in turn.messages] == [True]


def test_an_edit_keeps_the_photo_and_is_marked(desk):
    message = desk.posted("jalan rusk", media=(Media("photo", "file-1"),))
    _, turn = desk.turn(message, edition(desk, message, "edit", 1, "jalan rusak"))
    (said,) = turn.messages
    assert (said.text, said.edited, said.media[0]["ref"]) == ("jalan rusak", True, "file-1")
    assert said.sent_at == desk.now


def test_what_is_added_to_a_turn_is_another_edition_of_it(desk, store):
    _, turn = desk.turn(desk.said("pak"))
    desk.deliver(desk.said("jalan rusak"))
    assert store.turn(turn.id).edition > turn.edition


def test_a_number_that_writes_again_can_be_answered_again(desk, store):
    desk.file_by(desk.siti)
    job, reply = desk.send_jobs()[0]
    store.turn_away(job, reply, "blocked", desk.now, unreachable=True)
    desk.file_by(desk.siti, "lagi")
    ((_, reply),) = desk.send_jobs()
    assert reply.unreachable == ""


def test_the_window_opens_with_each_direct_message(desk, store):
    desk.file_by(desk.siti)
    ((_, reply),) = desk.send_jobs()
    assert reply.window_until == desk.now + timedelta(hours=24)


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        (("sent", "delivered", "read"), "read"),
        (("read", "delivered", "sent"), "read"),
        (("delivered", "sent"), "delivered"),
        (("sent", "failed", "sent"), "failed"),
    ],
)
def test_receipts_only_advance(desk, store, told, stands):
    desk.file_by(desk.siti)
    ((job, reply),) = desk.send_jobs()
    store.sent(job, reply, "platform-1", desk.now)
    for state in told:
        desk.deliver(Receipt("telegram", "platform-1", state, desk.now))
    assert [row["receipt"] for row in store.outbox()] == [stands]


def test_a_receipt_of_something_unknown_is_harmless(desk, store):
    desk.deliver(Receipt("telegram", "never sent", "read", desk.now))
    assert store.outbox() == []


def test_a_group_s_consent_is_kept_sealed_and_survives_the_next_import(desk, store):
    group = {"channel": "whatsapp_export", "account": "Warga", "thread": "Warga"}
    desk.deliver(desk.posted("jalan rusak", **group))
    store.note_consent("whatsapp_export", "Warga", "Warga", "disetujui rapat RT 3", desk.now)
    desk.deliver(desk.posted("lampu mati", **group))
    with store.reading() as tx:
        sealed = bytes(tx.execute(select(conversations.c.address)).scalar_one())
    assert b"disetujui" not in sealed
    assert store.vault.open_json(sealed)["consent"]["words"] == "disetujui rapat RT 3"
