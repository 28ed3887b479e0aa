"""The weekly digest of a group: asked for by its admin, told once a week whoever looks, nameless, and only what changed."""

import threading
from datetime import timedelta

import pytest

from aggregator.pipeline.grouping import GroupTalk
from aggregator.rules.report import SYSTEM, Correction, Viewer
from aggregator.store.digests import Raised
from bots.wording import render
from connectors.base import Change
from connectors.poll import AskLater

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
GROUP = {"channel": "telegram", "account": "bot", "thread": "-100777", "thread_name": "Warga Rekaan", "direct": False}
WEEK = timedelta(days=7)


class Group:
    """A group of the program, what is said there, and the hours of the week."""

    def __init__(self, program, desk, store):
        self.program, self.desk, self.store, self.app = program, desk, store, program.app
        self.admins = {desk.siti.id}
        self.app.__dict__["leads"] = {"telegram": lambda _thread, author: author in self.admins}

    def said(self, text, author=None, **changes):
        """Somebody writes into the group, an hour after what was said before."""
        now = self.app.now + timedelta(hours=1)
        author = author or self.desk.siti
        self.program.hear(self.desk.said(text, author=author, sent_at=now, **(GROUP | changes)), now=now)

    def asks(self, text="@elapor_bot rangkuman mingguan", author=None, **changes):
        """The same, to the bot; gives what it answers."""
        self.program.send(self.app.now)
        before = len(self.took)
        self.said(text, author, addressed=True, **changes)
        self.program.send(self.app.now)
        return [out.text for out in self.took[before:]]

    def accepts(self, text, **correction):
        """What is said is accepted in review; gives the report's code."""
        before = {row.code for row in self.store.queue(SYSTEM)}
        self.said(text, self.desk.budi)
        found = self.store.findings(SYSTEM)[0]
        filed = self.app.reviewer.accept(SYSTEM, found.id, Correction(**correction))
        assert filed.report_code not in before
        return filed.report_code

    def monday(self, weeks=1):
        """It is so many Mondays later, eight o'clock and a minute."""
        self.app.now = (
            self.app.grouped.weekly.last(self.app.now, self.app.grouped.zone) + weeks * WEEK + timedelta(minutes=1)
        )

    def told(self):
        """Looks whether it is time; gives what the group is told."""
        self.program.send(self.app.now)
        before = len(self.took)
        self.app.grouped.tell()
        self.program.send(self.app.now)
        return [out.text for out in self.took[before:]]

    @property
    def took(self):
        return self.app.bots["telegram"].took


@pytest.fixture
def group(program, desk, store):
    return Group(program, desk, store)


def test_what_was_raised_is_told_once_a_week_and_only_what_changed(group, desk):
    old = group.accepts("jalan rusak parah")
    assert "seminggu sekali" in group.asks()[0]
    lamp = group.accepts("lampu rusak juga", category="lampu_jalan")
    group.app.reviewer.move(SYSTEM, lamp, "forwarded", "Kepada Pak Rekaan, 0812-5555-0001")
    assert group.told() == []
    group.monday()
    (words,) = group.told()
    assert words.splitlines()[1:] == ["- Lampu jalan, Handil Bakti: diteruskan"]
    assert "Ada kabar untuk 1 hal yang disampaikan di grup ini; baru dicatat: 1, sudah berakhir: 0." in words
    for secret in ("BTL", "Rekaan", "0812", "lampu rusak"):
        assert secret not in words
    out = group.took[-1]
    assert (out.thread, out.direct, out.reply_to) == ("-100777", False, "")
    assert group.told() == []
    group.monday()
    assert group.told() == []  # nothing changed
    for status in ("forwarded", "in_progress", "resolved"):
        group.app.reviewer.move(SYSTEM, old, status, "")
    group.monday()
    (words,) = group.told()
    assert (
        words.splitlines()[1:] == ["- Jalan rusak, Handil Bakti: selesai dikerjakan"] or "selesai dikerjakan" in words
    )
    assert "baru dicatat: 0, sudah berakhir: 1" in words


def test_weeks_that_were_missed_are_told_in_one(group):
    group.asks()
    group.accepts("jalan rusak")
    group.monday(weeks=3)
    assert len(group.told()) == 1
    assert group.told() == []


NEVER = [
    "UPDATE submission SET visibility = 'anonim'",
    "UPDATE submission SET visibility = 'rahasia'",
    "UPDATE submission SET withdrawn_at = 1",
    "UPDATE submission SET removed_at = 1",
    "UPDATE report SET confidential = true",
    "UPDATE report SET status = 'withdrawn'",
]


