"""Holding: notices wait for the morning, are bundled, and wait for the word that sending goes on; none is lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aggregator.pipeline.sending import Sender
from aggregator.rules.pace import SPREAD_S, Pace, QuietHours
from aggregator.rules.report import SYSTEM
from aggregator.store.jobs import LEASE
from aggregator.store.tables import submissions
from bots.base import Later, Refused
from bots.rehearsal import RehearsalBot, rehearsing
from bots.wording import render

ZONE = ZoneInfo("Asia/Makassar")
EVENING = datetime(2026, 3, 2, 22, 30, tzinfo=ZONE).astimezone(UTC)
MORNING = datetime(2026, 3, 3, 6, 0, tzinfo=ZONE).astimezone(UTC)
AFTER = MORNING + timedelta(seconds=SPREAD_S)
NIGHTS = Pace(QuietHours.parse("21:00-06:00"), ZONE)
MINUTE = timedelta(minutes=1)
BUNDLES = Pace(bundle=5 * MINUTE)


class Street:
    """Sending by a given clock, into bots that note what they are given."""

    def __init__(self, program, desk):
        self.program, self.desk, self.store = program, desk, program.app.store
        self.bot = program.app.bots["telegram"]
        self.pace, self.bots = Pace(), program.app.bots

    def report(self, author=None, **changes):
        """A report of Siti's whose answer has left."""
        own = self.desk.file_by(author or self.desk.siti, **changes)
        self.send(self.desk.now)
        self.bot.took.clear()
        return own.code

    def move(self, code, status, now, note=""):
        def say(told, to, words):
            return {"key": f"status_{to}", "params": {"code": told, "status": to, "note": words}}

        self.store.move(SYSTEM, code, status, note, say, now)

    def send(self, now):
        """What leaves at this time; gives (key, note) of what the bot took since."""
        before = len(self.bot.took)
        sender = Sender(self.store, self.bots, render, print, lambda: now, lambda _: None, pace=self.pace)
        for _ in range(50):
            jobs = self.store.claim(now, 100, ("send",))
            if not jobs:
                break
            for job in jobs:
                self.program.run(sender.send(job))
        return [out.text for out in self.bot.took[before:]]

    def states(self):
        """The notices' states, each that another tells in brackets."""
        return [f"({row['state']})" if row["bundled"] else row["state"] for row in self.notices()]

    def notices(self):
        return [row for row in self.store.outbox() if row["kind"] == "notice"]


@pytest.fixture
def street(program, desk):
    import asyncio

    with asyncio.Runner() as runner:
        program.run = runner.run
        yield Street(program, desk)


def test_a_notice_of_the_night_leaves_in_the_morning_with_both_times(street):
    code, street.pace = street.report(), NIGHTS
    street.move(code, "forwarded", EVENING)
    assert street.send(EVENING) == []
    assert street.send(MORNING - timedelta(seconds=1)) == []
    assert len(street.send(AFTER)) == 1
    (row,) = street.notices()
    assert (row["state"], row["created_at"], row["sent_at"], row["tries"]) == ("sent", EVENING, AFTER, 1)


def test_by_day_a_notice_leaves_at_once(street):
    code, street.pace = street.report(), NIGHTS
    noon = EVENING - timedelta(hours=10)
    street.move(code, "forwarded", noon)
    assert len(street.send(noon)) == 1


def test_an_answer_overtakes_what_waits_for_the_morning(street, desk):
    code, street.pace = street.report(), NIGHTS
    street.move(code, "forwarded", EVENING)
    assert street.send(EVENING) == []
    desk.file_by(desk.siti, "lampu jalan mati")
    (told,) = street.send(EVENING)
    assert "kami catat" in told
    assert street.states() == ["owed"]


@pytest.mark.parametrize("whose", ["report", "voice"])
def test_danger_is_told_at_night(street, whose):
    code, street.pace = street.report(urgency="darurat"), NIGHTS
    if whose == "report":
        with street.store.writing() as tx:
            tx.execute(submissions.update().values(urgency="normal"))
    street.move(code, "forwarded", EVENING)
    assert len(street.send(EVENING)) == 1


