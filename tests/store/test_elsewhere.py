"""Elsewhere: a reply whose way is shut goes by another channel of the same citizen, else by hand; never gone, never twice."""

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.rules.report import SYSTEM
from aggregator.store.jobs import MAX_TRIES
from bots.base import Later, Refused, TemplateRefused, Unreachable, WindowShut
from connectors.base import Author, Change, Form, Receipt
from connectors.check import Check

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PHONE, MAIL = "6281255550101", "warga@contoh.example"
SITI = Author("99001", "Siti Rekaan", phone=PHONE)


BLOCKED = Change("telegram", "bot", "99001", "left", NOW + timedelta(seconds=1), direct=True, author=SITI)


class Town:
    """A citizen with a complaint, bots on every channel, and what became of the notices."""

    def __init__(self, program, desk):
        self.program, self.desk, self.store = program, desk, program.app.store
        self.bots = program.app.bots
        notebook = type(self.bots["telegram"])
        self.bots |= {channel: notebook(channel) for channel in ("sms", "email")}

    def complain(self, channel="telegram", contact=PHONE):
        """File a complaint by a channel; its code, with all answers sent."""
        if channel == "web":
            code = "BTL-7Q4M-2XPH-9K3R"
            author = Author(contact or "form:a1", phone=contact if contact.isdecimal() else "")
            told = {"channel": "web", "account": "lapor", "thread": "a1", "external_id": "a1", "author": author}
            self.program.hear(self.desk.said("jalan rusak", **told, form=Form(code)))
            return code
        code = self.desk.file_by(SITI).code
        self.program.send()
        self.took()
        return code

    def write(self, channel, phone=PHONE, direct=True):
        """Somebody of this phone number writes to us; the turn, whose job is done."""
        thread = phone if direct else "grup"
        author = Author(phone, phone=phone if phone.isdecimal() else "")
        said = self.desk.said("halo", channel=channel, account="kita", thread=thread, author=author, direct=direct)
        job, turn = self.desk.turn(said)
        self.store.done(job)
        return turn

    def move(self, code, status="forwarded"):
        self.program.app.reviewer.move(SYSTEM, code, status, "Sedang diperiksa.")
        self.program.send()

    def took(self):
        """What all bots took since, as (channel, address, text)."""
        told = [(c, out.thread, out.text) for c, bot in self.bots.items() for out in bot.took]
        for bot in self.bots.values():
            bot.took.clear()
        return told

    def notice(self):
        return [row for row in self.store.outbox() if row["kind"] == "notice"][-1]


@pytest.fixture
def town(program, desk):
    return Town(program, desk)


def shown(row):
    return row["state"], row["channel"], row["shut"]


@pytest.mark.parametrize("why", [Unreachable("blocked"), WindowShut("131047 without template"), Refused("400")])
def test_a_shut_way_leads_to_the_channel_where_the_same_person_wrote(town, why):
    code = town.complain()
    town.write("whatsapp")
    town.bots["telegram"].answers = [why]
    town.move(code)
    ((channel, to, text),) = town.took()
    assert (channel, to) == ("whatsapp", PHONE)
    assert text.startswith("Kabar dari layanan aduan")
    assert code in text
    assert shown(town.notice()) == ("sent", "whatsapp", "telegram")
    assert town.store.busy(("send",)) == 0


@pytest.mark.parametrize(
    ("channel", "phone", "direct"),
    [("whatsapp", "6281255550102", True), ("whatsapp", PHONE, False), ("facebook", PHONE, True)],
    ids=["another person", "only in a group", "no channel of addresses"],
)
def test_without_another_way_a_person_sends_it(town, channel, phone, direct):
    code = town.complain()
    town.write(channel, phone, direct=direct)
    town.bots["telegram"].answers = [Unreachable("blocked")]
    town.move(code)
    assert town.took() == []
    assert shown(town.notice()) == ("by_hand", "telegram", "")
    assert town.notice()["reason"] == "blocked"


@pytest.mark.parametrize(("contact", "channel"), [(PHONE, "whatsapp"), (MAIL, "email")])
def test_who_left_an_address_at_the_form_is_told_there(town, contact, channel):
    town.move(town.complain("web", contact))
    ((took, to, _),) = town.took()
    assert (took, to) == (channel, contact)
    assert shown(town.notice()) == ("sent", channel, "web")


