"""What a channel's self-test finds: one line for a person, and whether anything must be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Level = Literal["good", "warn", "bad"]
UNANSWERED = "answer"
"""The name of the Check that says that the platform could not be asked: what was found before stands."""

TEMPLATE = "template"
"""The name of the Check of what a channel's template may be used for: while it is bad, the template is not tried."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `words` are Indonesian, say what is so and, where it is not good, what to do."""

    name: str
    """A short English key, the same at every run (token, webhook, privacy_mode, permission, template…)."""
    level: Level
    words: str
    expires_at: datetime | None = None
    """Until when what was looked at is valid, where the platform says so."""


TEMPLATE_REFUSED = Check(
    TEMPLATE,
    "bad",
    "Templat ditolak saat dipakai, jadi tidak dipakai dahulu. Jalankan `elapor doctor` untuk melihat sebabnya.",
)
"""What a sender finds out before the next self-test does."""


class Checker(Protocol):
    """Looks whether one channel hears and may speak; asks the platform itself."""

    @property
    def channel(self) -> str:
        """The channel's name."""
        ...

    async def check(self, now: datetime) -> tuple[Check, ...]:
        """Look at everything that can be looked at; never raises: what could not be asked is a Check that says so."""
        ...


@dataclass(frozen=True, slots=True)
class SettingsChecker:
    """Looks after a channel of which nothing can be asked: because settings are `missing`, or because it has no API for it."""

    channel: str
    missing: tuple[str, ...] = ()

    async def check(self, _now: datetime) -> tuple[Check, ...]:
        """Say what is missing."""
        if self.missing:
            return (Check("settings", "bad", f"Kurang {', '.join(self.missing)}. Setel, lalu jalankan ulang program."),)
        return (Check("settings", "good", "Pengaturan lengkap."),)