@pytest.mark.parametrize("change", NEVER)
def test_what_is_not_for_all_is_never_told(group, store, change):
    group.asks()
    group.accepts("jalan rusak")
    with store.writing() as tx:
        tx.exec_driver_sql(change)
    group.monday()
    assert group.told() == []


def test_an_accusation_is_never_told(group):
    group.asks()
    group.accepts("pungli di kantor")
    group.monday()
    assert group.told() == []


def test_what_was_raised_elsewhere_is_not_told(group, desk):
    group.asks()
    group.said("jalan rusak", desk.budi, thread="-100888")
    group.app.reviewer.accept(SYSTEM, group.store.findings(SYSTEM)[0].id, Correction())
    group.monday()
    assert group.told() == []


def test_only_an_admin_may_ask_and_end_it(group, desk):
    assert group.asks(author=desk.budi) == ["Rangkuman mingguan hanya dapat diminta atau dihentikan oleh admin grup."]
    group.accepts("jalan rusak")
    group.monday()
    assert group.told() == []
    group.asks()
    group.accepts("lampu rusak", category="lampu_jalan")
    assert len(group.asks("/rangkuman stop", desk.budi)) == 1
    group.monday()
    assert len(group.told()) == 1
    assert group.asks("/rangkuman stop") == ["Baik, rangkuman mingguan untuk grup ini dihentikan."]
    group.accepts("jalan rusak di sana", category="sampah")
    group.monday()
    assert group.told() == []


def test_a_platform_that_does_not_answer_is_asked_again(group, store):
    def silent(_thread, _author):
        raise AskLater("no answer")

    group.app.__dict__["leads"] = {"telegram": silent}
    with pytest.raises(AskLater):
        group.said("/rangkuman", addressed=True)
    assert store.outbox() == []


def test_where_the_platform_tells_no_admins_a_volunteer_may_ask(group, desk, store):
    place = {"channel": "whatsapp", "thread": "grup-1"}
    bot = group.app.bots["whatsapp"]
    group.asks(**place)
    assert "hanya dapat diminta" in bot.took[-1].text
    store.add_volunteer("whatsapp", desk.siti.id, "KIM Rekaan")
    group.asks(**place)
    assert "seminggu sekali" in bot.took[-1].text


def test_nothing_is_told_where_the_bot_was_removed(group, store):
    group.asks()
    group.accepts("jalan rusak")
    gone = Change("telegram", "bot", "-100777", "left", group.app.now, role="left")
    with store.writing() as tx:
        store.note_change(tx, gone)
    group.monday()
    assert group.told() == []
    with store.writing() as tx:
        store.note_change(tx, Change("telegram", "bot", "-100777", "joined", group.app.now, role="member"))
    group.monday()
    assert group.told() == []  # who lets it in again asks again


def test_two_workers_owe_it_once(group, store):
    group.asks()
    group.accepts("jalan rusak")
    group.monday()
    owed = []
    workers = [threading.Thread(target=lambda: owed.append(group.app.grouped.tell())) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(owed) == [0, 0, 0, 1]
    assert len([row for row in store.outbox() if row["key"].startswith("digest:")]) == 1


def test_words_to_the_bot_are_not_put_to_review_and_all_else_is(group, store):
    assert group.asks("@elapor_bot bantuan") == [render("help_group", {}, "id")]
    assert store.finding_counts(SYSTEM) == {}
    assert group.asks("@elapor_bot jalan rusak di sini") == []
    assert store.finding_counts(SYSTEM) == {"waiting": 1}
    group.said("RANGKUMAN MINGGUAN")  # to the others
    assert store.finding_counts(SYSTEM) == {"waiting": 1, "set_aside": 1}


def test_many_are_told_in_few_lines():
    talk = GroupTalk(None, None, {}, render, {"jalan": "Jalan"}, None, None, None)
    say = talk._compose([Raised("jalan", f"Desa {n}", "in_progress", new=n < 3) for n in range(20)])
    words = render(say["key"], say["params"], "id").splitlines()
    assert (len(words), words[-1]) == (17, "dan 5 lainnya.")
    assert "baru dicatat: 3" in words[0]


def test_who_removes_the_bot_and_lets_it_in_again_asks_again(group, store):
    group.asks()
    group.accepts("jalan rusak")
    with store.writing() as tx:
        for n, (kind, role) in enumerate((("left", "left"), ("joined", "member"))):
            at = group.app.now + timedelta(minutes=n)
            store.note_change(tx, Change("telegram", "bot", "-100777", kind, at, role=role))
    group.monday()
    assert group.told() == []