def test_each_way_is_tried_once_and_then_a_person(town):
    code = town.complain("web")
    town.bots["whatsapp"].answers = [WindowShut("no template"), AssertionError("twice")]
    town.bots["sms"].answers = [Unreachable("http 404"), AssertionError("twice")]
    town.move(code)
    assert shown(town.notice()) == ("by_hand", "sms", "web whatsapp")
    report_id = town.store.submission(code).report_id
    assert list(town.store.addresses(SYSTEM, report_id).values()) == [PHONE]


def test_a_number_that_never_wrote_has_no_open_window(town):
    town.move(town.complain("web"))
    (out,) = town.bots["whatsapp"].took
    assert (out.window_until <= town.program.app.now, out.reply_to) == (True, "")


def test_a_passing_failure_stays_on_its_channel(town):
    code = town.complain()
    town.write("whatsapp")
    town.bots["telegram"].answers = [Later("503")]
    town.move(code)
    assert shown(town.notice()) == ("owed", "telegram", "")
    assert town.took() == []


def test_who_blocked_the_bot_is_told_elsewhere_without_a_try(town, desk):
    code = town.complain()
    town.write("sms")
    desk.deliver(BLOCKED)
    town.bots["telegram"].answers = [AssertionError("tried")]
    town.move(code)
    assert [channel for channel, *_ in town.took()] == ["sms"]


def test_a_conversation_stays_on_its_channel(town, desk):
    town.write("whatsapp")
    town.bots["telegram"].answers = [Refused("400")]
    desk.file_by(SITI)
    town.program.send()
    assert [row["state"] for row in town.store.outbox()] == ["by_hand"]


@pytest.mark.parametrize("when", ["after the note", "before the note"])
def test_what_the_platform_could_not_deliver_goes_elsewhere_once(town, desk, when):
    code = town.complain()
    town.write("sms")
    failed = Receipt("telegram", "late", "failed", desk.now, "131026")
    if when == "before the note":
        desk.deliver(failed)
    town.bots["telegram"].answers = ["late"]
    town.move(code)
    for times in (2, 1):  # told again before and after it went elsewhere
        for _ in range(times):
            desk.deliver(failed)
        town.program.send()
    assert [channel for channel, *_ in town.took()] == ["telegram", "sms"]
    assert shown(town.notice()) == ("sent", "sms", "telegram")


def test_what_failed_before_its_sending_was_noted_goes_elsewhere_too(town, desk):
    code = town.complain()
    town.write("sms")
    town.program.app.reviewer.move(SYSTEM, code, "forwarded", "Sedang diperiksa.")
    soon = NOW + timedelta(minutes=2)
    ((job, reply),) = desk.send_jobs(soon)
    desk.deliver(Receipt("telegram", "late", "failed", soon, "131026", key=reply.key))
    town.store.sent(job, reply, "late", soon)
    town.program.send()
    assert [channel for channel, *_ in town.took()] == ["sms"]
    assert shown(town.notice()) == ("sent", "sms", "telegram")


def test_a_receipt_of_the_first_way_says_nothing_of_the_second(town, desk):
    code = town.complain()
    town.write("sms")
    town.bots["telegram"].answers = ["p1"]
    town.move(code)
    desk.deliver(Receipt("telegram", "p1", "failed", desk.now, "131026"))
    town.program.send()
    desk.deliver(Receipt("telegram", "p1", "read", desk.now))
    desk.deliver(Receipt("sms", "sms 0", "delivered", desk.now))
    assert (town.notice()["state"], town.notice()["receipt"]) == ("sent", "delivered")


def test_free_text_that_came_too_late_is_told_by_the_template(town, desk):
    """Meta accepts and refuses later: the window is shut then, and the same channel's template is tried."""
    code = "BTL-7Q4M-2XPH-9K3R"
    turn = town.write("whatsapp")
    new = desk.new(code=code, channel="whatsapp", contact_id=turn.contact_id, conversation_id=turn.conversation_id)
    desk.file(new)
    bot = town.bots["whatsapp"]
    bot.answers = ["w1", "w2"]
    town.move(code)
    assert bot.took[0].window_until > desk.now
    desk.deliver(Receipt("whatsapp", "w1", "failed", desk.now, "131047"))
    town.program.send()
    assert bot.took[1].window_until <= desk.now
    assert shown(town.notice()) == ("sent", "whatsapp", "")
    desk.deliver(Receipt("whatsapp", "w2", "failed", desk.now, "131047"))
    town.program.send()
    assert shown(town.notice()) == ("by_hand", "whatsapp", "whatsapp")


