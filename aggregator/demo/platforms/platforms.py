"""What the stand-ins have taken and how they are told to fail: the ledger and the script of faults."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from aggregator.demo.platforms.account import Account
from aggregator.demo.platforms.updates import Updates
from aggregator.demo.platforms.wall import Wall

Platform = Literal["telegram", "whatsapp", "facebook", "instagram", "sms"]
How = Literal["refuse", "hang", "drop"]
FIRST_ID = 5001  # the first number of an id that a stand-in gives, above those of recorded feeds


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that a stand-in took; `ref` is the sender's own key where the platform carries one (tracker, id)."""

    platform: Platform
    method: str
    """The Bot API's method, or the address below the version."""
    to: str
    text: str
    ref: str
    id: str
    at: str
    """ISO 8601 in UTC."""
    body: dict[str, Any]
    """All that was sent, decoded."""


@dataclass(slots=True)
class Fault:
    """How a platform treats its next `times` calls: refuses them, or takes them and then hangs or drops the connection."""

    platform: Platform
    status: int = 400
    code: int = 0
    times: int = 1
    retry_after: int | None = None
    subcode: int = 0
    to: str = ""
    """Only calls to this recipient, where given."""
    after: int = 0
    """How many such calls go well before."""
    how: How = "refuse"
    words: str = ""
    """Telegram's description, for it has no codes."""
    migrate_to: int = 0
    """Telegram: the supergroup that the group became."""


@dataclass(slots=True)
class Platforms:
    """The stand-ins' state, shared by the server's thread and whoever looks on.

    `file`, where given, holds the ledger as JSON lines; what stands in it already is taken up again.
    """

    file: Path | None = None
    base_url: str = ""
    ledger: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    silenced: list[Entry] = field(default_factory=list)
    """What was taken without a word: its sender cannot know."""
    shut: set[str] = field(default_factory=set)
    """WhatsApp recipients whose 24-hour window is closed."""
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Type and content of a file by its id; any other id is a small picture of its own."""
    webhook: str = ""
    """What Telegram was told by setWebhook."""
    updates: Updates = field(default_factory=Updates)
    """What Telegram hands out by getUpdates."""
    wall: Wall = field(default_factory=Wall)
    """What can be read on Facebook and Instagram."""
    account: Account = field(default_factory=Account)
    """What a self-test is told."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            lines = self.file.read_text(encoding="utf-8").splitlines()
            self.ledger.extend(Entry(**json.loads(line)) for line in lines)

    def fail_next(self, platform: Platform, status: int = 400, code: int = 0, times: int = 1, **more: Any) -> None:
        """Let the next calls of a platform fail; `more` are Fault's other fields."""
        with self._lock:
            self.faults.append(Fault(platform, status, code, times, **more))

    def fault(self, platform: Platform, to: str) -> Fault | None:
        """Give the fault that a call meets, if any, and count it."""
        with self._lock:
            met = next((one for one in self.faults if one.platform == platform and one.to in ("", to)), None)
            if met is None:
                return None
            if met.after:
                met.after -= 1
                return None
            met.times -= 1
            self.faults = [one for one in self.faults if one.times > 0]
            return met

    def number(self) -> int:
        """Give the number of the next message taken."""
        return FIRST_ID + len(self.ledger)

    def take(self, **told: Any) -> Entry:
        """Write a message into the ledger; `told` are Entry's fields but `at`."""
        entry = Entry(at=datetime.now(UTC).isoformat(), **told)
        with self._lock:
            self.ledger.append(entry)
            if self.file:
                with self.file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
        return entry

    def sent(self, platform: Platform) -> list[Entry]:
        """Give what one platform took, in order."""
        return [entry for entry in self.ledger if entry.platform == platform]

    def reset(self) -> None:
        """Forget all but the file."""
        with self._lock:
            self.ledger.clear()
            self.silenced.clear()
            self.faults = []
            self.shut.clear()
            self.account.clear()
            self.updates.clear()
            self.wall.clear()
