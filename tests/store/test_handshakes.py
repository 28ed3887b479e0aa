"""Links by which an author takes over what was filed from a comment: for one person, once, by a yes, telling nothing before."""

import threading
from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer, new_token
from aggregator.store.conversing import Answered, StaleTurnError
from aggregator.store.handshakes import MISSES, LinkStep
from bots.base import Accepted
from connectors.base import Author

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
WROTE = Author("fb-1", "Ibu Rekaan")
STRANGER = Author("99009", "Orang Lain Rekaan")


@pytest.fixture
def links(program):
    """Every token that left, as the one reads it who gets the private reply."""
    tokens = []

    def ways(_origin, token):
        if token:
            tokens.append(token)
        return f"\nTelegram: https://t.me/x?start={token}"

    object.__setattr__(program.app.sender, "ways", ways)
    return tokens


@pytest.fixture
def filed(program, desk, store):
    """A comment of somebody on Facebook, accepted; its replies are sent."""

    def make(text="jalan rusak parah, hubungi 0812-5555-0001", viewer=REVIEWER, **changes):
        program.hear(desk.posted(text, **({"author": WROTE, "external_id": "901_7"} | changes)))
        (finding,) = store.findings(viewer)
        made = program.accept(viewer, finding)
        program.send()
        return made

    return make


@pytest.fixture
def says(program, desk):
    """Somebody writes to the bot on Telegram; gives the words and buttons of the answer ("" for none)."""

    def make(text="", author=desk.siti, **changes):
        bot = program.app.bots["telegram"]
        before, now = len(bot.took), program.app.now
        program.hear(desk.said(text, author=author, thread=author.id, sent_at=now, **changes), now=now)
        program.send(program.app.now)
        return "\n".join(out.text for out in bot.took[before:])

    return make


def shake(store):
    with store.reading() as tx:
        return tx.exec_driver_sql("SELECT state, contact_id, consent, token FROM handshake").one()


def test_the_author_takes_the_report_over_and_it_is_theirs(program, filed, links, says, store):
    made = filed()
    asked = says(f"/start {links[0]}")
    assert "jalan rusak parah" in asked
    assert made.code not in asked
    assert "status" not in asked.lower()
    assert shake(store).state == "opened"
    assert says("STATUS").startswith("Belum ada aduan")
    says(f"/start {links[0]}")
    assert made.code in says("ya")
    assert (shake(store).state, shake(store).consent) == ("taken", "2026-11")
    assert says("di depan SD, lubangnya dalam").startswith("Keterangan Anda kami tambahkan")
    assert store.submission(made.code).text.splitlines()[-1] == "di depan SD, lubangnya dalam"
    assert made.code in says("STATUS")
    program.app.reviewer.move(REVIEWER, made.report_code, "forwarded", "Besok diperiksa.")
    program.send(program.app.now)
    notice = program.app.bots["telegram"].took[-1]
    assert (notice.thread, notice.to, notice.reply_to, notice.direct) == ("99001", "99001", "", True)
    assert made.code in notice.text
    assert len(program.app.bots["facebook"].took) == 2  # the public reply and the private one: nothing more in public
    for status in ("in_progress", "resolved"):
        program.app.reviewer.move(REVIEWER, made.report_code, status, "")
        program.send(program.app.now)
    assert program.app.bots["telegram"].took[-1].buttons[0].payload == f"rate:1:{made.code}"
    assert "Penilaian" in says("4")
    kinds = [event.kind for event in store.timeline(SYSTEM, made.report_id)]
    assert kinds == ["opened", "taken_over", "added", "moved", "moved", "moved", "rated"]


def test_it_may_be_withdrawn_by_who_took_it_over(filed, links, says, store):
    made = filed()
    says(f"/start {links[0]}")
    says("ya")
    says(f"BATAL {made.code}")
    says("ya")
    assert store.report(SYSTEM, made.report_code).status == "withdrawn"


