"""The codes that citizens get, and who may be joined by rule."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from aggregator.rules.report import Dues, NewSubmission, new_code, parse_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_codes_have_the_form_of_the_contract_and_do_not_repeat():
    codes = {new_code("BTL") for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"BTL(-[0-9A-HJKMNP-TV-Z]{4}){3}", code) for code in codes)


def test_a_code_is_read_however_it_was_typed():
    code = new_code("BTL")
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        f"  {code.replace('-', ' ')} ",
        code.replace("0", "O").replace("1", "l"),
    ):
        assert parse_code(typed, "BTL") == code


@pytest.mark.parametrize("words", ["", "BTL", "BTL-7Q4M-2XPH", "halo", "BTL-7Q4M-2XPH-9K3R-1", "BTL-****-2XPH-9K3R"])
def test_what_is_no_code_is_none(words):
    assert parse_code(words, "BTL") is None


def test_another_regions_code_is_none():
    assert parse_code(new_code("KTB"), "BTL") is None


def test_every_single_mistyped_character_is_caught():
    code = new_code("BTL")
    body = code[3:].replace("-", "")
    for place, right in enumerate(body):
        for wrong in set(ALPHABET) - {right}:
            assert parse_code("BTL" + body[:place] + wrong + body[place + 1 :], "BTL") is None


def test_swapped_neighbours_are_caught_almost_always():
    caught = tried = 0
    for _ in range(100):
        body = new_code("BTL")[3:].replace("-", "")
        for place in range(11):
            if body[place] != body[place + 1]:
                swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
                tried += 1
                caught += parse_code("BTL" + swapped, "BTL") is None
    assert caught / tried > 0.98


def submission(**changes):
    row = {
        "code": "c", "channel": "web", "source_key": "k", "text": "jalan rusak", "category": "jalan", "report_class": "pengaduan",
        "urgency": "normal", "supervised": False, "sent_at": NOW, "received_at": NOW, "unit": "pupr", "unit_reason": "",
        "dues": Dues(NOW, NOW, NOW), "block": "63.04:ruang", "report_code": "r",
    }  # fmt: skip
    return NewSubmission(**row | changes)


@pytest.mark.parametrize(
    ("changes", "confidential"),
    [({}, False), ({"visibility": "anonim"}, False), ({"visibility": "rahasia"}, True), ({"supervised": True}, True)],
)
def test_accusations_and_secrets_are_confidential(changes, confidential):
    assert submission(**changes).confidential is confidential


def test_traits_hold_what_matching_compares_and_no_identity():
    traits = submission(
        conversation_id=5, contact_id=9, location="63.04.05", slots={"rt": "3"}, point=(-3.2, 114.5)
    ).traits
    assert (traits.text, traits.category, traits.location, traits.thread, traits.author) == (
        "jalan rusak",
        "jalan",
        "63.04.05",
        "5",
        "9",
    )
    assert submission().traits.thread == submission().traits.author == ""
