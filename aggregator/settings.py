"""Settings: config.yml, overridden by ELAPOR_ variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from aggregator.rules.pace import QuietHours
from aggregator.rules.tables import read_table
from aggregator.rules.weekly import Weekly

ROOT = Path(__file__).resolve().parent.parent
"""Where config.yml and data/ stand."""


class SettingsError(Exception):
    """Pengaturan tidak dapat dibaca."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `env` holds the ELAPOR_ variables without the prefix: tokens and secrets of channels."""

    data: Path
    region: str
    database_url: str
    redis_url: str
    secret_key: str
    engine: str
    rasa_url: str
    turn_settle: timedelta
    album_settle: timedelta
    harvest_settle: timedelta
    quiet_hours: QuietHours | None
    bundle: timedelta
    digest: Weekly
    """When groups that asked for it are told what became of what was raised there; the region's time."""
    turns_per_hour: int
    """What one citizen may write to the bot within an hour; 0 for any number."""
    sending: bool
    test_recipients: Mapping[str, str]
    """Channel → who gets every reply there instead of the citizen, on an installation that only rehearses."""
    set_aside_below: float
    link_for: timedelta
    """How long a link holds by which an author may take over what was accepted."""
    match: Mapping[str, Any]
    poll: Mapping[str, Any]
    instagram_private: Mapping[str, Any]
    raw_days: int
    chatter_days: int
    env: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """The variable ELAPOR_<name>, e.g. TELEGRAM_TOKEN."""
        return self.env.get(name, default)

    @property
    def postgres(self) -> bool:
        """Whether the database is PostgreSQL, shared by several programs."""
        return self.database_url.startswith("postgresql")


def load_settings(
    environ: Mapping[str, str] = os.environ, config: Path = ROOT / "config.yml", data: Path | None = None
) -> Settings:
    """Read config.yml and the environment; `data` is the folder for all that is written. Raises SettingsError."""
    try:
        own = read_table(config)["elapor"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise SettingsError(f"{config.name} tidak dapat dibaca: {type(error).__name__}") from error
    env = {key.removeprefix("ELAPOR_"): value for key, value in environ.items() if key.startswith("ELAPOR_")}
    folder = (data or Path(env.get("DATA", "var"))).absolute()
    review, retention = own.get("review", {}), own.get("retention", {})
    try:
        return Settings(
            data=folder,
            region=env.get("REGION", str(own.get("region", "63.04"))),
            database_url=_url(env.get("DATABASE_URL", "")) or f"sqlite:///{folder / 'elapor.db'}",
            redis_url=env.get("REDIS_URL", ""),
            secret_key=env.get("SECRET_KEY", ""),
            engine=env.get("ENGINE", own.get("engine", "builtin")),
            rasa_url=env.get("RASA_URL", ""),
            turn_settle=_seconds(env.get("TURN_SETTLE_S", own.get("turn_settle_s", 4))),
            album_settle=_seconds(own.get("album_settle_s", 1.5)),
            harvest_settle=_seconds(own.get("harvest_settle_s", 120)),
            quiet_hours=_quiet(env.get("QUIET_HOURS", str(own.get("quiet_hours", "off")))),
            bundle=_seconds(env.get("BUNDLE_S", own.get("bundle_s", 0))),
            digest=_weekly(env.get("DIGEST", str(own.get("digest", "senin 08:00")))),
            turns_per_hour=int(env.get("TURNS_PER_HOUR", own.get("turns_per_hour", 40))),
            sending=_sending(env.get("SENDING", str(own.get("sending", "on")))),
            test_recipients=_recipients(env.get("TEST_RECIPIENTS", own.get("test_recipients", ""))),
            set_aside_below=float(review.get("set_aside_below", 0.15)),
            link_for=timedelta(days=float(review.get("link_days", 14))),
            match=own.get("match", {}),
            poll=_rounds(own.get("poll", {}), env.get("POLL_S", "")),
            instagram_private=own.get("instagram_private", {}),
            raw_days=int(retention.get("raw_days", 30)),
            chatter_days=int(retention.get("chatter_days", 7)),
            env=env,
        )
    except (ValueError, TypeError) as error:
        raise SettingsError(f"Ada angka di pengaturan yang tidak dapat dibaca: {error}") from error


def _quiet(told: str) -> QuietHours | None:
    try:
        return QuietHours.parse(told)
    except ValueError:
        raise SettingsError(f"quiet_hours tidak dapat dibaca: {told}; contoh: 21:00-06:00, atau off") from None


def _weekly(told: str) -> Weekly:
    try:
        return Weekly.parse(told)
    except ValueError:
        raise SettingsError(f"digest tidak dapat dibaca: {told}; contoh: senin 08:00") from None


def _sending(told: str) -> bool:
    """Whether replies leave; a slip of the pen must not send what should wait."""
    word = told.strip().casefold()
    if word not in ("on", "true", "1", "off", "false", "0"):
        raise SettingsError(f"sending tidak dapat dibaca: {told}; isi on atau off")
    return word in ("on", "true", "1")


def _recipients(told: str | Mapping[str, Any]) -> Mapping[str, str]:
    """Who gets replies instead of citizens, as a mapping or as "telegram=123,whatsapp=62…"."""
    given = [pair.partition("=")[::2] for pair in told.split(",")] if isinstance(told, str) and told else told or {}
    pairs = {str(channel).strip(): str(who).strip() for channel, who in dict(given).items()}
    if not all(channel and who for channel, who in pairs.items()):
        raise SettingsError("test_recipients tidak dapat dibaca; contoh: telegram=123456,whatsapp=6281255550001")
    return pairs


def _seconds(value: Any) -> timedelta:
    return timedelta(seconds=float(value))


def _rounds(told: Mapping[str, Any], every: str) -> Mapping[str, Any]:
    """How channels are polled; ELAPOR_POLL_S sets the seconds between two rounds of all that are asked at intervals."""
    return {**told, "facebook_s": float(every), "instagram_s": float(every)} if every else told


def _url(given: str) -> str:
    """PostgreSQL addresses as people write them, with the driver that we use."""
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given