@pytest.mark.parametrize("answer", ["tidak", "nanti saja ya pak", ""])
def test_upon_no_and_upon_silence_it_stays_a_finding(filed, links, says, store, answer):
    made = filed(permalink="https://example.org/901_7")
    before = store.submission(made.code)
    says(f"/start {links[0]}")
    if answer:
        says(answer)
    assert store.submission(made.code) == before
    (finding,) = store.findings(REVIEWER, "accepted")
    assert (finding.permalink, finding.taken_over) == ("https://example.org/901_7", False)
    assert finding.text_print == store.vault.fingerprint("said", "jalan rusak parah, hubungi 0812-5555-0001")
    assert finding.sent_at
    assert made.code not in says("STATUS")


def test_who_said_no_may_change_their_mind(filed, links, says, store):
    made = filed()
    says(f"/start {links[0]}")
    says("tidak")
    says(f"/start {links[0]}")
    assert made.code in says("ya")


def test_another_person_is_refused_politely_and_learns_nothing(filed, links, says, store):
    made = filed()
    says(f"/start {links[0]}")
    unknown = says(f"/start {new_token()}", STRANGER)
    assert says(f"/start {links[0]}", STRANGER) == unknown
    assert unknown.startswith("Tautan itu tidak dapat dipakai")
    assert says("", STRANGER, button="link:yes:1").startswith("Pilihan itu sudah tidak berlaku")
    says("ya")
    assert says(f"/start {links[0]}", STRANGER) == unknown
    assert says("", STRANGER, button="link:yes:1").startswith("Pilihan itu sudah tidak berlaku")
    assert store.submissions_of(store.contacts_of(STRANGER.id)[0]) == []
    assert made.code in says(f"/start {links[0]}")  # the author's own tap, again


def test_a_number_opens_nothing_that_was_not_followed(filed, links, says, store):
    filed()
    assert says("", button="link:yes:1").startswith("Pilihan itu sudah tidak berlaku")
    assert shake(store).state == "offered"


def test_a_link_lapses(program, filed, links, says, store):
    made = filed()
    program.app.now += timedelta(days=13)
    assert "jalan rusak" in says(f"/start {links[0]}")
    program.app.now += timedelta(days=2)
    assert says("", button="link:yes:1").startswith("Pilihan itu sudah tidak berlaku")
    assert says(f"/start {links[0]}").startswith("Tautan itu tidak dapat dipakai")
    store.sweep(program.app.now, timedelta(30), timedelta(7))
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM handshake").scalar_one() == 0
    assert store.submission(made.code).taken_over_at is None


def test_guessing_is_limited(program, filed, links, says):
    filed()
    for _ in range(MISSES):
        assert says(f"/start {new_token()}").startswith("Tautan itu tidak dapat dipakai")
    assert says(f"/start {links[0]}").startswith("Tautan itu tidak dapat dipakai")
    program.app.now += timedelta(days=2)
    assert "jalan rusak" in says(f"/start {links[0]}")


def test_the_token_is_kept_only_as_a_keyed_hash(filed, links, store):
    filed()
    assert shake(store).token == store.vault.fingerprint("link", links[0])
    assert links[0] not in str([row["say"] for row in store.outbox()])
    assert len(set(links)) == 1


def test_a_reply_that_must_be_sent_again_carries_the_same_link(program, desk, store, links):
    program.hear(desk.posted("jalan rusak", author=WROTE))
    program.accept(REVIEWER, store.findings(REVIEWER)[0])
    private = store.outbox()[-1]["id"]
    replies = [store.begin_sending(private, program.app.now) for _ in range(2)]
    assert replies[0].say["token"] == replies[1].say["token"]


def test_of_two_who_follow_it_at_once_one_gets_it(filed, links, desk, store, program):
    made = filed()
    desk.deliver(desk.said("a"), now=program.app.now)
    desk.deliver(desk.said("b", author=desk.budi, thread=desk.budi.id), now=program.app.now)
    turns = [turn for _, turn in desk.claim_turns(program.app.now)]
    seen = [store.link(turn.contact_id, program.app.now, token=links[0]) for turn in turns]
    assert [link.code for link in seen] == [made.code] * 2
    done = []

    def follow(turn):
        with store.writing() as tx:
            done.append(store.act_on_link(tx, LinkStep("opened", str(seen[0].id)), turn, program.app.now))

    threads = [threading.Thread(target=follow, args=(turn,)) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]


