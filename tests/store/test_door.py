"""The durable door: what is kept, what is counted, and that no word of it stands in clear."""

from pathlib import Path

import pytest

from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from aggregator.store.secrets import Vault, WrongKeyError, secret_of
from aggregator.store.store import Store
from connectors.base import Parsed

SECRET_WORDS = b'{"message":"tolong jalan di depan rumah saya 62812-5555-0199"}'


def read_all(store, now, parsed):
    for job in store.claim(now, 100, ("read",)):
        store.take_in(job, int(job.subject), parsed, now, Settling())


def test_a_delivery_comes_back_as_it_came(desk, store):
    assert store.keep([Delivered("telegram", b"\x00\xff raw", desk.now)]) == 1
    (job,) = store.claim(desk.now)
    assert (job.task, store.delivery(int(job.subject))) == ("read", Delivered("telegram", b"\x00\xff raw", desk.now))


def test_the_same_bytes_twice_are_one_delivery(desk, store):
    one = Delivered("telegram", b"{}", desk.now)
    assert store.keep([one, one]) == 1
    assert store.keep([one]) == 0
    assert store.keep([Delivered("facebook", b"{}", desk.now)]) == 1  # another channel's are others
    assert store.figures()["deliveries"] == {("telegram", "repeated"): 2}
    assert store.busy() == 2


def test_forged_deliveries_are_counted_and_not_kept(desk, store):
    assert store.keep([], forged=["whatsapp", "whatsapp", "telegram"]) == 0
    assert store.figures()["deliveries"] == {("whatsapp", "forged"): 2, ("telegram", "forged"): 1}
    assert store.busy() == 0


def test_outcomes_are_counted_apart(desk, store):
    for n, parsed in enumerate((Parsed((desk.said("a"),)), Parsed(ignored=("like",)), Parsed(malformed=("no id",)))):
        store.keep([Delivered("telegram", b"%d" % n, desk.now)])
        read_all(store, desk.now, parsed)
    outcomes = {("telegram", "accepted"): 1, ("telegram", "ignored"): 1, ("telegram", "malformed"): 1}
    assert store.figures()["deliveries"] == outcomes
    assert store.figures()["inbound"] == {("telegram",): 1}


def test_replay_reads_only_the_malformed_again(desk, store):
    store.keep([Delivered("telegram", b"1", desk.now), Delivered("telegram", b"2", desk.now)])
    good, bad = store.claim(desk.now)
    store.take_in(good, int(good.subject), Parsed((desk.said("a"),)), desk.now, Settling())
    store.take_in(bad, int(bad.subject), Parsed(malformed=("no id",)), desk.now, Settling())
    assert store.replay(desk.now) == 1
    (again,) = store.claim(desk.now, tasks=("read",))
    assert again.subject == bad.subject
    store.take_in(again, int(again.subject), Parsed((desk.said("b"),)), desk.now, Settling())
    figures = store.figures()["deliveries"]
    assert figures["telegram", "malformed"] == 0
    assert figures["telegram", "accepted"] == 2
    assert store.replay(desk.now) == 0


def test_no_raw_word_stands_in_any_byte_of_the_data_folder(sqlite_url, secret, desk_on):
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    desk = desk_on(sqlite_url)
    desk.store.keep([Delivered("sms", SECRET_WORDS, desk.now)])
    desk.store.claim(desk.now)
    desk.deliver(desk.said("tolong jalan di depan rumah saya 62812-5555-0199", permalink="https://x.test/siti"))
    before = all_bytes(folder)
    desk.store.close()
    for told in (before, all_bytes(folder)):
        for clear in (b"tolong", b"5555", b"Siti", b"siti_rekaan", b"99001", b"x.test"):
            assert clear not in told


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_another_key_opens_nothing(desk, store, database_url):
    store.keep([Delivered("telegram", b"{}", desk.now)])
    (job,) = store.claim(desk.now)
    other = Store(database_url, Vault("a second invented secret"))
    with pytest.raises(WrongKeyError):
        other.delivery(int(job.subject))
    other.close()


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    made = secret_of(tmp_path / "var", "")
    assert made == secret_of(tmp_path / "var", "")
    assert len(made) == 64
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert secret_of(tmp_path / "var", "configured") == "configured"


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="terlalu pendek"):
        Vault("short")


def test_a_backup_of_a_running_database_is_whole(sqlite_url, desk_on, tmp_path, secret):
    desk = desk_on(sqlite_url)
    desk.store.keep([Delivered("telegram", b"{}", desk.now)])
    desk.store.backup(tmp_path / "backup.db")
    copy = Store(f"sqlite:///{tmp_path / 'backup.db'}", Vault(secret))
    assert copy.busy() == 1
    copy.close()