def test_notices_of_one_citizen_keep_their_order_over_the_morning(street):
    code, street.pace = street.report(), NIGHTS
    street.move(code, "forwarded", EVENING)
    street.send(EVENING)
    street.move(code, "in_progress", MORNING)  # its own time is now, the other's a little later
    assert street.send(MORNING + timedelta(milliseconds=1)) == [] or street.states()[0] == "sent"
    told = [out.text for out in (street.send(AFTER), street.bot.took)[1]]
    assert ["diteruskan" in text for text in told] == [True, False]
    assert street.states() == ["sent", "sent"]


def test_a_pause_that_ends_at_night_wakes_no_notice(street):
    code, street.pace = street.report(), NIGHTS
    street.move(code, "forwarded", EVENING)
    street.store.pause_channel("telegram", EVENING + MINUTE)
    street.store.sending_works("telegram", EVENING)
    assert street.send(EVENING + 2 * MINUTE) == []
    assert len(street.send(AFTER)) == 1


def test_several_changes_are_told_at_once(street):
    code, street.pace = street.report(), BUNDLES
    for minute, (status, note) in enumerate(
        [("forwarded", "Kami teruskan."), ("in_progress", ""), ("resolved", "Ditambal.")]
    ):
        street.move(code, status, EVENING + minute * MINUTE, note)
        assert street.send(EVENING + minute * MINUTE) == []
    (told,) = street.send(EVENING + 5 * MINUTE)
    assert "selesai dikerjakan" in told
    assert "Kami teruskan.\nDitambal." in told
    assert street.states() == ["sent", "(sent)", "(sent)"]
    assert {row["sent_at"] for row in street.notices()} == {EVENING + 5 * MINUTE}
    assert [row["created_at"] for row in street.notices()] == [EVENING, EVENING + MINUTE, EVENING + 2 * MINUTE]
    assert street.send(EVENING + timedelta(days=1)) == []
    assert street.store.busy() == 0


def test_a_later_change_is_told_by_itself(street):
    code, street.pace = street.report(), BUNDLES
    street.move(code, "forwarded", EVENING)
    assert len(street.send(EVENING + 5 * MINUTE)) == 1
    street.move(code, "in_progress", EVENING + 6 * MINUTE)
    assert street.send(EVENING + 10 * MINUTE) == []
    assert len(street.send(EVENING + 11 * MINUTE)) == 1
    assert street.states() == ["sent", "sent"]


def test_a_reopening_is_told_apart_from_the_end_before_it(street):
    code, street.pace = street.report(), BUNDLES
    for second, status in enumerate(["forwarded", "resolved", "in_progress"]):
        street.move(code, status, EVENING + timedelta(seconds=second), status)
    street.send(EVENING)
    done, reopened = street.send(EVENING + 6 * MINUTE)
    assert ("selesai dikerjakan" in done, "sedang diproses" in reopened) == (True, True)
    assert street.states() == ["sent", "(sent)", "sent"]


def test_reports_are_bundled_each_by_itself(street, desk):
    one, two, street.pace = street.report(), street.report(desk.budi), BUNDLES
    for code in (one, two):
        for status in ("forwarded", "in_progress"):
            street.move(code, status, EVENING)
    told = street.send(EVENING + 5 * MINUTE)
    assert sorted(next(c for c in (one, two) if c in text) for text in told) == sorted((one, two))


def test_danger_is_not_gathered(street):
    code, street.pace = street.report(urgency="darurat"), BUNDLES
    street.move(code, "forwarded", EVENING)
    assert len(street.send(EVENING)) == 1


def test_a_kill_between_gathering_and_sending_loses_nothing_and_a_second_try_tells_the_same(street):
    code, street.pace = street.report(), BUNDLES
    street.move(code, "forwarded", EVENING, "satu")
    street.move(code, "in_progress", EVENING, "dua")
    due = EVENING + 5 * MINUTE
    (job,) = street.store.claim(due, 1, ("send",))
    assert street.store.begin_sending(int(job.subject), due, BUNDLES).say["params"]["note"] == "satu\ndua"
    street.move(code, "needs_info", due, "tiga")  # killed here: whether it arrived is not known
    (told,) = street.send(due + LEASE)
    assert "satu\ndua" in told
    assert "tiga" not in told
    (told,) = street.send(due + 5 * MINUTE)
    assert "tiga" in told
    assert street.states() == ["sent", "(sent)", "sent"]


