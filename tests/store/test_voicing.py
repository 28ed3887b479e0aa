"""What the bot says of known reports, and what citizens decide of it: joined, apart and back again, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from telling import Town

from aggregator.pipeline.filing import Filer
from aggregator.rules.report import SYSTEM, Match, Viewer
from aggregator.store.conversing import StaleTurnError
from aggregator.store.tables import submissions
from aggregator.store.voicing import AddVoice, StandApart
from bots import wording
from connectors.base import Author

ANI, BUDI, CICI = (Author(f"9900{n}", f"{name} Rekaan") for n, name in ((3, "Ani"), (2, "Budi"), (4, "Cici")))
REVIEWER = Viewer("reviewer", name="Rina Rekaan")


@dataclass(frozen=True)
class Steady(Filer):
    """Files by the words alone: "persis" is surely the first report that may be joined, "mirip" perhaps the first."""

    def choose(self, new, candidates):
        fit = [c for c in candidates if c.open and c.mergeable]
        if "persis" in new.text and fit:
            return Match(fit[0].report, 0.9, ("desa sama",), sure=True)
        return Match(candidates[0].report, 0.5, ("mirip",), sure=False) if "mirip" in new.text and candidates else None


@pytest.fixture
def town(program):
    """A town where reports are joined by that rule."""
    app = program.app
    app.__dict__["filer"] = Steady(**{field.name: getattr(app.filer, field.name) for field in fields(Filer)})
    return Town(program)


def voices(town):
    """How many voices each report of the queue has."""
    return [row.voices for row in town.store.queue(SYSTEM)]


def test_what_may_be_known_already_is_told_and_its_answer_joins(town):
    known = town.file(ANI)
    town.store.move(SYSTEM, known.report_code, "forwarded", "", town.program.desk.say, town.now, told=False)
    town.now += timedelta(days=3)
    text = town.tell(BUDI, "jalan rusak mirip")
    own = town.newest()
    assert "Sepertinya sudah dilaporkan warga lain 3 hari lalu: Jalan, Handil Bakti, status: diteruskan." in text
    assert own.code in text
    assert known.code not in text
    assert known.report_code not in text
    assert (voices(town), own.likely_report_id) == ([1, 1], known.report_id)
    assert own.code in town.tell(BUDI, button=f"voice:yes:{own.code}")
    assert voices(town) == [2]
    joined = town.store.submission(own.code)
    assert (joined.report_id, joined.code) == (known.report_id, own.code)
    assert town.store.report(SYSTEM, own.report_code).id == known.report_id
    town.store.move(SYSTEM, own.code, "in_progress", "Aspal datang.", wording.notice, town.now)
    told = {row["submission"] for row in town.store.outbox() if row["kind"] == "notice"}
    assert told == {known.code, own.code}


@pytest.mark.parametrize("answer", ["", "2", "pisah", "kada usah", "apa kabar hari ini", "batal"])
def test_other_answers_and_silence_leave_a_report_of_its_own_that_is_offered(town, answer):
    known = town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    if answer:
        town.tell(BUDI, answer)
    after = town.store.submission(own.code)
    assert (voices(town), after.likely_report_id, after.reasons) == ([1, 1], known.report_id, ["mirip"])
    assert after.withdrawn_at is None


def test_a_sure_one_is_joined_told_and_taken_apart_again(town):
    known = town.file(ANI)
    text = town.tell(BUDI, "jalan rusak persis")
    own = town.newest()
    assert voices(town) == [2]
    assert "digabung dengan laporan yang sama" in text
    assert "PISAH" in text
    assert own.code in town.tell(BUDI, "PISAH")
    after = town.store.submission(own.code)
    assert sorted(voices(town)) == [1, 1]
    assert (after.likely_report_id, after.code) == (known.report_id, own.code)
    assert town.store.report(SYSTEM, own.code).text == "jalan rusak persis"
    assert town.store.report(SYSTEM, known.code).text == "jalan rusak"
    town.tell(BUDI, "gabung")
    assert voices(town) == [2]
    town.tell(BUDI, "pisah")
    assert sorted(voices(town)) == [1, 1]
    assert town.store.submission(own.code).report_code == after.report_code


def test_after_a_day_only_a_person_takes_it_apart(town):
    town.file(ANI)
    own = town.file(BUDI, "jalan rusak persis")
    text = town.tell(BUDI, f"pisah {own.code}", after=timedelta(hours=25))
    assert "Tidak ada aduan Anda yang baru digabung" in text
    assert voices(town) == [2]


def test_what_others_joined_stays_when_one_leaves(town):
    town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    desk = town.program.desk
    third = desk.file(desk.new("jalan rusak di situ"), into=own.report_id)
    town.tell(BUDI, "gabung")
    assert sorted(voices(town)) == [1, 2]
    assert town.store.submission(third.code).report_id == own.report_id
    town.tell(BUDI, "pisah")
    assert sorted(voices(town)) == [1, 2]
    assert town.store.submission(own.code).report_id == own.report_id


def hide(town, known, how):
    if how == "closed":
        town.store.move(SYSTEM, known.report_code, "rejected", "", town.program.desk.say, town.now, told=False)
        return
    with town.store.writing() as tx:
        column = {"rahasia": "confidential", "accusation": "supervised"}[how]
        tx.exec_driver_sql(f"UPDATE report SET {column} = true WHERE id = {known.report_id}")


@pytest.mark.parametrize("how", ["rahasia", "accusation", "closed"])
def test_nothing_hints_at_what_is_not_public_or_is_over(town, how):
    known = town.file(ANI)
    hide(town, known, how)
    text = town.tell(BUDI, "jalan rusak mirip")
    own = town.newest()
    assert "dilaporkan" not in text
    assert own.likely_report_id == known.report_id  # a reviewer is offered it all the same
    town.tell(BUDI, "gabung")
    town.tell(BUDI, button=f"voice:yes:{own.code}")
    assert not town.store.decide(AddVoice(own.code), town.now)
    assert sorted(voices(town)) == [1, 1]
    assert town.store.choice(own.code, town.now) is None


@pytest.mark.parametrize("how", ["rahasia", "accusation", "closed"])
def test_what_became_so_meanwhile_is_not_joined(town, how):
    known = town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    hide(town, known, how)
    town.tell(BUDI, "ya")
    town.tell(BUDI, "gabung")
    assert sorted(voices(town)) == [1, 1]
    assert town.store.submission(own.code).withdrawn_at is None


def test_who_wants_secrecy_is_asked_nothing(town):
    town.file(ANI)
    text = town.tell(BUDI, "jalan rusak mirip, laporan ini mohon dirahasiakan")
    assert "dilaporkan" not in text
    assert town.store.choice(town.newest().code, town.now) is None


def test_ones_own_is_called_so(town):
    known = town.file(BUDI)
    text = town.tell(BUDI, "jalan rusak mirip")
    assert f"Ini seperti aduan Anda hari ini, {known.code}: Jalan, Handil Bakti, status: diterima." in text
    assert "warga lain" not in text


def test_nobody_decides_for_others(town):
    town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    town.tell(ANI, f"gabung {own.code}")
    town.tell(ANI, button=f"voice:yes:{own.code}")
    assert sorted(voices(town)) == [1, 1]


def test_what_is_told_is_what_is_done_even_if_the_queue_changes_meanwhile(town):
    """Between look-up and filing another worker opens the very report: the turn is read again, and tells it."""
    app, desk = town.program.app, town.program.desk
    place = {"location": "63.04.05.1003", "location_name": "Handil Bakti", "block": "63.04:ruang"}

    def meanwhile(step):
        if step == "turn read" and not voices(town):
            desk.file(desk.new("jalan rusak", **place))

    app.__dict__["converser"] = replace(app.converser, at=meanwhile)
    desk.deliver(desk.said("jalan rusak persis", author=BUDI, thread=BUDI.id))
    app.now = desk.now + timedelta(minutes=1)
    (job,) = town.store.claim(app.now, 100, ("turn",))
    with pytest.raises(StaleTurnError):
        app.turn(job)
    assert town.store.outbox() == []
    town.store.postpone(job, app.now)
    town.program.work()
    (answer,) = town.store.outbox()
    assert "joined" in answer["say"]["key"]
    assert voices(town) == [2]


def test_people_can_split_what_a_citizen_joined_and_the_history_tells_both(town):
    known = town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    town.tell(BUDI, "gabung")
    kinds = [event.kind for event in town.store.timeline(SYSTEM, known.report_id)]
    assert kinds == ["opened", "regrouped"]
    back = town.store.split(REVIEWER, own.code, "BTL", town.now)
    assert back.code == own.report_code
    assert sorted(voices(town)) == [1, 1]
    assert not town.store.decide(StandApart(own.code, "BTL-0000-0000-0000"), town.now)


@pytest.mark.parametrize("match", ["mirip", "persis"])
def test_a_report_that_a_citizen_leaves_says_what_its_remaining_voices_say(town, match):
    known = town.file(ANI)
    before = says(town, known)
    own = town.file(BUDI, f"jalan rusak mendesak {match}")
    town.tell(BUDI, "gabung")
    assert says(town, known) == ("tinggi", own.sent_at, False, "jalan rusak")
    town.tell(BUDI, "pisah")
    assert says(town, known) == before
    assert says(town, own) == ("tinggi", own.sent_at, False, own.text)


def says(town, voice):
    """What a voice's report says of its voices."""
    row = town.store.report(SYSTEM, voice.code)
    return row.urgency, row.last_voice_at, row.confidential, row.text


