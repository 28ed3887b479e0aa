"""Quiet hours and bundling, as rules: when a notice may leave, and what one notice tells."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aggregator.rules.pace import SPREAD_S, Pace, QuietHours, as_one, told_at_once

ZONE = ZoneInfo("Asia/Makassar")  # UTC+8


def here(clock, day=2):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def moved(status, note="", **more):
    return {"key": f"status_{status}", "params": {"code": "BTL-1", "status": status, "note": note}, **more}


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("21:00-06:00", "20:59", None),
        ("21:00-06:00", "21:00", here("06:00", 3)),
        ("21:00-06:00", "23:59", here("06:00", 3)),
        ("21:00-06:00", "00:00", here("06:00")),
        ("21:00-06:00", "05:59", here("06:00")),
        ("21:00-06:00", "06:00", None),
        ("12:00-13:30", "12:00", here("13:30")),
        ("12:00-13:30", "13:30", None),
        ("12:00-13:30", "03:00", None),
    ],
)
def test_quiet_ends_in_the_regions_morning(hours, now, until):
    found = QuietHours.parse(hours).until(here(now).astimezone(UTC), ZONE)
    assert found == until


@pytest.mark.parametrize("told", ["off", "", "False", " OFF "])
def test_no_quiet_hours(told):
    assert QuietHours.parse(told) is None


@pytest.mark.parametrize("told", ["21-06-00", "nine to five", "21:00", "25:00-06:00", "06:00-06:00"])
def test_what_cannot_be_read_is_no_hours(told):
    with pytest.raises(ValueError, match="like 21:00-06:00"):
        QuietHours.parse(told)


def test_a_morning_is_spread_and_each_citizen_stays_whole():
    pace, night = Pace(QuietHours.parse("21:00-06:00"), ZONE), here("23:00")
    due = [pace.due(moved("forwarded"), night, night, whose) for whose in range(500)]
    assert min(due) >= here("06:00", 3)
    assert max(due) < here("06:00", 3) + timedelta(seconds=SPREAD_S)
    assert len(set(due)) > 300
    later = pace.due(moved("in_progress"), here("01:00", 3), here("01:00", 3), 7)
    assert later == due[7]


def test_gathering_that_ends_in_the_night_waits_for_the_morning():
    pace, owed = Pace(QuietHours.parse("21:00-06:00"), ZONE, timedelta(minutes=5)), here("20:58")
    assert pace.due(moved("forwarded"), owed, owed, 0) == here("06:00", 3)
    assert pace.due({"key": "accepted_public"}, owed, owed, 0) == owed


@pytest.mark.parametrize(
    ("statuses", "count"),
    [
        (["forwarded"], 1),
        (["forwarded", "in_progress", "resolved"], 3),
        (["in_progress", "resolved", "closed"], 3),
        (["in_progress", "resolved", "in_progress"], 2),
        (["closed", "in_progress", "resolved"], 1),
        (["forwarded", "unheard of"], 1),
    ],
)
def test_one_notice_never_spans_a_final_state_and_a_reopening(statuses, count):
    assert told_at_once([moved(status) for status in statuses]) == count


def test_words_that_would_not_fit_are_told_in_the_next():
    says = [moved("forwarded", "a" * 1500), moved("in_progress", "b" * 400), moved("needs_info", "c" * 400)]
    assert told_at_once(says) == 2
    assert told_at_once([moved("forwarded", "a" * 5000), moved("in_progress")]) == 1


def test_a_courtesy_stands_alone():
    assert told_at_once([moved("forwarded"), moved("in_progress", courtesy=True)]) == 1


def test_the_last_state_is_told_with_all_words_in_order():
    one = as_one([moved("forwarded", "Tim berangkat."), moved("in_progress"), moved("resolved", "Sudah ditambal.")])
    assert one["key"] == "status_resolved"
    assert one["params"] == {"code": "BTL-1", "status": "resolved", "note": "Tim berangkat.\nSudah ditambal."}