def test_a_person_may_have_it_tried_again_where_it_ended(town):
    code = town.complain("web")
    town.bots["whatsapp"].answers = [WindowShut("no template")]
    town.bots["sms"].answers = [Refused("400")]
    town.move(code)
    town.store.retry_by_hand(town.notice()["id"], "owed", town.program.app.now)
    town.program.send()
    assert [channel for channel, *_ in town.took()] == ["sms"]
    assert town.notice()["state"] == "sent"


def test_by_hand_can_be_marked_as_done(town):
    code = town.complain("web")
    town.bots["whatsapp"].answers = [WindowShut("no template")]
    town.bots["sms"].answers = [Refused("400")]
    town.move(code)
    town.store.retry_by_hand(town.notice()["id"], "sent", town.program.app.now)
    town.program.send()
    assert (town.notice()["state"], town.took()) == ("sent", [])


def test_tries_begin_anew_on_the_other_way(town, store):
    code = town.complain()
    town.write("sms")
    town.bots["telegram"].answers = [Unreachable("blocked")]
    town.bots["sms"].answers = [Later("503")]
    town.move(code)
    with store.reading() as tx:
        tries = tx.exec_driver_sql("SELECT max(tries) FROM job WHERE task = 'send' AND state = 'ready'").scalar()
    assert tries == 1 < MAX_TRIES


def test_order_is_kept_on_the_other_way(town, desk):
    code = town.complain()
    town.write("sms")
    desk.deliver(BLOCKED)
    for status in ("forwarded", "in_progress", "resolved"):
        town.program.app.reviewer.move(SYSTEM, code, status, "")
    town.program.send()
    texts = [text for _, _, text in town.took()]
    assert ["diteruskan" in texts[0], "diproses" in texts[1], "selesai" in texts[2]] == [True] * 3
    assert "puas" not in texts[2]  # the answer could not be placed


def test_erasing_a_person_forgets_the_address_that_we_wrote_to(town, store):
    town.move(town.complain("web"))
    for contact_id in store.contacts_of(PHONE):
        store.erase(contact_id, town.program.app.now)
    with store.reading() as tx:
        left = "SELECT count(*) FROM conversation WHERE channel = 'whatsapp' AND address IS NOT NULL"
        assert tx.exec_driver_sql(left).scalar() == 0
        assert tx.exec_driver_sql("SELECT count(*) FROM contact WHERE reach IS NOT NULL").scalar() == 0


def test_a_number_given_to_somebody_else_links_nobody(town, desk):
    town.write("whatsapp")
    renamed = Author(PHONE, phone=PHONE)
    desk.deliver(Change("whatsapp", "kita", PHONE, "renumbered", desk.now, True, author=renamed, to="6281255550109"))
    code = town.complain()
    town.bots["telegram"].answers = [Unreachable("blocked")]
    town.move(code)
    assert town.notice()["state"] == "by_hand"


def test_a_template_that_is_refused_raises_one_alarm_and_is_not_tried_until_a_check_finds_it_good(town, desk, caplog):
    bot, now = town.bots["whatsapp"], desk.now
    code = town.complain("web")
    bot.answers = [TemplateRefused("template 132015")]
    for status in ("forwarded", "in_progress"):
        bot.answers = [TemplateRefused("template 132015")]
        town.move(code, status)
    assert [record.message for record in caplog.records if "132015" in record.message] == [
        "whatsapp: template 132015 refused, not used until the next check finds it good"
    ]
    assert [channel for channel, *_ in town.took()] == ["sms", "sms"]
    town.store.checked("whatsapp", [Check("template", "good", "Templat disetujui.")], now)
    for status, unusable in (("resolved", False), ("closed", True)):
        town.move(code, status)
        assert bot.took.pop().without_template is unusable
        town.store.checked("whatsapp", [Check("template", "bad", "Templat dijeda.")], now)
