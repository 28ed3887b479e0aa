"""Private replies below comments, the answers to them, and strangers who write to a page: shown the way, and not kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer, token_in
from aggregator.store.owing import STRANGER
from aggregator.store.reviewing import DecidedError
from bots.base import NO_ANSWER, Accepted, AnsweredBefore, Later, Refused, TokenDead, Unreachable, WindowShut
from connectors.base import Author, Media, Parsed

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
PERSON = "7700101"
"""The writer's id in private (PSID, IGSID); below comments the platforms may use another."""


@pytest.fixture(params=["facebook", "instagram"])
def channel(request):
    return request.param


@pytest.fixture
def wrote(desk, channel):
    """A direct message to our page."""

    def make(text="di depan SD", thread=PERSON, **changes):
        author = Author(thread, "Siti Rekaan")
        fields = {"channel": channel, "account": "page", "thread": thread, "author": author, "uninvited": True}
        return desk.said(text, **(fields | changes))

    return make


@pytest.fixture
def filed(program, desk, store, channel):
    """A comment in review, accepted; the public reply and the private one are owed."""

    def make(text="jalan rusak", viewer=REVIEWER, **changes):
        program.hear(desk.posted(text, channel=channel, **changes))
        (finding,) = store.findings(viewer)
        return program.accept(viewer, finding)

    return make


@pytest.fixture
def answered(program, filed, channel):
    """The same, once the platform took both replies and told whom the private one reached."""
    filed = filed()
    program.app.bots[channel].answers = ["public 1", Accepted("m_1", PERSON)]
    program.send()
    return filed


def keys(store):
    return [row["key"].split(":")[0] + (":private" if row["key"].endswith("private") else "") for row in store.outbox()]


def test_a_comment_is_answered_once_in_public_and_once_in_private(program, filed, store, channel):
    filed = filed("jalan rusak", external_id="comment 7")
    outbox = program.send()
    assert keys(store) == ["notice", "notice:private"]
    assert [row["state"] for row in outbox.values()] == ["sent", "sent"]
    public, private = program.app.bots[channel].took
    assert (public.direct, public.reply_to, private.direct, private.reply_to) == (False, "comment 7", True, "comment 7")
    assert private.text.startswith("Terima kasih, keluhan Anda di kolom komentar sudah kami catat.")
    assert filed.code not in public.text + private.text
    program.app.reviewer.move(REVIEWER, filed.report_code, "forwarded", "")
    program.send()
    assert [out.direct for out in program.app.bots[channel].took] == [False, True, False]


def test_other_channels_owe_no_private_reply(program, desk, store):
    program.hear(desk.said("jalan rusak", direct=False, thread="group", thread_name="Warga"))
    program.accept(REVIEWER, store.findings(REVIEWER)[0])
    assert keys(store) == ["notice"]


def test_the_private_reply_gives_the_ways_that_are_set_up(program, filed, channel):
    object.__setattr__(
        program.app.sender, "ways", lambda origin, token: f"\nTelegram: https://t.me/x?start={token or origin}"
    )
    filed()
    program.send()
    public, private = program.app.bots[channel].took
    assert token_in(private.text.splitlines()[-1].removeprefix("Telegram: https://t.me/x?start="))
    assert "t.me" not in public.text


@pytest.mark.parametrize("error", [WindowShut("10900"), Unreachable("551"), Refused("10")])
def test_a_private_reply_that_is_refused_is_nobodys_work(program, filed, store, channel, error):
    filed()
    program.app.bots[channel].answers = ["public 1", error]
    rows = list(program.send().values())
    assert [(row["state"], row["reason"]) for row in rows] == [("sent", ""), ("failed", error.reason)]
    assert store.outbox("by_hand") == []


@pytest.mark.parametrize(
    ("first", "ends"), [(NO_ANSWER, ("sent", "")), ("http 503", ("failed", "10900")), (None, ("failed", "10900"))]
)
def test_answered_before_means_sent_where_an_earlier_try_ended_unknown(program, filed, channel, first, ends):
    filed()
    refusals = [Later(first)] if first else []
    program.app.bots[channel].answers = ["public 1", *refusals, AnsweredBefore("10900")]
    program.send()
    row = list(program.send(program.app.now + timedelta(minutes=5)).values())[-1]
    assert (row["state"], row["reason"]) == ends