def test_a_person_takes_back_what_a_citizen_decided_and_that_stands(town):
    known = town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    town.tell(BUDI, "gabung")
    assert undo(town, known, "regrouped").code == own.report_code
    assert sorted(voices(town)) == [1, 1]
    assert town.store.choice(own.code, town.now) is None
    third = town.file(CICI, "jalan rusak persis")
    town.tell(CICI, "pisah")
    assert undo(town, third, "split").id != town.store.submission(third.code).first_report_id
    assert sorted(voices(town)) == [1, 2]
    assert town.store.choice(third.code, town.now) is None


def undo(town, voice, kind):
    """Have a reviewer take back the newest act of a kind in the history of a voice's report."""
    history = town.store.timeline(SYSTEM, town.store.report(SYSTEM, voice.code).id)
    act = next(event for event in reversed(history) if event.kind == kind)
    return town.store.undo(REVIEWER, act.id, town.now)


def test_a_voice_whose_first_report_was_taken_back_meanwhile_gets_a_new_one(town):
    known = town.file(ANI)
    own = town.file(BUDI, "jalan rusak mirip")
    desk = town.program.desk
    other = desk.file(desk.new("jalan rusak di situ"), into=own.report_id)
    town.tell(BUDI, "gabung")
    with town.store.writing() as tx:
        town.store._withdraw(
            tx, tx.execute(select(submissions).where(submissions.c.code == other.code)).one(), town.now
        )
    town.tell(BUDI, "pisah")
    after = town.store.report(SYSTEM, own.code)
    assert after.code not in (known.report_code, own.report_code)
    assert after.status == "received"
