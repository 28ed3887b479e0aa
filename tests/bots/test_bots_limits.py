"""Splitting and cutting keep all words, all limits, and the code; a Retry-After is read in both its forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.calls import seconds
from bots.limits import cut, split

TEXTS = st.text(alphabet=st.sampled_from("ab.!? \n"), max_size=200)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(8, 60))
def test_parts_keep_the_limit_and_every_letter(text, limit):
    parts = split(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(20, 60))
def test_a_cut_text_keeps_the_limit_and_the_code(text, limit):
    short = cut(f"{text} BTL-1", limit, "BTL-1")
    assert len(short) <= limit
    assert "BTL-1" in short


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pendek saja", ["pendek saja"]),
        ("Satu dua tiga. Empat lima enam.", ["Satu dua tiga.", "Empat lima enam."]),
        ("Satu dua\n\ntiga. Empat lima enam", ["Satu dua", "tiga. Empat lima", "enam"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijklmnop", "qrstuvwxyz"]),
    ],
)
def test_a_text_is_parted_where_it_reads_best(text, parts):
    assert split(text, 16) == parts


def test_retry_after():
    soon = datetime.now(UTC) + timedelta(seconds=90)
    assert seconds({"retry-after": "12"}) == 12
    assert 80 < (seconds({"retry-after": format_datetime(soon, usegmt=True)}) or 0) <= 90
    assert seconds({"retry-after": format_datetime(soon - timedelta(hours=1))}) == 0
    assert seconds({"retry-after": "sebentar"}) is None
    assert seconds({}) is None
