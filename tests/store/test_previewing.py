"""What the console shows before a move is what is sent after it; looking leaves no trace; on both databases."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from square import NOTE, Square

from aggregator.rules.pace import Pace, QuietHours
from aggregator.rules.preview import Held
from aggregator.rules.report import SYSTEM, Viewer
from aggregator.rules.status import MoveRefusedError
from aggregator.store.lookup import UnknownCodeError
from aggregator.store.tables import submissions
from bots.base import WindowShut
from connectors.check import Check

ZONE = ZoneInfo("Asia/Makassar")
EVENING = datetime(2026, 3, 2, 22, 30, tzinfo=ZONE).astimezone(UTC)
MORNING = datetime(2026, 3, 3, 6, 0, tzinfo=ZONE).astimezone(UTC)
NIGHTS = Pace(QuietHours.parse("21:00-06:00"), ZONE)
PHONE = "6281255550101"


@pytest.fixture
def square(program, desk):
    return Square(program, desk)


@pytest.mark.parametrize(
    ("way", "to"),
    [
        ((), "forwarded"),
        ((), "verifying"),
        ((), "needs_info"),
        ((), "rejected"),
        (("forwarded",), "resolved"),
        (("forwarded", "resolved"), "closed"),
        (("forwarded", "resolved"), "in_progress"),
    ],
)
def test_what_is_shown_is_what_is_sent(square, way, to):
    channels = (("telegram", True, "id"), ("whatsapp", True, "bjn"), ("facebook", False, "id"), ("sms", True, "bjn"))
    table = [(*one, visibility) for one in channels for visibility in ("public", "anonim", "rahasia")]
    own = {square.voice(c, direct=d, language=tongue, visibility=v).code for c, d, tongue, v in table}
    square.desk.move(square.code, *way)
    before = square.everything()
    seen = square.preview(to)
    assert square.everything() == before
    told = square.moved(to)
    if to == "verifying":
        assert (seen.count, seen.sentences, dict(seen.silent), told) == (0, (), {}, Counter())
        return
    assert seen.ways == Counter(
        (c, "hand" if c == "sms" else "private" if direct else "public") for c, direct, *_ in table
    )
    words = Counter((channel, without(own, text)) for channel, text in told.elements())
    shown = {
        (channel, without(own, one.text)): 3 for one in seen.sentences for channel in one.channels if one.way != "hand"
    }
    assert words == shown
    assert all(one.text in {text for _, text in told} for one in seen.sentences if one.way != "hand")
    assert all((NOTE in one.text) == (one.way != "public") for one in seen.sentences)


def without(codes, text):
    """A sentence without the code in it."""
    return next((text.replace(code, "*") for code in codes if code in text), text)


def test_voices_that_read_the_same_are_told_of_as_one_sentence(square):
    codes = [square.voice(channel).code for channel in ("telegram", "whatsapp", "telegram")]
    square.voice(language="bjn")
    most, other = square.preview("forwarded").sentences
    assert (most.count, most.channels, most.language) == (3, ("telegram", "whatsapp"), "id")
    assert codes[0] in most.text
    assert (other.count, other.language, other.text.startswith("Aduan")) == (1, "bjn", True)
    assert square.preview("forwarded").ways == {("telegram", "private"): 3, ("whatsapp", "private"): 1}


@pytest.mark.parametrize(
    ("has_template", "way", "taken"), [(True, "template", ("in_progress", "diproses")), (False, "hand", None)]
)
def test_after_the_24_hours_whatsapp_takes_the_template_only(square, has_template, way, taken):
    square.voice("whatsapp")
    square.desk.move(square.code, "forwarded")
    later = square.desk.now + timedelta(hours=25)
    seen = square.preview("in_progress", now=later, has_template=has_template)
    assert seen.ways == {("whatsapp", way): 1}
    if taken is not None:
        assert seen.sentences[0].text.endswith(f": {taken[1]}")
        square.moved("in_progress", now=later)
        (out,) = square.program.app.bots["whatsapp"].took
        assert f"{out.code}: {out.status}" == seen.sentences[0].text


def test_a_window_that_shuts_over_night_is_seen_in_the_evening(square):
    square.voice("whatsapp")  # 9.00: the window shuts at 9.00 of the next day
    late = Pace(QuietHours.parse("21:00-09:30"), ZONE)
    assert square.preview("forwarded", now=EVENING, pace=NIGHTS, has_template=True).ways == {("whatsapp", "private"): 1}
    assert square.preview("forwarded", now=EVENING, pace=late, has_template=True).ways == {("whatsapp", "template"): 1}


def test_who_is_told_by_hand_and_who_not_at_all(square):
    square.voice()
    square.voice()  # who blocks the bot
    square.voice("whatsapp_export", direct=False)
    gone, removed = square.voice(), square.voice()
    square.voice("web")
    with square.store.writing() as tx:
        for voice, name in ((gone, "withdrawn_at"), (removed, "removed_at")):
            tx.execute(submissions.update().where(submissions.c.id == voice.id).values({name: square.desk.now}))
    square.block("99002")
    seen = square.preview("forwarded")
    assert seen.ways == {("telegram", "private"): 1, ("telegram", "hand"): 1, ("whatsapp_export", "hand"): 1}
    assert seen.silent == {"withdrawn": 1, "removed": 1, "no_contact": 1}
    square.moved("forwarded")
    states = Counter(row["state"] for row in square.store.outbox() if row["kind"] == "notice")
    assert states == {"sent": 1, "by_hand": 2}


def blocked(square):
    square.voice(phone=PHONE)
    square.block("99001")


def late(square):
    square.voice("whatsapp", phone=PHONE)


def template_refused(square):
    late(square)
    square.store.checked("whatsapp", [Check("template", "bad", "Templat dijeda.")], square.desk.now)


def by_form(square):
    square.fill_in(PHONE)


@pytest.mark.parametrize(
    ("begun", "wrote_on", "has_template", "way"),
    [
        (blocked, "whatsapp", False, ("whatsapp", "private")),
        (blocked, "facebook", False, ("telegram", "hand")),
        (late, "sms", False, ("sms", "private")),
        (late, "sms", True, ("whatsapp", "template")),
        (template_refused, "sms", True, ("sms", "private")),
        (template_refused, "facebook", True, ("whatsapp", "hand")),
        (by_form, None, True, ("whatsapp", "template")),
        (by_form, None, False, ("sms", "private")),
    ],
)
def test_where_a_way_is_shut_the_other_is_shown_that_sending_takes(square, begun, wrote_on, has_template, way):
    app = square.program.app
    notebook = type(app.bots["telegram"])

    class WithWindow(notebook):
        async def send(self, out):
            if out.late(app.now) and (out.without_template or not has_template):
                raise WindowShut("131047 without template")
            return await super().send(out)

    app.bots |= {"sms": notebook("sms"), "whatsapp": WithWindow("whatsapp")}
    begun(square)
    later = square.desk.now + timedelta(hours=25 if begun in (late, template_refused) else 0)
    if wrote_on:
        square.write(wrote_on, PHONE)
    before = square.everything()
    seen = square.preview("forwarded", now=later, has_template=has_template)
    assert (seen.ways, square.everything()) == ({way: 1}, before)
    told = square.moved("forwarded", now=later)
    (row,) = [row for row in square.store.outbox() if row["kind"] == "notice"]
    assert (row["channel"], row["state"]) == (way[0], "by_hand" if way[1] == "hand" else "sent")
    assert [channel for channel, _ in told] == ([] if way[1] == "hand" else [way[0]])
    if way[1] == "private":
        assert [text for _, text in told] == [seen.sentences[0].text]


@pytest.mark.parametrize(
    ("pace", "now", "held"),
    [
        (NIGHTS, EVENING, Held("quiet", MORNING)),
        (NIGHTS, MORNING, None),
        (Pace(stopped=True), EVENING, Held("stopped")),
        (Pace(bundle=timedelta(minutes=5)), EVENING, Held("gathering", EVENING + timedelta(minutes=5))),
        (replace(NIGHTS, bundle=timedelta(minutes=5)), EVENING, Held("quiet", MORNING)),
    ],
)
def test_what_waits_is_told_with_its_hour(square, pace, now, held):
    square.voice()
    assert square.preview("forwarded", now=now, pace=pace).held == ({held: 1} if held else {})


def test_danger_does_not_wait_and_a_resting_channel_does(square):
    square.voice(urgency="darurat")
    square.voice("whatsapp", urgency="darurat")
    square.store.trouble("whatsapp", "190", square.desk.now, "sending")
    square.store.pause_channel("whatsapp", EVENING + timedelta(minutes=5))
    assert square.preview("forwarded", now=EVENING, pace=NIGHTS).held == {Held("resting"): 1}


def test_what_waits_to_be_told_together_is_shown_together(square):
    square.voice()
    pace, later = Pace(bundle=timedelta(minutes=5)), square.desk.now + timedelta(minutes=1)
    square.program.app.reviewer.move(SYSTEM, square.code, "forwarded", "Kami teruskan.")
    (one,) = square.preview("in_progress", "Sedang ditambal.", now=later, pace=pace).sentences
    assert "Kami teruskan.\nSedang ditambal." in one.text
    square.program.app.reviewer.move(SYSTEM, square.code, "in_progress", "Sedang ditambal.")
    square.program.app.__dict__["sender"] = replace(square.program.app.sender, pace=pace)
    square.program.send(later + timedelta(minutes=5))
    assert [out.text for out in square.program.app.bots["telegram"].took] == [one.text]


def test_whoever_may_not_move_may_not_look(square):
    square.voice()
    app = square.program.app
    app.now = square.desk.now
    with pytest.raises(UnknownCodeError):
        app.previewer.move(Viewer("unit_admin", "dishub"), square.code, "forwarded", "")
    with pytest.raises(MoveRefusedError):
        app.previewer.move(SYSTEM, square.code, "closed", "")


def test_joining_splitting_and_moving_voices_tells_nobody(square):
    square.voice()
    report = square.code
    two = square.desk.file(square.desk.new())
    desk = square.program.app.reviewer
    square.program.app.now = square.desk.now
    desk.join(SYSTEM, two.report_code, report)
    desk.split(SYSTEM, two.code)
    desk.regroup(SYSTEM, two.code, report)
    assert square.store.outbox() == []
