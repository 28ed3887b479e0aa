"""Volunteers: registered before or after they wrote; what they pass on is the group's, once, and answers go back to them."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.arriving import PASSED_ON
from aggregator.store.volunteers import plain_contact
from connectors.base import Author, Media

PHONE = "6281255550101"
KIM = Author("ID.scoped.101", "Kia Rekaan", "", PHONE)
OTHER = Author("6281255550102", "Oka Rekaan", "", "6281255550102")
REVIEWER = Viewer("reviewer", name="Rina Rekaan")
A = "RT 5 Handil Bakti"


@pytest.fixture
def said(desk):
    """A WhatsApp message to the bot, of the volunteer unless told otherwise."""

    def make(text="", author=KIM, **changes):
        return desk.said(text, **({"channel": "whatsapp", "author": author, "thread": author.phone} | changes))

    return make


@pytest.fixture
def passed(said):
    """The same, forwarded."""
    return lambda text="", **changes: said(text, forwarded=True, **changes)


@pytest.fixture
def kim(store):
    """A registered volunteer who has not written yet."""
    assert store.add_volunteer("whatsapp", "+62 812-5555-0101", "KIM Rekaan")


@pytest.mark.parametrize(
    ("contact", "plain"),
    [
        ("+62 812-5555-0101", PHONE),
        ("0812 5555 0101", PHONE),
        ("ID.scoped.101", "id.scoped.101"),
        ("@kia", "kia"),
        ("99001", "99001"),
    ],
)
def test_a_contact_as_people_type_it(contact, plain):
    assert plain_contact(contact) == plain


@pytest.mark.parametrize("first", ["registered", "wrote"])
@pytest.mark.parametrize("contact", ["0812-5555-0101", PHONE])
def test_a_volunteer_is_known_by_phone_though_the_platform_gives_another_id(program, said, store, first, contact):
    if first == "wrote":
        program.hear(said("halo"))
    assert store.add_volunteer("whatsapp", contact, "KIM Rekaan")
    program.hear(said(f"GRUP {A}"))
    assert [row["say"]["key"] for row in store.outbox()][-1] == "relay_group"
    (listed,) = store.volunteers()
    assert (listed.channel, listed.contact, listed.name) == ("whatsapp", PHONE, "KIM Rekaan")
    assert store.remove_volunteer("whatsapp", "+62 812 5555 0101")
    assert store.volunteers() == []
    assert not store.remove_volunteer("whatsapp", contact)
    program.hear(said(f"GRUP {A}"), now=program.app.now)
    assert [row["say"]["key"] for row in store.outbox()][-1] != "relay_group"


def test_a_user_name_that_never_wrote_is_not_registered(store, program, desk):
    assert not store.add_volunteer("telegram", "@siti_rekaan", "KIM Rekaan")
    program.hear(desk.said("halo"))
    assert store.add_volunteer("telegram", "@siti_rekaan", "KIM Rekaan")
    assert [v.name for v in store.volunteers()] == ["KIM Rekaan"]


def test_each_forwarded_message_is_a_finding_of_the_group_by_nobody(program, said, passed, store, kim):
    program.hear(said(f"GRUP {A}"), passed("jalan rusak depan SD"), passed("lampu rusak juga"), passed("pagi semua"))
    seen = store.findings(REVIEWER)
    assert [(f.text, f.thread_name, f.channel, f.contact_id) for f in seen] == [
        ("jalan rusak depan SD", A, "whatsapp", None),
        ("lampu rusak juga", A, "whatsapp", None),
    ]
    assert [f.text for f in store.findings(REVIEWER, "set_aside")] == ["pagi semua"]
    assert store.finding(REVIEWER, seen[0].id).author == ""
    assert store.summary()["submissions"] == 0
    (answer,) = store.outbox()
    assert answer["say"]["params"] == {"count": "3", "group": A}


def test_what_the_volunteer_writes_is_his_own(program, said, passed, store, kim):
    program.hear(said(f"GRUP {A}"), passed("lampu rusak"), said("jalan rusak di depan rumah saya"))
    (finding,) = store.findings(REVIEWER)
    (row,) = store.queue(SYSTEM)
    assert (finding.text, row.text) == ("lampu rusak", "jalan rusak di depan rumah saya")


def test_forwarded_by_anybody_else_is_their_own_as_ever(program, passed, store):
    program.hear(passed("jalan rusak di Handil Bakti"))
    assert (store.findings(REVIEWER), len(store.queue(SYSTEM))) == ([], 1)


def test_nothing_is_lost_while_the_group_is_asked(program, said, passed, store, kim):
    program.hear(passed("jalan rusak"))
    program.hear(passed("lampu rusak"), now=program.app.now)
    assert store.findings(REVIEWER) == []
    assert [row["say"]["key"] for row in store.outbox()] == ["ask_group", "ask_group"]
    program.hear(said("Info Puntik"), now=program.app.now)
    assert [(f.text, f.thread_name) for f in store.findings(REVIEWER)] == [
        ("jalan rusak", "Info Puntik"),
        ("lampu rusak", "Info Puntik"),
    ]


@pytest.mark.parametrize(
    ("group", "text", "findings"),
    [(A, "jalan rusak", 1), ("rt 5  handil BAKTI", "Jalan  RUSAK", 1), ("Info Puntik", "jalan rusak", 2), (A, "jalan rusak lagi", 2)],
)  # fmt: skip
def test_the_same_from_the_same_group_is_one_whoever_passes_it_on(program, said, passed, store, kim, group, text, findings):  # fmt: skip
    store.add_volunteer("whatsapp", OTHER.phone, "Desa Rekaan")
    program.hear(said(f"GRUP {A}"), passed("jalan rusak"))
    program.hear(said(f"GRUP {group}", OTHER), passed(text, author=OTHER), now=program.app.now)
    assert len(store.findings(REVIEWER)) == findings


def test_photos_without_words_are_not_one(program, said, passed, store, kim):
    photos = [passed(media=(Media("photo", f"file-{n}"),)) for n in (1, 2)]
    program.hear(said(f"GRUP {A}"), *photos)
    assert [f.text for f in store.findings(REVIEWER, "set_aside")] == ["[photo]", "[photo]"]


def test_files_go_along(program, said, passed, store, kim):
    program.hear(said(f"GRUP {A}"), passed("jalan rusak", media=(Media("photo", "file-1"),)))
    (finding,) = store.findings(REVIEWER)
    with store.reading() as tx:
        query = "SELECT m.turn_id FROM attachment a JOIN message m ON m.id = a.message_id"
        assert tx.exec_driver_sql(query).scalars().all() == [finding.turn_id]


def accept(program, store):
    (finding,) = store.findings(REVIEWER)
    return program.accept(REVIEWER, finding)


def test_answers_go_to_the_volunteer_to_be_passed_on(program, said, passed, store, kim):
    forwarded = passed("jalan rusak depan SD")
    program.hear(said(f"GRUP {A}"), forwarded)
    program.send()
    filed = accept(program, store)
    program.app.reviewer.move(REVIEWER, filed.report_code, "forwarded", "Dijadwalkan minggu ini.")
    outbox = [row for row in program.send().values() if row["kind"] == "notice"]
    assert [(row["state"], row["reason"]) for row in outbox] == [("sent", PASSED_ON)] * 2
    accepted, moved = program.app.bots["whatsapp"].took[1:]
    assert (moved.thread, moved.to, moved.direct, moved.reply_to) == (PHONE, KIM.id, True, forwarded.external_id)
    assert accepted.text.splitlines()[0] == f"Mohon diteruskan ke grup {A}:"
    assert moved.text.splitlines()[0] == f"Mohon diteruskan ke grup {A}:"
    assert "Dijadwalkan minggu ini." in moved.text
    assert moved.window_until is not None
    assert store.submission(filed.code).contact_id is None


def test_of_an_accusation_no_officers_word_goes_to_a_group(program, said, passed, store, kim):
    program.hear(said(f"GRUP {A}"), passed("pungli di kantor"))
    inspectorate = Viewer("unit_admin", unit=program.app.region.inspectorate)
    assert store.findings(REVIEWER) == []
    (finding,) = store.findings(inspectorate)
    filed = program.accept(inspectorate, finding)
    program.app.reviewer.move(inspectorate, filed.report_code, "forwarded", "Kepala kantor diperiksa.")
    program.send()
    took = program.app.bots["whatsapp"].took
    assert (len(took), [out for out in took if "Kepala kantor" in out.text]) == (3, [])


def test_chatter_is_forgotten_wholly_and_erasing_the_volunteer_leaves_what_others_said(program, said, passed, store, kim):  # fmt: skip
    program.hear(said(f"GRUP {A}"), passed("jalan rusak"), passed("pagi semua"))
    store.sweep(program.app.now + timedelta(days=8), timedelta(days=30), timedelta(days=7))
    with store.reading() as tx:
        sealed = tx.exec_driver_sql("SELECT content FROM message WHERE content IS NOT NULL").scalars().all()
    words = [store.vault.open_json(bytes(content))["text"] for content in sealed]
    assert sorted(words) == [f"GRUP {A}", "jalan rusak"]
    for contact in store.contacts_of(PHONE):
        store.erase(contact, program.app.now)
    assert [f.text for f in store.findings(REVIEWER)] == ["jalan rusak"]
    assert (store.volunteers(), store.contacts_of(PHONE)) == ([], [])
