"""Once a complaint is done: asked once, rated once, reopened once within ten days, taken up later; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telling import Town

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.afterwards import Rate, Remark, Reopen
from aggregator.store.conversing import Answered, StaleTurnError
from bots import wording
from connectors.base import Author

ANI, BUDI = Author("99003", "Ani Rekaan"), Author("99002", "Budi Rekaan")
UNIT = Viewer("unit_admin", unit="pupr")
DAY = timedelta(days=1)


class DoneTown(Town):
    """A town where reports get done."""

    def move(self, code, *statuses):
        """Move a report, telling everybody."""
        for status in statuses:
            self.store.move(SYSTEM, code, status, "", wording.notice, self.now)

    def done(self, author=ANI):
        """Let somebody report, and the report be done; gives the code."""
        code = self.file(author).code
        self.move(code, "forwarded", "resolved")
        return code

    def events(self, code, viewer=SYSTEM):
        report = self.store.report(viewer, code)
        return [(e.kind, e.note) for e in self.store.timeline(viewer, report.id)]

    def said_of(self, code, *kinds):
        return [event for event in self.events(code) if event[0] in kinds]

    def status(self, code):
        return self.store.report(SYSTEM, code).status


@pytest.fixture
def town(program):
    """A town where somebody may write at any time."""
    return DoneTown(program)


def notices(town, status):
    return [r for r in town.store.outbox() if r["kind"] == "notice" and r["status"] == status]


def test_the_notice_that_it_is_done_asks_in_private_with_choices_in_the_citizens_language(town):
    code = town.done()
    town.program.send(town.now)
    took = next(out for out in town.program.app.bots["telegram"].took if "selesai dikerjakan" in out.text)
    assert "Seberapa puas Anda, dari 1 (tidak puas) sampai 4 (sangat puas)?" in took.text
    assert [(b.label, b.payload, b.typed) for b in took.buttons] == [
        ("Tidak puas", f"rate:1:{code}", True),
        ("Kurang puas", f"rate:2:{code}", True),
        ("Puas", f"rate:3:{code}", True),
        ("Sangat puas", f"rate:4:{code}", True),
        ("Belum selesai", f"reopen:{code}", False),
    ]


def test_no_other_notice_asks_and_none_asks_again(town):
    code = town.done()
    town.move(code, "in_progress", "resolved", "closed")
    keys = [r["say"]["key"] for r in town.store.outbox() if r["kind"] == "notice"]
    assert [key for key in keys if "ask_rating" in key] == ["status_resolved+ask_rating"]
    assert len(notices(town, "resolved")) == 2


def test_who_commented_in_public_is_not_asked(desk, program):
    desk.finding("jalan rusak parah")
    (finding,) = program.app.store.findings(desk.reviewer)
    filed = program.accept(desk.reviewer, finding)
    for status in ("forwarded", "resolved"):
        program.app.store.move(SYSTEM, filed.report_code, status, "", wording.notice, program.app.now)
    assert not [r for r in program.app.store.outbox() if "ask_rating" in r["say"]["key"]]


def test_a_rating_and_one_line_are_kept_once_where_the_unit_sees_them(town):
    code = town.done()
    assert "Puas" in town.tell(ANI, "3")
    assert "simpan" in town.tell(ANI, "petugasnya ramah,\ncepat, hubungi 0812-5555-0199")
    town.tell(ANI, "satu lagi")
    assert "tidak berlaku" in town.tell(ANI, button=f"rate:1:{code}")
    unit = town.store.report(SYSTEM, code).unit
    told = [e for e in town.events(code, Viewer("unit_admin", unit=unit)) if e[0] in ("rated", "remarked")]
    assert [kind for kind, _ in told] == ["rated", "remarked"]
    assert told[0][1] == "3"
    assert "\n" not in told[1][1]
    assert told[1][1].startswith("petugasnya ramah, cepat")
    assert town.store.public_answers(town.store.report(SYSTEM, code).id)[-1].kind == "moved"


def test_silence_is_no_answer_and_a_number_before_it_is_done_is_none(town):
    code = town.file(ANI).code
    town.tell(ANI, "3")
    town.move(code, "forwarded", "resolved")
    town.tell(ANI, "terima kasih", after=DAY)
    assert town.said_of(code, "rated") == []


def test_a_number_of_somebody_else_rates_nothing(town):
    code = town.done()
    town.file(BUDI)
    town.tell(BUDI, "4", after=DAY)
    town.tell(BUDI, button=f"rate:4:{code}")
    town.tell(BUDI, button=f"reopen:{code}")
    town.tell(BUDI, f"buka lagi {code}")
    assert town.said_of(code, "rated", "reopened") == []
    assert town.status(code) == "resolved"


@pytest.mark.parametrize("to", [("forwarded", "resolved"), ("forwarded", "resolved", "closed")])
def test_reopened_goes_back_to_work_and_the_unit_sees_why(town, to):
    code = town.file(ANI).code
    town.move(code, *to)
    assert "kami buka lagi" in town.tell(ANI, "belum selesai, masih berlubang", after=9 * DAY)
    report = town.store.report(SYSTEM, code)
    assert (report.status, report.closed_at) == ("in_progress", None)
    events = town.events(code, Viewer("unit_admin", unit=report.unit))
    assert events[-2:] == [("moved", ""), ("reopened", "belum selesai, masih berlubang")]
    assert "masih berlubang" not in town.store.last_public_note(report.id)
    assert all("masih berlubang" not in e.note for e in town.store.public_answers(report.id))


def test_the_reason_may_follow(town):
    code = town.done()
    assert "Apa yang belum beres?" in town.tell(ANI, "BUKA LAGI")
    town.tell(ANI, "masih berlubang di tengah")
    assert town.events(code)[-2:] == [("reopened", ""), ("added", "masih berlubang di tengah")]


def test_once_a_report_and_citizen(town):
    code = town.done()
    town.tell(ANI, "belum selesai")
    town.move(code, "resolved")
    assert "petugas" in town.tell(ANI, "belum selesai", after=DAY)
    assert town.status(code) == "resolved"
    assert town.said_of(code, "reopened", "asked") == [("reopened", ""), ("asked", "belum selesai")]


def test_the_other_voices_are_told_and_may_reopen_themselves(town):
    code = town.file(ANI).code
    other = town.file(BUDI).code
    assert town.store.submission(other).report_id == town.store.submission(code).report_id
    town.move(code, "forwarded", "resolved")
    before = len(town.store.outbox())
    town.tell(ANI, "belum selesai")
    told = [(r["submission"], r["say"]["key"]) for r in town.store.outbox()[before:] if r["kind"] == "notice"]
    assert told == [(other, "status_in_progress+reopened_too")]
    town.move(code, "resolved")
    town.tell(BUDI, "belum selesai")
    assert town.status(code) == "in_progress"


def test_after_ten_days_a_new_complaint_takes_up_the_old_one(town):
    code = town.done()
    assert "lebih dari 10 hari" in town.tell(ANI, "belum selesai", after=10 * DAY + timedelta(hours=1))
    assert town.status(code) == "resolved"
    assert f"Merujuk aduan Anda: {code}" in town.tell(ANI, "jalan rusak lagi")
    ((_, new),) = town.said_of(code, "taken_up")
    assert new != code
    assert town.said_of(new, "took_up") == [("took_up", code)]


def test_what_a_citizen_said_of_it_goes_with_the_erasure_and_the_rating_stays_nameless(town):
    code = town.done()
    town.tell(ANI, "1")
    town.tell(ANI, "petugasnya kasar")
    town.tell(ANI, "belum selesai, masih berlubang")
    row = town.store.submission(code)
    town.store.erase(row.contact_id, town.now)
    told = town.said_of(code, "rated", "remarked", "reopened")
    assert told == [("rated", "1"), ("remarked", ""), ("reopened", "")]


def test_what_changed_meanwhile_makes_the_answer_stale(desk, store):
    row = desk.file_by(desk.siti)
    desk.move(row.code, "forwarded", "resolved")

    def do(deed):
        job, turn = desk.turn(desk.said("lagi", author=desk.siti, thread=desk.siti.id))
        store.answer(job, turn, Answered({}, deeds=[deed]), desk.never, desk.now)

    do(Rate(row.code, 3))
    do(Remark(row.code, "baik"))
    do(Remark(row.code, "lagi"))
    do(Reopen(row.code, ""))
    kinds = [e.kind for e in store.timeline(SYSTEM, row.report_id)]
    assert kinds.count("rated") == kinds.count("remarked") == kinds.count("reopened") == 1
    desk.move(row.code, "resolved")
    with pytest.raises(StaleTurnError):
        do(Reopen(row.code, "once more"))
