"""The states of a report: which moves a person may make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.rules.status import STATES, MoveRefusedError, allowed_moves, check_move

CLOSED = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "moves"),
    [
        ("received", "verifying forwarded needs_info rejected transferred"),
        ("verifying", "forwarded needs_info rejected transferred"),
        ("forwarded", "in_progress needs_info verifying resolved"),
        ("in_progress", "needs_info forwarded resolved"),
        ("resolved", "closed in_progress"),
        ("closed", "in_progress"),
        ("rejected", ""),
        ("withdrawn", ""),
        ("transferred", ""),
    ],
)
def test_the_moves_are_those_of_the_contract_and_no_others(status, moves):
    assert set(allowed_moves(status)) == set(moves.split())
    for to in STATES:
        if to in moves.split():
            check_move(status, to)
        else:
            with pytest.raises(MoveRefusedError):
                check_move(status, to)


@pytest.mark.parametrize(
    ("came_from", "back"), [("in_progress", "in_progress"), ("received", "received"), ("", "verifying")]
)
def test_information_given_leads_back_to_where_the_report_was(came_from, back):
    assert set(allowed_moves("needs_info", came_from)) == {back, "closed"}


@pytest.mark.parametrize(("days", "may"), [(0, True), (10, True), (10.01, False), (40, False)])
def test_a_closed_report_opens_again_within_ten_days_only(days, may):
    moves = allowed_moves("closed", closed_at=CLOSED, now=CLOSED + timedelta(days=days))
    assert ("in_progress" in moves) is may


def test_a_refusal_names_what_is_allowed():
    with pytest.raises(MoveRefusedError) as refused:
        check_move("verifying", "closed")
    assert refused.value.allowed == ("forwarded", "needs_info", "rejected", "transferred")
    assert "forwarded (diteruskan)" in str(refused.value)
    with pytest.raises(MoveRefusedError, match="tidak ada"):
        check_move("rejected", "closed")


def test_citizens_hear_of_every_state_but_verification_and_final_ones_are_closed_to_open311():
    assert [s.code for s in STATES.values() if not s.told] == ["verifying"]
    assert {s.code for s in STATES.values() if s.final} == {
        "resolved",
        "closed",
        "rejected",
        "withdrawn",
        "transferred",
    }
    assert len({s.name for s in STATES.values()}) == len(STATES)