@pytest.mark.parametrize("error", [Later("no answer"), TokenDead("190")])
def test_a_private_reply_that_may_still_go_stays_owed(program, filed, channel, error):
    filed()
    program.app.bots[channel].answers = ["public 1", error]
    assert [row["state"] for row in program.send().values()] == ["sent", "owed"]


def test_who_was_answered_privately_is_shown_beside_the_report(program, answered, wrote, store):
    program.hear(wrote("di depan SD", media=(Media("photo", "https://cdn.example/1"),)), now=program.app.now)
    (finding,) = store.findings(REVIEWER)
    assert (finding.text, finding.thread_name, finding.state) == ("di depan SD", "jawaban pribadi", "waiting")
    about = store.answered(REVIEWER, finding.id)
    assert (about.code, about.report_code, about.text) == (answered.code, answered.report_code, "jalan rusak")
    assert program.app.reviewer.suggestions(REVIEWER, finding.id) == []
    assert keys(store) == ["notice", "notice:private"]  # the bot says nothing to it


def test_even_words_that_are_no_report_are_shown(program, answered, wrote, store):
    program.hear(wrote("ya betul"), now=program.app.now)
    assert [f.text for f in store.findings(REVIEWER)] == ["ya betul"]


def test_accepting_adds_the_words_and_files_nothing(program, answered, wrote, store):
    program.hear(wrote("di depan SD"), wrote("sebelah kiri"), now=program.app.now)
    (finding,) = store.findings(REVIEWER)
    again = program.accept(REVIEWER, finding)
    assert (again.code, again.joined) == (answered.code, True)
    assert store.submission(answered.code).text == "jalan rusak\ndi depan SD\nsebelah kiri"
    assert store.summary()["submissions"] == 1
    events = store.timeline(SYSTEM, answered.report_id)
    assert [(e.kind, e.note) for e in events][1:] == [("added", "di depan SD\nsebelah kiri")]
    assert keys(store) == ["notice", "notice:private"]
    with pytest.raises(DecidedError):
        program.accept(REVIEWER, finding)


def test_added_words_follow_their_author_s_edit_and_removal(program, answered, wrote, store):
    said = wrote("di depan SD")
    later = {"sent_at": said.sent_at + timedelta(minutes=5), "uninvited": True}
    program.hear(said, now=program.app.now)
    program.accept(REVIEWER, store.findings(REVIEWER)[0])
    for kind, text, told in (("edit", "di depan SMP", "jalan rusak\ndi depan SMP"), ("removal", "", "jalan rusak")):
        program.hear(replace(said, kind=kind, revision=kind, text=text, **later), now=program.app.now)
        assert store.submission(answered.code).text == told
        assert [e.note for e in store.timeline(SYSTEM, answered.report_id) if e.kind == "added"] == [text]


def test_a_reviewer_may_file_it_into_another_report_instead(program, answered, wrote, desk, store):
    other = desk.file(desk.new("lampu mati"))
    program.hear(wrote("lampu di gang kami juga rusak"), now=program.app.now)
    again = program.accept(REVIEWER, store.findings(REVIEWER)[0], into=other.report_code)
    assert (again.report_code, again.code != answered.code) == (other.report_code, True)
    assert keys(store) == ["notice", "notice:private", "notice"]


def test_refusing_it_leaves_the_complaint_as_it_was(program, answered, wrote, store):
    program.hear(wrote("terima kasih"), now=program.app.now)
    program.app.reviewer.refuse(REVIEWER, store.findings(REVIEWER)[0].id, "basa-basi")
    assert store.submission(answered.code).text == "jalan rusak"


def test_an_answer_about_an_accusation_is_for_the_inspectorate_alone(program, filed, wrote, store, channel):
    inspectorate = Viewer("unit_admin", unit=program.app.region.inspectorate)
    filed("pungli di kantor", inspectorate)
    program.app.bots[channel].answers = ["public 1", Accepted("m_1", PERSON)]
    program.send()
    program.hear(wrote("bu Rekaan yang minta"), now=program.app.now)
    assert store.findings(REVIEWER) == []
    (finding,) = store.findings(inspectorate)
    assert store.answered(REVIEWER, finding.id) is None
    assert store.answered(inspectorate, finding.id).text == "pungli di kantor"


