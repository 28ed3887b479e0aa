"""People: accounts of the console, and erasure that reaches every byte."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.rules.report import SYSTEM
from aggregator.store.conversing import AddWords, Answered
from aggregator.store.people import LoginTakenError


def test_an_account_is_made_once(desk, store):
    store.add_account("rina", "Rina Rekaan", "reviewer", "", "hash", desk.now)
    with pytest.raises(LoginTakenError):
        store.add_account("rina", "Lain", "administrator", "", "hash", desk.now)
    account = store.account("rina")
    assert (account.name, account.role, account.unit, account.disabled) == ("Rina Rekaan", "reviewer", "", False)
    assert (store.account("nobody"), [a.login for a in store.accounts()]) == (None, ["rina"])


@pytest.mark.parametrize("end", ["disable_account", "set_password"])
def test_sessions_end_with_the_account_or_its_password(desk, store, end):
    store.add_account("rina", "Rina Rekaan", "reviewer", "", "hash", desk.now)
    before = store.account("rina")
    more = ("new hash", desk.now) if end == "set_password" else ()
    assert getattr(store, end)("rina", *more)
    assert not getattr(store, end)("nobody", *more)
    after = store.account("rina")
    assert after.epoch > before.epoch
    assert after.password_at == (desk.now if more else None)
    assert (after.disabled, after.password) == ((True, "hash") if not more else (False, "new hash"))


@pytest.mark.parametrize("told", ["99001", "62812-5555-0001", "+62812-5555-0001", "@Siti_Rekaan", " siti rekaan "])
def test_a_person_is_found_by_what_identifies_them(desk, store, told):
    own = desk.file_by(desk.siti)
    desk.file_by(desk.budi)
    assert store.contacts_of(told) == [own.contact_id]


CLEAR = ("rumah saya nomor tujuh", "dekat warung rekaan", "komentar siti rekaan", "x.test/siti")


def leave_traces(desk, store):
    """Have Siti known everywhere: chat, comment in review, submission, added words, replies; returns the submission."""
    own = desk.file_by(desk.siti, CLEAR[0], permalink="https://x.test/siti", original="62812-5555-0001")
    job, turn = desk.turn(desk.said(CLEAR[1]))
    store.answer(job, turn, Answered({"draft": CLEAR[1]}, deeds=[AddWords(own.code, CLEAR[1])]), desk.never, desk.now)
    siti = type(desk.siti)(desk.siti.id, desk.siti.name)
    desk.finding(CLEAR[2], permalink="https://x.test/siti")
    store.move(SYSTEM, own.code, "forwarded", "akan dikerjakan", desk.say, desk.now)
    return own, siti


def erase_all(desk, store):
    for contact in store.contacts_of(desk.siti.id):
        store.erase(contact, desk.now)


def test_erasing_leaves_what_units_did_but_nobody(desk, store):
    own, _ = leave_traces(desk, store)
    erase_all(desk, store)
    assert store.contacts_of(desk.siti.id) == []
    voice = store.submission(own.code)
    assert (voice.text, voice.original, voice.contact_id, voice.permalink) == ("", None, None, "")
    report = store.report(SYSTEM, own.code)
    assert (report.status, report.text) == ("forwarded", "")
    notes = [(e.kind, e.note) for e in store.timeline(SYSTEM, report.id)]
    assert notes == [("opened", ""), ("added", ""), ("moved", "akan dikerjakan")]
    (finding,) = store.findings(SYSTEM)
    whole = store.finding(SYSTEM, finding.id)
    assert (whole.text, whole.original, whole.author, whole.permalink) == ("", "", "", "")
    assert all(row["say"] == {} for row in store.outbox())


def test_nothing_goes_out_to_someone_who_was_erased(desk, store):
    leave_traces(desk, store)
    erase_all(desk, store)
    assert {row["state"] for row in store.outbox()} == {"failed"}
    assert [reply for _, reply in desk.send_jobs(desk.now + timedelta(days=1)) if reply] == []


def test_an_edit_that_came_without_its_author_is_erased_too(desk, store):
    message = desk.posted("jalan rusak")
    later = {"external_id": message.external_id, "kind": "edit", "revision": "2"}
    desk.deliver(message)
    desk.deliver(desk.posted("jalan rusak di depan rumah", author=None, **later))
    erase_all(desk, store)
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM message WHERE content IS NOT NULL").scalar() == 0
        assert tx.exec_driver_sql("SELECT count(*) FROM delivery WHERE body IS NOT NULL").scalar() == 0


def test_others_keep_their_words(desk, store):
    leave_traces(desk, store)
    other = desk.file_by(desk.budi, "jembatan patah", choose=desk.first_open)
    erase_all(desk, store)
    assert store.submission(other.code).text == "jembatan patah"
    assert store.report(SYSTEM, other.code).text == "jembatan patah"  # now the first voice
    assert store.contacts_of(desk.budi.id) == [other.contact_id]


def test_who_was_erased_may_come_again(desk, store):
    leave_traces(desk, store)
    erase_all(desk, store)
    own = desk.file_by(desk.siti, "jalan rusak lagi")
    while (pair := desk.send_jobs()[0])[1] is None:
        store.done(pair[0])  # what was owed before
    reply = pair[1]
    assert (reply.to, reply.thread, reply.account) == (desk.siti.id, "99001", "bot")
    assert store.turn(own.turn_id).dialogue == {}


def sealed(store):
    """Every sealed value that stands in the database."""
    columns = "body FROM delivery", "identity FROM contact", "content FROM message", "content FROM outbox"
    columns += "original FROM submission", "original FROM finding", "dialogue FROM conversation"
    with store.reading() as tx:
        return [bytes(v) for c in columns for v in tx.exec_driver_sql(f"SELECT {c}").scalars() if v is not None]


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_erasing_reaches_every_byte_of_the_data_folder(sqlite_url, desk_on):
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    desk = desk_on(sqlite_url)
    leave_traces(desk, desk.store)
    before = sealed(desk.store)
    assert all(value in all_bytes(folder) for value in before if len(value) < 200)  # the search finds what is there
    assert all(clear.encode() in all_bytes(folder) for clear in CLEAR)
    erase_all(desk, desk.store)
    kept = set(sealed(desk.store))
    running = all_bytes(folder)
    desk.store.close()
    for told in (running, all_bytes(folder)):
        assert [clear for clear in CLEAR if clear.encode() in told] == []
        assert [value for value in before if value not in kept and value in told] == []