def test_a_bundle_that_cannot_be_sent_is_whole_by_hand_and_counts_when_a_person_sent_it(street):
    code, street.pace = street.report(), BUNDLES
    street.move(code, "forwarded", EVENING, "satu")
    street.move(code, "in_progress", EVENING, "dua")
    street.bot.answers = [Refused("400")]
    street.send(EVENING + 5 * MINUTE)
    head, other = street.notices()
    assert (head["state"], head["say"]["params"]["note"]) == ("by_hand", "satu\ndua")
    assert (other["state"], other["sent_at"]) == ("by_hand", None)
    assert street.store.outbox("by_hand") == [head, other]
    assert street.store.reply_figures() == {("telegram", "sent"): 1, ("telegram", "by_hand"): 2}
    street.store.retry_by_hand(head["id"], "sent", AFTER)
    assert [row["state"] for row in street.notices()] == ["sent", "sent"]
    assert [row["sent_at"] for row in street.notices()] == [AFTER, AFTER]


def test_a_try_that_failed_takes_later_changes_along(street):
    code, street.pace = street.report(), BUNDLES
    street.move(code, "forwarded", EVENING, "satu")
    street.bot.answers = [Later("503", 300)]
    due = EVENING + 5 * MINUTE
    street.send(due)
    street.move(code, "in_progress", due + MINUTE, "dua")
    (told,) = street.send(due + 5 * MINUTE)
    assert "satu\ndua" in told


@pytest.mark.parametrize("by", ["switch", "settings"])
def test_while_sending_is_stopped_everything_waits_and_then_leaves_in_order(street, desk, by):
    code = street.report()
    if by == "switch":
        street.store.stop_sending("Rina Rekaan", EVENING)
    else:
        street.pace = Pace(stopped=True)
    street.move(code, "forwarded", EVENING)
    desk.file_by(desk.siti, "lampu jalan mati")
    for minute in range(3):
        assert street.send(EVENING + minute * MINUTE) == []
    street.pace = Pace()
    now = EVENING + 3 * MINUTE
    street.store.go_on_sending(now)
    told = street.send(now)
    assert ["diteruskan" in told[0], "kami catat" in told[1]] == [True, True]
    assert [row["tries"] for row in street.store.outbox()] == [1, 1, 1]


def test_the_word_to_go_on_needs_no_waiting(street):
    code = street.report()
    street.store.stop_sending("Rina Rekaan", EVENING)
    street.store.stop_sending("Budi Rekaan", AFTER)
    stop = street.store.stopped()
    assert (stop.by, stop.at) == ("Rina Rekaan", EVENING)
    street.move(code, "forwarded", EVENING)
    street.send(EVENING)
    street.store.go_on_sending(EVENING)
    assert street.store.stopped() is None
    assert len(street.send(EVENING)) == 1


def test_in_a_rehearsal_everything_goes_to_the_tester(street, desk):
    street.report()
    desk.file_by(desk.budi)
    street.bots = rehearsing({"telegram": street.bot}, {"telegram": "777"})
    street.send(EVENING)
    (out,) = street.bot.took
    assert (out.thread, out.to, out.reply_to, out.text[:6]) == ("777", "777", "", "[UJI] ")


def test_without_a_tester_a_channel_sends_to_nobody(street, desk):
    street.report()
    desk.file_by(desk.budi)
    street.bots = rehearsing({"telegram": street.bot}, {"whatsapp": "777"})
    assert street.send(EVENING) == []
    assert [row["state"] for row in street.store.outbox()] == ["sent", "by_hand"]


def test_outside_rehearsals_bots_are_as_they_are(street):
    assert rehearsing({"telegram": street.bot}, {}) == {"telegram": street.bot}
    assert isinstance(rehearsing({"telegram": street.bot}, {"sms": "1"})["telegram"], RehearsalBot)
