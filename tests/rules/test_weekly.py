"""The hour of the week: the newest one that has come, by the region's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aggregator.rules.weekly import Weekly

WITA = ZoneInfo("Asia/Makassar")
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # Monday 08.00 in Marabahan


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (MONDAY, MONDAY),
        (MONDAY.replace(minute=1), MONDAY),
        (datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 2, 23, tzinfo=UTC)),
        (datetime(2026, 3, 8, 23, 59, tzinfo=UTC), MONDAY),
        (datetime(2026, 3, 4, tzinfo=WITA), MONDAY),
    ],
)
def test_the_newest_hour_that_has_come(now, last):
    assert Weekly.parse("Senin 08:00").last(now, WITA) == last


@pytest.mark.parametrize("told", ["", "senin", "08:00", "monday 08:00", "senin 24:00", "senin 8:00"])
def test_what_is_no_hour_of_the_week(told):
    with pytest.raises(ValueError, match="senin 08:00"):
        Weekly.parse(told)