def outcome(store):
    """The outcome and reason of the last delivery, and whether its body is still kept."""
    with store.reading() as tx:
        query = "SELECT outcome, reason, body FROM delivery ORDER BY id DESC LIMIT 1"
        row = tx.exec_driver_sql(query).one()
    return row.outcome, row.reason, row.body is not None


def test_a_stranger_is_shown_the_way_and_nothing_is_kept(program, wrote, store, channel):
    program.hear(wrote("halo admin"))
    assert outcome(store) == ("ignored", STRANGER, False)
    assert store.figures()["deliveries"] == {(channel, "ignored"): 1}
    assert (store.summary()["messages"], store.contacts_of(PERSON), store.findings(SYSTEM)) == (0, [], [])
    program.send()
    (out,) = program.app.bots[channel].took
    assert (out.direct, out.thread, out.account, out.reply_to) == (True, PERSON, "page", "")
    assert out.text.startswith("Pesan di kotak masuk ini tidak dibaca sebagai aduan.")
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT address FROM conversation").scalars().all() == [None]


def test_the_way_is_shown_once_a_day(program, wrote, store):
    program.hear(wrote("halo"), wrote("halo?"))
    program.send()
    program.hear(wrote("masih di sini"), now=program.desk.now + timedelta(hours=3))
    assert keys(store) == ["way"]
    next_day = program.desk.now + timedelta(hours=25)
    program.hear(wrote("halo lagi", sent_at=next_day), now=next_day)
    rows = program.send(next_day)
    assert [(row["state"], row["key"].count(":")) for row in rows.values()] == [("sent", 2), ("sent", 2)]


@pytest.mark.parametrize(
    "changes",
    [{"kind": "edit", "revision": "2"}, {"kind": "removal", "revision": "2"}, {"sent_at": -timedelta(hours=25)}],
)
def test_what_asks_for_no_answer_or_too_long_ago_gets_none(program, wrote, store, desk, changes):
    old = {"sent_at": desk.now + changes["sent_at"]} if "sent_at" in changes else changes
    program.hear(wrote("halo", **old))
    assert (outcome(store)[:2], store.outbox()) == (("ignored", STRANGER), [])


@pytest.mark.parametrize("error", [WindowShut("10"), Refused("10")])
def test_a_way_that_is_refused_is_nobodys_work(program, wrote, store, channel, error):
    program.hear(wrote("halo"))
    program.app.bots[channel].answers = [error]
    (row,) = program.send().values()
    assert (row["state"], row["reason"]) == ("failed", "10")
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT address FROM conversation").scalars().all() == [None]


def test_a_mixed_delivery_stays_accepted(program, wrote, desk, store, channel):
    program.hear(wrote("halo"), desk.posted("jalan rusak", channel=channel))
    assert outcome(store) == ("accepted", STRANGER, True)
    assert [f.text for f in store.findings(REVIEWER)] == ["jalan rusak"]


def test_a_delivery_with_something_unreadable_is_kept_to_be_read_again(wrote, desk, store, channel):
    desk.read(channel, Parsed((wrote("halo"),), (), ("no id",)))
    assert outcome(store) == ("malformed", "no id", True)


def test_another_person_is_still_a_stranger(program, answered, wrote, store):
    program.hear(wrote("halo", thread="7700999"), now=program.app.now)
    assert (store.findings(SYSTEM), keys(store)[-1]) == ([], "way")


@pytest.mark.parametrize("who", ["comment", "private"])
def test_erasing_a_person_reaches_the_comment_and_the_private_answer(program, answered, wrote, desk, store, who):
    program.hear(wrote("di depan SD"), now=program.app.now)
    program.accept(REVIEWER, store.findings(REVIEWER)[0])
    (contact,) = store.contacts_of(desk.siti.id if who == "comment" else PERSON)
    store.erase(contact, program.app.now)
    assert (store.submission(answered.code).text, store.contacts_of(PERSON)) == ("", [])
    assert [e.note for e in store.timeline(SYSTEM, answered.report_id)] == ["", ""]
    with store.reading() as tx:
        query = "SELECT address FROM conversation WHERE direct"
        assert tx.exec_driver_sql(query).scalars().all() == [None]
        assert tx.exec_driver_sql("SELECT content FROM message WHERE content IS NOT NULL").all() == []
    program.hear(wrote("halo lagi"), now=program.app.now)
    assert keys(store)[-1] == "way"
