"""How hard a storm blows, and what it was made of."""

from __future__ import annotations

from dataclasses import dataclass, field

CHANNELS = ("telegram", "whatsapp", "facebook", "instagram", "sms")
THROTTLED = {
    "telegram": (429, 0),
    "whatsapp": (400, 130429),
    "facebook": (400, 32),
    "instagram": (400, 4),
    "sms": (429, 0),
}
ENOUGH = 10**6


@dataclass(frozen=True)
class Weather:
    """How large a storm is and how hard it blows."""

    actions: int = 80
    seed: int = 1
    at_once: int = 8
    """Deliveries that stand side by side, and jobs."""
    late: int = 4
    """How many steps a delivery may come late."""
    repeated: int = 3
    """How often a delivery comes at most."""
    fault_every: int = 5
    """Steps between two faults of the platforms."""
    kill_at: int = 8
    """The reply after which the program is killed, before it could note that it went out; 0 for never."""
    silence: bool = False
    """Whether platforms also keep a call waiting for ever."""
    patience_s: float = 120


@dataclass
class Figures:
    """What the storm was made of."""

    actions: int = 0
    deliveries: int = 0
    """Different bodies that a platform delivered and signed."""
    posted: int = 0
    """Calls until they were answered 200, repetitions included."""
    forged: int = 0
    lost: int = 0
    """Webhooks that were never delivered."""
    polls: int = 0
    faults: int = 0
    kills: int = 0
    replies: int = 0
    holes: int = 0
    """Messages that a platform took and of which nothing told us: it was silent, or we were killed at that moment."""
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
