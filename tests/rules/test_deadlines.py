"""Due dates: working days of Indonesia, counted from when a report came in, by dated rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.rules.deadlines import (
    BadTimeLimitsError,
    NoTimeLimitError,
    due_dates,
    is_working_day,
    load_sla,
)

SLA = load_sla(Path(__file__).resolve().parents[2] / "data" / "sla.yml")
WITA = ZoneInfo("Asia/Makassar")


def at(text, zone=WITA):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def dues(
    report_class="pengaduan", start="2026-09-01T09:00", *, supervised=False, urgency="normal", zone="Asia/Makassar"
):
    found = due_dates(SLA, report_class, supervised, urgency, at(start, ZoneInfo(zone)), zone)
    return [f"{due:%m-%d %H:%M}" for due in (found.verify, found.follow, found.done)]


@pytest.mark.parametrize(
    ("report_class", "supervised", "urgency", "expected"),
    [
        ("permintaan_informasi", False, "normal", ["09-04 16:00", "09-08 16:00", "09-08 16:00"]),
        ("aspirasi", False, "normal", ["09-04 16:00", "09-08 16:00", "09-08 16:00"]),
        ("pengaduan", False, "normal", ["09-04 16:00", "09-08 16:00", "09-21 16:00"]),
        ("pengaduan", True, "normal", ["09-04 16:00", "09-08 16:00", "11-24 16:00"]),
        ("aspirasi", True, "normal", ["09-04 16:00", "09-08 16:00", "11-24 16:00"]),
        ("pengaduan", False, "darurat", ["09-01 16:00", "09-02 16:00", "09-21 16:00"]),
        ("pengaduan", False, "tinggi", ["09-02 16:00", "09-04 16:00", "09-21 16:00"]),
        ("aspirasi", False, "darurat", ["09-04 16:00", "09-08 16:00", "09-08 16:00"]),
    ],
)
def test_each_kind_has_its_limits_in_working_days(report_class, supervised, urgency, expected):
    assert dues(report_class, supervised=supervised, urgency=urgency) == expected


@pytest.mark.parametrize(
    ("start", "verify"),
    [
        ("2026-09-01T00:05", "09-04 16:00"),  # before the office opens: that day counts as received
        ("2026-09-01T15:59", "09-04 16:00"),
        ("2026-09-01T16:00", "09-07 16:00"),  # closed: received on the next day
        ("2026-09-04T17:00", "09-10 16:00"),  # Friday evening: received on Monday
        ("2026-09-05T10:00", "09-10 16:00"),  # Saturday
        ("2026-08-17T10:00", "08-21 16:00"),  # Independence Day
        ("2026-03-17T18:00", "03-30 16:00"),  # Nyepi, Lebaran and their collective leave: received on the 25th
        ("2026-12-23T10:00", "12-30 16:00"),  # collective leave before Christmas, then Christmas
    ],
)
def test_what_comes_outside_working_time_counts_from_the_next_working_day(start, verify):
    assert dues(start=start)[0] == verify


def test_days_are_those_of_the_regions_own_time_zone():
    start = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)  # 16:30 WITA, 15:30 WIB
    wita, wib = (
        due_dates(SLA, "pengaduan", False, "normal", start, zone).verify for zone in ("Asia/Makassar", "Asia/Pontianak")
    )
    assert wita == at("2026-09-07T16:00")
    assert wib == at("2026-09-04T16:00", ZoneInfo("Asia/Pontianak"))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-08-17", False),
        ("2026-03-20", False),
        ("2026-03-25", True),
        ("2026-09-05", False),
        ("2026-09-07", True),
        ("2025-12-26", False),
    ],
)
def test_working_days_leave_out_weekends_holidays_and_collective_leave(day, working):
    assert is_working_day(date.fromisoformat(day)) is working


def test_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="aware"):
        due_dates(SLA, "pengaduan", False, "normal", datetime(2026, 9, 1, 9), "Asia/Makassar")  # noqa: DTZ001


def test_no_row_no_date():
    with pytest.raises(NoTimeLimitError):
        due_dates(SLA, "pujian", False, "normal", at("2026-09-01T09:00"), "Asia/Makassar")
    with pytest.raises(NoTimeLimitError):
        due_dates(SLA, "pengaduan", False, "normal", at("2017-09-01T09:00"), "Asia/Makassar")


ROW = "{{class: pengaduan, supervised: false, verify: {verify}, follow: 5, done: 14, cited: x, sure: H, since: {since}, until: {until}}}\n"


def test_the_row_in_force_on_the_day_of_receipt_counts(tmp_path):
    path = tmp_path / "sla.yml"
    old, new = (
        ROW.format(verify=3, since="2018-01-01", until="2027-01-01"),
        ROW.format(verify=1, since="2027-01-01", until="null"),
    )
    path.write_text(f"- {old}- {new}", "utf-8")
    sla = load_sla(path)
    days = [
        due_dates(sla, "pengaduan", False, "normal", at(s), "Asia/Makassar").verify.date()
        for s in ("2026-09-01T09:00", "2027-09-01T09:00")
    ]
    assert days == [date(2026, 9, 4), date(2027, 9, 2)]


def test_a_row_that_has_ended_holds_no_more(tmp_path):
    path = tmp_path / "sla.yml"
    path.write_text("- " + ROW.format(verify=3, since="2018-01-01", until="2026-09-01"), "utf-8")
    assert due_dates(load_sla(path), "pengaduan", False, "normal", at("2026-08-31T09:00"), "Asia/Makassar")
    with pytest.raises(NoTimeLimitError):
        due_dates(load_sla(path), "pengaduan", False, "normal", at("2026-09-01T09:00"), "Asia/Makassar")


@pytest.mark.parametrize(
    "text",
    [
        "- {class: pengaduan}",
        "- " + ROW.format(verify=9, since="2018-01-01", until="null"),
        "- " + ROW.format(verify=3, since="lama", until="null"),
        "[",
        "5",
    ],
)
def test_a_wrong_table_is_refused(tmp_path, text):
    path = tmp_path / "sla.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadTimeLimitsError, match=r"sla\.yml"):
        load_sla(path)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(BadTimeLimitsError):
        load_sla(tmp_path / "none.yml")


def test_every_row_says_what_it_rests_on():
    assert all(row.cited and row.sure in {"H", "M", "house"} for row in SLA)
