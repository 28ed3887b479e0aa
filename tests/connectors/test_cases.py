"""Every recorded case of every channel: what one delivery is read as, whole."""

import pytest
from channels import FIXTURES, RECEIVED, body, cases, connectors, told

CASES = [(folder.name, name) for folder in sorted(FIXTURES.iterdir()) for name in cases(folder.name)]


@pytest.mark.parametrize(("channel", "name"), CASES)
def test_case(channel, name):
    case = cases(channel)[name]
    parsed = connectors()[channel].parse(body(case["delivery"]), RECEIVED)
    assert told(parsed) == case["items"]
    assert list(parsed.ignored) == case["ignored"]
    assert list(parsed.malformed) == case["malformed"]
    assert {item.channel for item in parsed.items} <= {channel}


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
def test_one_address_for_both_reads_what_each_reads(channel):
    both, one = connectors()["meta"], connectors()[channel]
    for name, case in cases(channel).items():
        if not name.endswith("other_object"):
            assert both.parse(body(case["delivery"]), RECEIVED) == one.parse(body(case["delivery"]), RECEIVED), name


def test_times_are_aware_and_in_utc():
    for channel, name in CASES:
        for item in connectors()[channel].parse(body(cases(channel)[name]["delivery"]), RECEIVED).items:
            moment = getattr(item, "sent_at", None) or getattr(item, "at", None)
            assert moment is None or moment.utcoffset().total_seconds() == 0
