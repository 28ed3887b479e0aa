"""Whether replies leave, as every console page tells."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.store.holding import Stop
from aggregator.web.office import Office


@dataclass(frozen=True, slots=True)
class SendingView:
    """What holds or turns replies now."""

    stop: Stop | None
    """By an administrator's word."""
    by_settings: bool
    testers: tuple[str, ...]

    @property
    def stopped(self) -> bool:
        """Whether nothing leaves."""
        return self.by_settings or self.stop is not None


def sending_of(office: Office) -> SendingView:
    """What holds or turns replies at this office."""
    return SendingView(office.store.stopped(), not office.sending, office.test_recipients)
