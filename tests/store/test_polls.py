"""Polls: where asking goes on, what is known of threads, and who may ask."""

from datetime import timedelta

import pytest

from aggregator.store.intake import pointer_key
from aggregator.store.jobs import LostLeaseError
from connectors.base import Parsed, Pointer

POINTER = Pointer("instagram", "17841", "comment", "c-1", "m-1")


def test_a_channel_begins_without_a_cursor_and_goes_on_where_it_was(store, desk):
    assert (store.poll_state("facebook").cursor, store.poll_state("facebook").polled_at) == ({}, None)
    store.polled("facebook", {"newest": "t1", "threads": ["a"]}, desk.now)
    store.poll_failed("facebook", "http 500")
    state = store.poll_state("facebook")
    assert (state.cursor, state.polled_at) == ({"newest": "t1", "threads": ["a"]}, desk.now)
    assert store.poll_state("instagram").cursor == {}


def test_an_error_stands_until_a_round_goes_well(store, desk):
    def error():
        return next(view.poll_error for view in store.channel_states(desk.now) if view.channel == "facebook")

    store.poll_failed("facebook", "http 500")
    assert error() == "http 500"
    store.polled("facebook", {}, desk.now)
    assert error() == ""


def test_a_round_leaves_what_others_noted_of_the_channel(store, desk):
    store.trouble("facebook", "190", desk.now)
    store.polled("facebook", {}, desk.now)
    assert not store.trouble("facebook", "190", desk.now)  # it stood already


def edit(desk, text, minutes, **changes):
    at = desk.now + timedelta(minutes=minutes)
    return desk.posted(text, kind="edit", revision=f"r{minutes}", sent_at=at, **changes)


ORDERS = {
    "as it was written": [("said", "rusak"), ("edit", "rusak parah", 5)],
    "the newest of several": [("said", "rusak"), ("edit", "rusak sekali", 5), ("edit", "rusak parah", 9)],
    "whatever came last": [("edit", "rusak parah", 9), ("edit", "rusak sekali", 5), ("said", "rusak")],
    "an edit alone": [("edit", "rusak parah", 9)],
}


@pytest.mark.parametrize("told", ORDERS.values(), ids=ORDERS.keys())
def test_the_newest_words_are_known(store, desk, told):
    for kind, *more in told:
        desk.deliver(desk.posted(*more, external_id="c1") if kind == "said" else edit(desk, *more, external_id="c1"))
    assert dict(store.known_texts("facebook", "page", ["post"])) == {("post", "c1"): "rusak parah"}
    ((_, turn),) = desk.claim_turns()
    assert [said.text for said in turn.messages] == ["rusak parah"]  # as the turn is read


def test_what_was_removed_is_known_and_has_no_words(store, desk):
    desk.deliver(desk.posted("rusak", external_id="c1"), desk.posted("gelap", external_id="c2"))
    desk.deliver(desk.posted("", external_id="c1", kind="removal", revision="removed", author=None))
    known = store.known_texts("facebook", "page", ["post"])
    assert ("post", "c1") in known
    assert known[("post", "c1")] is None
    assert dict(known) == {("post", "c2"): "gelap"}


def test_a_removal_that_came_first_is_known(store, desk):
    desk.deliver(desk.posted("", external_id="c1", kind="removal", revision="removed", author=None))
    assert store.known_texts("facebook", "page", ["post"]).get(("post", "c1"), "unknown") is None


def test_what_retention_swept_is_known_and_not_taken_for_new(store, desk):
    job, turn = desk.turn(desk.posted("wkwk", external_id="c1"))
    from aggregator.store.findings import NewFinding

    new = NewFinding("wkwk", "wkwk", {}, 0.1, "normal", supervised=False, sent_at=desk.now, set_aside=True)
    store.find(job, turn, new)
    later = desk.now + timedelta(days=8)
    store.sweep(later, timedelta(days=30), timedelta(days=7))
    known = store.known_texts("facebook", "page", ["post"])
    assert ("post", "c1") in known
    assert (known[("post", "c1")], list(known)) == (None, [])


def test_only_the_threads_that_were_named_are_told(store, desk):
    desk.deliver(desk.posted("satu", external_id="c1", thread="a"), desk.posted("dua", external_id="c2", thread="b"))
    desk.deliver(desk.posted("tiga", external_id="c3", thread="a", account="other page"))
    known = store.known_texts("facebook", "page", ["a", "unheard of"])
    assert dict(known) == {("a", "c1"): "satu"}
    for key in (("b", "c2"), ("a", "c2"), ("a", "c3"), ("unheard of", "c1")):
        assert key not in known
        with pytest.raises(KeyError):
            known[key]
    assert not store.known_texts("facebook", "page", [])


def test_a_look_at_a_long_thread_is_bounded(store, desk, monkeypatch):
    monkeypatch.setattr("aggregator.store.polls.MOST", 2)
    for number in range(4):
        desk.deliver(desk.posted(f"kata {number}", external_id=f"c{number}"))
    assert sorted(store.known_texts("facebook", "page", ["post"]).values()) == ["kata 2", "kata 3"]


def test_one_program_at_a_time_asks_a_channel(desk_on, database_url, store):
    other = desk_on(database_url).store
    with store.poll_lease("facebook") as ours, other.poll_lease("instagram") as another_channel:
        assert ours
        assert another_channel
        with other.poll_lease("facebook") as theirs:
            assert theirs is (not store.postgres)  # one program alone works on SQLite
    with other.poll_lease("facebook") as afterwards:
        assert afterwards


def test_a_look_up_that_found_nothing_is_done_and_counted(store, desk):
    desk.read("instagram", Parsed((POINTER,)))
    (job,) = store.claim(desk.now, tasks=("look_up",))
    assert job.subject == pointer_key(POINTER)
    store.found_nothing(job, "instagram", "gone")
    assert store.figures()["look_ups"] == {("instagram", "gone"): 1}
    assert not store.busy(("look_up",))
    with pytest.raises(LostLeaseError):
        store.found_nothing(job, "instagram", "gone")
    assert store.figures()["look_ups"] == {("instagram", "gone"): 1}