@pytest.mark.parametrize("gone", ["removal", "withdrawn"])
def test_what_is_gone_cannot_be_taken_over(program, filed, links, says, desk, store, gone):
    made = filed()
    says(f"/start {links[0]}")
    if gone == "removal":
        program.hear(
            desk.posted("", author=WROTE, external_id="901_7", kind="removal", revision="1"), now=program.app.now
        )
    else:
        with store.writing() as tx:
            tx.exec_driver_sql("UPDATE submission SET withdrawn_at = 1")
    assert says("ya").startswith("Pilihan itu sudah tidak berlaku")
    assert says(f"/start {links[0]}").startswith("Tautan itu tidak dapat dipakai")
    assert store.submission(made.code).taken_over_at is None


@pytest.mark.parametrize(("kind", "text"), [("edit", "jalan mulus"), ("removal", "")])
def test_what_happens_at_the_source_no_longer_changes_it(program, filed, links, says, desk, store, kind, text):
    made = filed()
    says(f"/start {links[0]}")
    says("ya")
    says("di depan SD")
    program.hear(desk.posted(text, author=WROTE, external_id="901_7", kind=kind, revision="1"), now=program.app.now)
    voice = store.submission(made.code)
    assert (voice.text.splitlines()[-1], voice.removed_at) == ("di depan SD", None)
    assert [f.text for f in store.findings(REVIEWER, "accepted")] == [text]


@pytest.mark.parametrize("who", ["comment", "bot"])
def test_erasing_reaches_both_names_of_the_person(program, filed, links, says, store, who):
    made = filed()
    says(f"/start {links[0]}")
    says("ya")
    (contact,) = store.contacts_of(WROTE.id if who == "comment" else "99001")
    store.erase(contact, program.app.now)
    assert store.submission(made.code).text == ""
    assert (store.contacts_of(WROTE.id), store.contacts_of("99001")) == ([], [])
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT content FROM message WHERE content IS NOT NULL").all() == []
        assert tx.exec_driver_sql("SELECT text, text_print FROM finding").all() == [("", "")]


GROUP = {
    "channel": "telegram",
    "account": "bot",
    "thread": "-100777",
    "thread_name": "Warga Rekaan",
    "external_id": "55",
}


def test_in_a_group_only_who_has_a_private_way_gets_a_link(program, filed, links, says, desk, store):
    says("halo", desk.budi)
    before = len(program.app.bots["telegram"].took)
    filed(author=desk.siti, **GROUP)
    assert links == []
    filed("jalan rusak lagi", author=desk.budi, **{**GROUP, "external_id": "56"})
    public, private = program.app.bots["telegram"].took[before + 1 :]
    assert (public.thread, public.reply_to, private.thread, private.reply_to) == ("-100777", "56", desk.budi.id, "")
    assert private.text.startswith("Terima kasih, keluhan Anda di grup sudah kami catat.")
    says(f"/start {links[0]}", desk.budi)
    assert "Kode: BTL" in says("ya", desk.budi)
    assert says("ya").count("BTL") == 0


def test_nobody_is_written_to_who_blocked_the_bot(program, filed, links, says, desk, store):
    says("halo", desk.budi)
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE conversation SET membership = 'left'")
    filed(author=desk.budi, **GROUP)
    assert links == []


def test_the_private_conversation_of_the_comment_still_adds_to_it(program, filed, links, says, desk, store):
    program.app.bots["facebook"].answers = ["public 1", Accepted("m_1", "7700101")]
    made = filed()
    says(f"/start {links[0]}")
    says("ya")
    answer = {"channel": "facebook", "account": "page", "thread": "7700101", "uninvited": True}
    program.hear(desk.said("sebelah kiri", author=Author("7700101"), **answer), now=program.app.now)
    assert [store.answered(REVIEWER, f.id).code for f in store.findings(REVIEWER)] == [made.code]


def test_a_step_that_is_no_longer_possible_is_read_again(filed, links, desk, store, program):
    filed()
    job, turn = desk.turn(desk.said("a"), now=program.app.now)
    store.sweep(program.app.now + timedelta(days=30), timedelta(30), timedelta(7))
    with pytest.raises(StaleTurnError):
        store.answer(job, turn, Answered({}, deeds=[LinkStep("opened", "1")]), desk.never, program.app.now)
