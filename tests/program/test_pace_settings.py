"""Settings of how replies leave: what is set is what holds, and a slip of the pen stops the program, not the waiting."""

from datetime import timedelta

import pytest

from aggregator.app import App
from aggregator.settings import SettingsError, load_settings
from bots.rehearsal import RehearsalBot


def test_by_default_nothing_is_held_back(tmp_path):
    app = App(load_settings({}, data=tmp_path))
    assert (app.pace.quiet, app.pace.bundle, app.pace.stopped) == (None, timedelta(), False)
    assert app.settings.test_recipients == {}


def test_the_environment_sets_the_pace(tmp_path):
    env = {"ELAPOR_QUIET_HOURS": "21:00-06:00", "ELAPOR_BUNDLE_S": "90", "ELAPOR_SENDING": "off"}
    pace = App(load_settings(env, data=tmp_path)).pace
    assert (str(pace.quiet.begin), str(pace.zone), pace.bundle.seconds, pace.stopped) == (
        "21:00:00",
        "Asia/Makassar",
        90,
        True,
    )


def test_testers_stand_before_every_bot(tmp_path):
    env = {"ELAPOR_TEST_RECIPIENTS": "telegram=777", "ELAPOR_TELEGRAM_TOKEN": "1:x", "ELAPOR_SMS_BASE_URL": "http://x"}
    bots = App(load_settings(env, data=tmp_path)).bots
    assert {name: bot.tester for name, bot in bots.items() if isinstance(bot, RehearsalBot)} == {
        "telegram": "777",
        "sms": "",
    }


def test_yaml_says_on_and_off_its_own_way(tmp_path):
    config = tmp_path / "config.yml"
    config.write_text("elapor: {sending: off, quiet_hours: off, test_recipients: {telegram: 777}}")
    settings = load_settings({}, config, tmp_path)
    assert (settings.sending, settings.quiet_hours, settings.test_recipients) == (False, None, {"telegram": "777"})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("QUIET_HOURS", "malam"),
        ("SENDING", "of"),
        ("TEST_RECIPIENTS", "telegram"),
        ("TEST_RECIPIENTS", "telegram=1,"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, name, told):
    with pytest.raises(SettingsError, match=r"quiet_hours|sending|test_recipients"):
        load_settings({f"ELAPOR_{name}": told}, data=tmp_path)
