"""Forms and notes, from the stored delivery to what stands in the store; on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.pipeline.filing import Filer
from aggregator.pipeline.lodging import Lodger, is_form
from aggregator.pipeline.noting import Noter, UnreadableNoteError
from aggregator.pipeline.reading import Reader
from aggregator.pipeline.reviewing import Reviewer
from aggregator.pipeline.sending import Sender
from aggregator.rules.deadlines import load_sla
from aggregator.rules.match import MatchSettings
from aggregator.rules.report import SYSTEM, Viewer
from aggregator.rules.routing import load_region
from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from connectors.base import Author, Inbound, Parsed
from connectors.noted import NotedConnector, source
from connectors.web import WebConnector
from nlu.base import Extraction, Location, PersonalData

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CODE = "BTL-7Q4M-2XPH-9K3R"
PLACES = {"63.04.05.2008": "Handil Bakti", "63.04.10.1001": "Marabahan Kota"}
REVIEWER = Viewer("reviewer", name="Rina Rekaan")


class Engine:
    """Reads by single words, so that a test says with its text what is read."""

    name = "uji"

    def __init__(self):
        self.texts = []

    def read(self, text, thread="", region="63.04"):
        self.texts.append(text)
        at = text.find("0812")
        return Extraction(
            is_report="wkwk" not in text,
            report_confidence=0.1 if "wkwk" in text else 0.9,
            category="lampu_jalan" if "lampu" in text else "jalan",
            category_confidence=0.8,
            report_class="pengaduan",
            supervised="pungli" in text,
            urgency="darurat" if "roboh" in text else "normal",
            location=Location("63.04.05.2008", "Handil Bakti", "desa", 0.9) if "Handil" in text else None,
            place="RT 3" if "RT 3" in text else None,
            language="id",
            personal_data=(PersonalData("phone", at, at + 12),) if at >= 0 else (),
            engine=self.name,
        )


def mask(text, found):
    for one in sorted(found, key=lambda o: -o.start):
        text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
    return text


class House:
    """The pipeline over one store, without a worker."""

    def __init__(self, store):
        self.store, self.engine = store, Engine()
        clock, at = (lambda: NOW), (lambda _: None)
        self.filer = Filer(
            load_region(DATA / "units" / "63.04.yml"), load_sla(DATA / "sla.yml"), MatchSettings(0.8, 0.35), mask,
            lambda *_: None, lambda code: PLACES.get(code, ""), 0.35, clock,
        )  # fmt: skip
        self.reviewer = Reviewer(store, self.engine, self.filer, clock, at)
        self.lodger = Lodger(store, self.engine, self.filer, clock, at)
        self.connectors = {"web": WebConnector(), "catatan": NotedConnector("61000")}
        self.reader = Reader(store, self.connectors, Settling(), clock, at)
        self.noter = Noter(store, self.connectors["catatan"], source, self.reviewer, Settling(), clock)
        self.sender = Sender(store, {}, lambda *_, **__: "", lambda _: None, clock, at)

    def deliver(self, channel, body):
        self.store.keep([Delivered(channel, json.dumps(body).encode(), NOW)])
        self.work()

    def work(self):
        """Do all that is to be read, as a worker does."""
        for job in self.store.claim(NOW, 100, ("read",)):
            self.reader.read(job)
        for job in self.store.claim(NOW, 100, ("turn",)):
            turn = self.store.turn(int(job.subject))
            (self.lodger.file if is_form(turn) else self.reviewer.put)(job, turn)

    def lodge(self, text="jalan berlubang", **changes):
        self.deliver("web", form(text, **changes))
        return self.store.submission(changes.get("code", CODE))

    def voice(self, code=CODE):
        with self.store.reading() as tx:
            columns = (
                "visibility, category, location, location_name, place, urgency, supervised, lat, lon, text, channel"
            )
            where = f"SELECT {columns} FROM submission WHERE code = '{code}'"
            return tx.exec_driver_sql(where).mappings().one()


def form(text="jalan berlubang", **changes):
    body = {"id": "a1", "code": CODE, "text": text, "place": "", "location": "", "category": "", "visibility": "public"}
    return body | {"name": "", "contact": "", "lat": "", "lon": "", "photos": [], "consent": "2026-11"} | changes


@pytest.fixture
def house(store):
    return House(store)


def test_a_form_is_filed_under_its_code_without_a_conversation(house):
    row = house.lodge()
    assert (row.code, row.status, row.unit) == (CODE, "received", "pupr")
    assert house.store.outbox() == []
    assert house.voice()["channel"] == "web"


@pytest.mark.parametrize(
    ("text", "filled", "expected"),
    [
        ("jalan rusak", {}, {"category": "jalan", "location": None, "place": ""}),
        ("jalan rusak di Handil RT 3", {}, {"location": "63.04.05.2008", "location_name": "Handil Bakti", "place": "RT 3"}),
        ("jalan rusak", {"place": "Handil Bakti RT 3"}, {"location": "63.04.05.2008", "place": "Handil Bakti RT 3"}),
        ("jalan rusak di Handil", {"location": "63.04.10.1001"}, {"location": "63.04.10.1001", "location_name": "Marabahan Kota"}),
        ("jalan rusak", {"category": "sampah"}, {"category": "sampah"}),
        ("tiang roboh", {"category": "jalan"}, {"category": "jalan", "urgency": "darurat"}),
        ("ada pungli di kantor", {"category": "pelayanan_publik"}, {"category": "pelayanan_publik", "supervised": True}),
        ("minta uang", {"category": "korupsi_pungli"}, {"supervised": True}),
        ("jalan rusak", {"visibility": "rahasia"}, {"visibility": "rahasia"}),
        ("jalan rusak", {"lat": "-3.2", "lon": "114.6"}, {"lat": -3.2, "lon": 114.6}),
        ("hubungi 081255550101", {}, {"text": "hubungi [phone]"}),
        ("jalan rusak", {"place": "dekat 081255550101"}, {"text": "jalan rusak", "place": "dekat [phone]"}),
    ],
)  # fmt: skip
def test_only_what_was_left_open_is_read(house, text, filled, expected):
    house.lodge(text, **filled)
    voice = house.voice()
    assert {name: voice[name] for name in expected} == expected


def test_the_same_form_again_is_harmless(house):
    house.lodge()
    house.lodge(photos=["lain.jpg"])
    house.lodge(id="a2")
    summary = house.store.summary()
    assert (summary["submissions"], summary["reports"]) == (1, 1)
    assert house.store.busy() == 0


def test_the_words_of_consent_are_kept_with_the_message_and_sealed(house):
    house.lodge()
    with house.store.reading() as tx:
        kept = bytes(tx.exec_driver_sql("SELECT content FROM message").scalar())
    assert b"2026-11" not in kept
    assert house.store.vault.open_json(kept)["form"]["consent"] == "2026-11"


@pytest.mark.parametrize(
    ("contact", "owed"), [("", 0), ("6281255550101", 1), ("warga@contoh.example", 1)], ids=["none", "phone", "e-mail"]
)
async def test_a_notice_is_owed_by_hand_to_whom_a_person_can_reach(house, contact, owed):
    row = house.lodge(name="Siti Rekaan", contact=contact)
    house.reviewer.move(SYSTEM, row.code, "forwarded", "Diperiksa.")
    for job in house.store.claim(NOW, 10, ("send",)):
        await house.sender.send(job)
    assert [reply["state"] for reply in house.store.outbox()] == ["by_hand"] * owed
    report_id = house.store.submission(CODE).report_id
    assert list(house.store.addresses(REVIEWER, report_id).values()) == [contact] * owed
    assert house.store.addresses(Viewer("unit_admin", "pupr"), report_id) == {}


async def test_after_an_erasure_nothing_is_owed_any_more(house):
    row = house.lodge(contact="6281255550101")
    for contact_id in house.store.contacts_of("6281255550101"):
        house.store.erase(contact_id, NOW)
    house.reviewer.move(SYSTEM, row.code, "forwarded", "Diperiksa.")
    assert house.store.outbox() == []


def note(text="jalan rusak parah", **changes):
    body = {"id": "n1", "platform": "facebook", "link": "", "text": text, "name": "Budi Rekaan", "photos": []}
    return (
        body | {"sent_at": "2026-03-02T08:00:00+08:00", "thread_name": "Info Karangan", "by": "Rina Rekaan"} | changes
    )


LINK = "https://www.facebook.com/groups/77/posts/801/?comment_id=901"


def test_a_note_is_a_finding_at_once_and_leaves_nothing_to_do(house):
    noted = house.noter.note(REVIEWER, note(link=LINK))
    finding = house.store.finding(REVIEWER, noted.finding)
    assert (finding.state, finding.text, finding.author) == ("waiting", "jalan rusak parah", "Budi Rekaan")
    assert (finding.thread_name, finding.channel) == ("Info Karangan", "catatan")
    assert finding.sent_at == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert house.store.busy() == 0


def test_what_a_person_noted_is_not_set_aside(house):
    noted = house.noter.note(REVIEWER, note("wkwk kolam"))
    assert house.store.finding(REVIEWER, noted.finding).state == "waiting"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"link": LINK}, {"link": "https://m.facebook.com/groups/77/permalink/801/?comment_id=901&fbclid=x", "text": "lain"}),
        ({}, {"text": "  Jalan  RUSAK parah ", "id": "n2"}),
        ({"link": "https://x.com/siapa/status/55"}, {"link": "twitter.com/lain/status/55?s=20"}),
    ],
    ids=["link", "words", "x"],
)  # fmt: skip
def test_the_same_again_leads_to_what_is_there(house, first, second):
    before = house.noter.note(REVIEWER, note(**first))
    again = house.noter.note(REVIEWER, note(**second))
    assert again.repeated
    assert again.finding == before.finding
    assert house.store.finding_counts(REVIEWER) == {"waiting": 1}


def test_other_words_by_another_person_are_another_note(house):
    house.noter.note(REVIEWER, note())
    assert not house.noter.note(REVIEWER, note(name="Lain Rekaan")).repeated
    assert not house.noter.note(REVIEWER, note("lampu mati")).repeated


def harvested(**changes):
    fields = {"channel": "facebook", "account": "61000", "thread": "61000_801", "external_id": "801_901"}
    fields |= {"sent_at": NOW - timedelta(days=1), "author": Author("7", "Siti Rekaan"), "text": "jalan putus"}
    return Inbound(**(fields | changes))


def bring(house, item):
    house.store.keep([Delivered(item.channel, repr(item).encode(), NOW)])
    (job,) = house.store.claim(NOW, tasks=("read",))
    house.store.take_in(job, int(job.subject), Parsed((item,)), NOW, Settling())
    house.work()


@pytest.mark.parametrize(
    ("item", "link"),
    [
        (harvested(), "https://www.facebook.com/permalink.php?story_fbid=801&id=61000&comment_id=901"),
        (harvested(permalink="https://www.facebook.com/kab/posts/pfbid0abcdefghijk?comment_id=901"), LINK),
        (
            harvested(channel="telegram", account="bot", thread="-10055", external_id="7"),
            "https://t.me/c/55/7",
        ),
        (
            harvested(channel="telegram", account="bot", thread="-10055", external_id="7", permalink="https://t.me/InfoKarangan/7"),
            "https://t.me/s/infokarangan/7?single",
        ),
    ],
    ids=["facebook key", "facebook link", "telegram key", "telegram link"],
)  # fmt: skip
def test_what_a_connector_brought_before_is_there_already(house, item, link):
    bring(house, item)
    noted = house.noter.note(REVIEWER, note(link=link))
    assert noted.repeated
    assert house.store.finding(REVIEWER, noted.finding).text == "jalan putus"


def test_what_a_connector_brings_after_the_note_is_the_same_message(house):
    noted = house.noter.note(REVIEWER, note(link="https://t.me/c/55/7", platform="telegram"))
    bring(house, harvested(channel="telegram", account="bot", thread="-10055", external_id="7"))
    assert house.store.finding_counts(REVIEWER) == {"waiting": 1}
    assert house.store.finding(REVIEWER, noted.finding).text == "jalan rusak parah"


def test_an_accusation_goes_to_the_inspectorate_alone(house):
    noted = house.noter.note(REVIEWER, note("ada pungli di kantor"))
    assert (noted.finding, noted.hidden, noted.repeated) == (None, True, False)
    inspectorate = Viewer("unit_admin", house.filer.region.inspectorate)
    assert house.store.finding_counts(inspectorate) == {"waiting": 1}
    assert house.noter.note(REVIEWER, note("ada pungli di kantor")).hidden


def test_a_removed_message_does_not_come_back_by_a_note(house):
    bring(house, harvested(kind="removal", author=None, text="", revision="1"))
    noted = house.noter.note(REVIEWER, note(link="https://www.facebook.com/61000/posts/801?comment_id=901"))
    assert (noted.finding, noted.repeated) == (None, True)
    assert house.store.finding_counts(REVIEWER) == {}


def test_a_reading_that_was_cut_short_is_done_by_a_worker(house, monkeypatch):
    monkeypatch.setattr(Reviewer, "put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.noter.note(REVIEWER, note())
    monkeypatch.undo()
    later = NOW + timedelta(minutes=5)
    ((job),) = house.store.claim(later, 10, ("turn",))
    house.reviewer.put(job, house.store.turn(int(job.subject)))
    assert house.store.finding_counts(REVIEWER) == {"waiting": 1}


@pytest.mark.parametrize("wrong", [{"text": ""}, {"link": "javascript:alert(1)"}])
def test_a_note_of_nothing_is_refused(house, wrong):
    with pytest.raises(UnreadableNoteError):
        house.noter.note(REVIEWER, note(**wrong))


def test_accepting_a_note_owes_its_answer_by_hand(house):
    from aggregator.rules.report import Correction

    noted = house.noter.note(REVIEWER, note(link=LINK))
    filed = house.reviewer.accept(REVIEWER, noted.finding, Correction())
    (reply,) = house.store.outbox()
    assert (reply["channel"], reply["submission"]) == ("catatan", filed.code)


def asked(house, question="Di RT berapa?", **changes):
    """A form that an officer asks about; the open question."""
    house.lodge("jalan rusak", **changes)
    house.reviewer.move(SYSTEM, CODE, "needs_info", question)
    return house.store.question(CODE)


def answer(question, text="Di RT 3, hubungi 081255550101", identity="j1", **changes):
    body = {"id": identity, "answers": question.code, "thread": question.thread, "author": question.author}
    return body | {"name": question.name, "phone": question.phone, "text": text, "photos": []} | changes


@pytest.mark.parametrize("contact", ["", "6281255550101", "warga@contoh.example"])
def test_an_answer_to_an_officer_stands_at_the_complaint_and_names_nobody_else(house, contact):
    question = asked(house, contact=contact, name="Siti Rekaan")
    assert (question.text, question.contact, question.answered) == ("Di RT berapa?", contact, 0)
    house.deliver("web", answer(question, photos=["0" * 32]))
    house.deliver("web", answer(question, photos=["0" * 32]))  # the same form again
    told = [event for event in house.store.timeline(SYSTEM, report_of(house)) if event.kind == "added"]
    assert [(event.note, event.submission) for event in told] == [("Di RT 3, hubungi [phone]", CODE)]
    (files,) = house.store.files_of_report(SYSTEM, report_of(house)).values()
    assert [file.kind for file in files] == ["photo"]
    assert house.voice()["text"] == "jalan rusak\nDi RT 3, hubungi [phone]"
    again = house.store.question(CODE)
    assert (again.answered, again.name, again.phone) == (1, "Siti Rekaan", question.phone)
    assert house.store.summary()["submissions"] == 1
    with house.store.reading() as tx:
        assert tx.exec_driver_sql("SELECT COUNT(*) FROM contact").scalar() == 1


def test_nobody_else_answers_for_the_author(house):
    question = asked(house)
    house.deliver("web", answer(question, author="form:lain"))
    assert [e for e in house.store.timeline(SYSTEM, report_of(house)) if e.kind == "added"] == []


def test_a_question_is_open_until_it_is_moved_on_or_its_author_is_gone(house):
    assert house.store.question(CODE) is None
    house.lodge()
    assert house.store.question(CODE) is None
    house.reviewer.move(SYSTEM, CODE, "needs_info", "Di mana?")
    assert house.store.question(CODE).text == "Di mana?"
    house.reviewer.move(SYSTEM, CODE, "received", "")
    assert house.store.question(CODE) is None
    house.reviewer.move(SYSTEM, CODE, "needs_info", "Sejak kapan?")
    question = house.store.question(CODE)
    assert question.text == "Sejak kapan?"
    house.store.erase(house.store.submission(CODE).contact_id, NOW)
    assert house.store.question(CODE) is None
    house.deliver("web", answer(question))
    assert [e.note for e in house.store.timeline(SYSTEM, report_of(house)) if e.kind == "added"] == []


def report_of(house):
    return house.store.submission(CODE).report_id
