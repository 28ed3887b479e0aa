"""The same photo in the store: kept beside the file, seen at filing, offered when it comes later, gone with its words."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from scenes import cropped, jpeg, resized, scene, sent_on

from aggregator.pipeline.fetching import Keeper
from aggregator.pipeline.offering import Offerer
from aggregator.rules.match import MatchSettings, nearest
from aggregator.rules.report import SYSTEM, new_code
from aggregator.rules.vocabulary import load_vocabulary
from aggregator.store.alike import NEWEST, alike_query
from aggregator.store.conversing import AddWords, Answered
from aggregator.store.files import Files
from aggregator.store.findings import NewFinding
from aggregator.store.tables import attachments, conversations, messages, reports, submissions, turns
from connectors.base import Media
from connectors.fetch import Fetched

SETTINGS = MatchSettings(join=0.8, vocabulary=load_vocabulary(Path(__file__).resolve().parents[2] / "data"))
HOLE = scene(2)
AGAIN = sent_on(resized(sent_on(cropped(HOLE, 0.01, 0.01, 0.01, 0.01), 70), 0.7), 60)
BLOCK, VILLAGE = "63.04:ruang", "63.04.05.1003"


def by_rule(new, candidates):
    """The rule as it is."""
    return nearest(new.traits, candidates, SETTINGS)


class House:
    """Citizens who send photos, and the jobs that fetch and compare them."""

    def __init__(self, desk, folder):
        self.desk, self.store, self.pictures = desk, desk.store, {}
        keeps = Files(folder, desk.store.vault)
        self.keeper = Keeper(desk.store, keeps, dict.fromkeys(("telegram", "facebook"), self), lambda: desk.now, str)
        self.offerer = Offerer(desk.store, SETTINGS)

    def fetch(self, ref, limit):
        """What the platform hands out."""
        return Fetched(self.pictures[ref])

    def photo(self, picture, kind="photo"):
        ref = f"file-{len(self.pictures)}"
        self.pictures[ref] = jpeg(picture)
        return Media(kind, ref)

    def work(self):
        """Fetch what is owed, then compare what came."""
        for task, does in (("media", self.keeper.fetch), ("alike", self.offerer.offer), ("unlink", self.keeper.unlink)):
            for job in self.store.claim(self.desk.now, 100, (task,)):
                does(job)

    def lodge(self, author, picture=None, *, text="jalan rusak parah", first=False, kind="photo", **changes):
        """File what an author sends with a photo, which is fetched before (`first`) or after."""
        media = (self.photo(picture, kind),) if picture is not None else ()
        job, turn = self.desk.turn(self.desk.said(text, author=author, thread=author.id, media=media))
        if first:
            self.work()
        fields = {"contact_id": turn.contact_id, "conversation_id": turn.conversation_id, "turn_id": turn.id}
        new = self.desk.new(text, **({"block": BLOCK, "location": VILLAGE} | fields | changes))
        self.store.answer(job, turn, Answered({}, deeds=[new]), by_rule, self.desk.now)
        self.work()
        return self.row(new.code)

    def row(self, code):
        return self.store.submission(code)

    def photos(self):
        with self.store.reading() as tx:
            return list(tx.exec_driver_sql("SELECT photo FROM attachment ORDER BY id").scalars())


@pytest.fixture
def house(desk, tmp_path):
    return House(desk, tmp_path / "media")


UNLIKE = {"text": "papan titian lapuk", "location": None}
"""Said so that the words and the place alone are like nothing."""


def test_a_photo_that_is_here_at_filing_joins_in_the_same_village(desk, house):
    first = house.lodge(desk.siti, HOLE, text="mohon dibantu")
    joined = house.lodge(desk.budi, AGAIN, text="licin banar pak", first=True)
    assert joined.report_id == first.report_id
    assert "foto sama" in joined.reasons


def test_a_photo_that_comes_after_filing_is_offered_and_never_joined(desk, house):
    first = house.lodge(desk.siti, HOLE)
    later = house.lodge(desk.budi, AGAIN, **UNLIKE)
    assert later.report_id != first.report_id
    assert (later.likely_report_id, "foto sama" in later.reasons, later.score > 0) == (first.report_id, True, True)
    voices = desk.store.voices(SYSTEM, later.report_id)
    assert desk.store.likely(SYSTEM, voices)[later.id].code == first.report_code


def test_it_is_offered_across_categories_of_the_same_kabupaten_only(desk, house):
    first = house.lodge(desk.siti, HOLE, block="63.04:layanan")
    assert house.lodge(desk.budi, AGAIN, **UNLIKE).likely_report_id == first.report_id


def test_another_kabupaten_is_not_looked_at(desk, house):
    house.lodge(desk.siti, HOLE, block="63.02:ruang")
    assert house.lodge(desk.budi, AGAIN, **UNLIKE).likely_report_id is None


def test_a_report_in_another_block_is_offered_at_filing_and_not_joined(desk, house):
    first = house.lodge(desk.siti, HOLE, block="63.04:layanan")
    later = house.lodge(desk.budi, AGAIN, first=True)
    assert later.report_id != first.report_id
    assert later.likely_report_id == first.report_id


@pytest.mark.parametrize(
    "secret", [{"visibility": "rahasia"}, {"supervised": True, "category": "korupsi_pungli", "unit": "inspektorat"}]
)
@pytest.mark.parametrize("who", ["first", "later"])
@pytest.mark.parametrize("fetched_first", [True, False])
def test_confidential_voices_and_accusations_are_never_compared(desk, house, secret, who, fetched_first):
    house.lodge(desk.siti, HOLE, **(secret if who == "first" else {}))
    later = house.lodge(desk.budi, AGAIN, first=fetched_first, **(UNLIKE | (secret if who == "later" else {})))
    assert (later.likely_report_id, later.reasons) == (None, [])


def test_a_report_with_a_confidential_voice_is_not_hinted_at(desk, house):
    first = house.lodge(desk.siti, HOLE)
    desk.file(desk.new("jalan", visibility="rahasia", block=BLOCK), into=first.report_id)
    for early in (True, False):
        assert house.lodge(desk.budi, AGAIN, first=early, **UNLIKE).likely_report_id != first.report_id


def test_another_photo_a_plain_one_and_a_sticker_are_offered_nothing(desk, house):
    from PIL import Image

    plain = Image.new("RGB", (320, 240), "grey")
    house.lodge(desk.siti, HOLE)
    house.lodge(desk.siti, plain, **UNLIKE)
    house.lodge(desk.siti, scene(11), kind="sticker", **UNLIKE)
    assert [bool(photo) for photo in house.photos()] == [True, False, False]
    for picture, kind in ((scene(7), "photo"), (plain, "photo"), (scene(11), "sticker")):
        assert "foto sama" not in (house.lodge(desk.budi, picture, kind=kind, **UNLIKE).reasons or ())


@pytest.mark.parametrize("end", ["removal", "erasure"])
def test_what_was_taken_back_has_no_fingerprint_and_is_compared_with_nothing(desk, house, end):
    first = house.lodge(desk.siti, HOLE)
    assert all(house.photos())
    if end == "erasure":
        desk.store.erase(first.contact_id, desk.now)
    else:
        with desk.store.writing() as tx:
            refs = tx.exec_driver_sql("SELECT ref FROM message").scalars().all()
            for ref in refs:
                desk.store._wipe(tx, ref, desk.now)
    assert house.photos() == [""]
    assert house.lodge(desk.budi, AGAIN, **UNLIKE).likely_report_id is None


def test_a_photo_that_is_removed_before_it_is_compared_is_not_compared(desk, house):
    house.lodge(desk.siti, HOLE)
    later = house.lodge(desk.budi, **UNLIKE)
    edit = desk.said("ini", author=desk.budi, thread=desk.budi.id, media=(house.photo(AGAIN),))
    job, turn = desk.turn(edit)
    desk.store.answer(job, turn, Answered({}, deeds=[AddWords(later.code, "ini")]), by_rule, desk.now)
    for media in desk.store.claim(desk.now, 100, ("media",)):
        house.keeper.fetch(media)
    desk.deliver(
        desk.said("", author=desk.budi, thread=desk.budi.id, external_id=edit.external_id, kind="removal", revision="r")
    )
    house.work()
    assert house.row(later.code).likely_report_id is None


def test_a_photo_that_is_added_to_a_voice_is_compared_too(desk, house):
    first = house.lodge(desk.siti, HOLE)
    later = house.lodge(desk.budi, **UNLIKE)
    job, turn = desk.turn(desk.said("ini", author=desk.budi, thread=desk.budi.id, media=(house.photo(AGAIN),)))
    desk.store.answer(job, turn, Answered({}, deeds=[AddWords(later.code, "ini")]), by_rule, desk.now)
    house.work()
    assert house.row(later.code).likely_report_id == first.report_id


def test_two_problems_told_with_one_photo_stay_two(desk, house):
    media = (house.photo(HOLE),)
    job, turn = desk.turn(desk.said("jalan rusak, lampu mati", author=desk.siti, thread=desk.siti.id, media=media))
    house.work()
    both = [
        desk.new(text, block=BLOCK, location=VILLAGE, category=category, turn_id=turn.id)
        for text, category in (("jalan rusak", "jalan"), ("lampu mati", "lampu_jalan"))
    ]
    desk.store.answer(job, turn, Answered({}, deeds=both), by_rule, desk.now)
    house.work()
    rows = [house.row(new.code) for new in both]
    assert rows[0].report_id != rows[1].report_id
    assert [row.likely_report_id for row in rows] == [None, None]


def test_why_a_voice_was_joined_stays_told(desk, house):
    words = {"text": "jalan rusak parah di muka pasar lama"}
    house.lodge(desk.siti, **words)
    other = house.lodge(desk.budi, HOLE, text="titian", location="63.04.14.2001", category="sampah")
    joined = house.lodge(desk.siti, AGAIN, **words)
    assert joined.report_id != other.report_id
    assert joined.likely_report_id == other.report_id
    assert joined.reasons[-1] == "foto sama dengan laporan lain"
    assert len(joined.reasons) > 1
    assert "foto sama" not in joined.reasons


def test_after_the_report_was_done_it_is_offered_as_a_recurrence(desk, house):
    first = house.lodge(desk.siti, HOLE)
    desk.move(first.report_code, "forwarded", "in_progress", "resolved")
    later = house.lodge(desk.budi, AGAIN, first=True)
    assert later.report_id != first.report_id
    assert later.likely_report_id == first.report_id
    assert {"foto sama", "laporan itu sudah selesai: mungkin kejadian baru"} <= set(later.reasons)


def test_what_was_split_or_joined_by_hand_is_not_told_to_be_likely_any_more(desk, house):
    first = house.lodge(desk.siti, HOLE)
    later = house.lodge(desk.budi, AGAIN, **UNLIKE)
    desk.store.join(SYSTEM, later.report_code, first.report_code, desk.now)
    assert desk.store.likely(SYSTEM, desk.store.voices(SYSTEM, first.report_id)) == {}


def test_a_crash_between_fetching_and_comparing_loses_nothing(desk, house):
    first = house.lodge(desk.siti, HOLE)
    later = house.lodge(desk.budi, AGAIN, **UNLIKE)
    with desk.store.writing() as tx:
        tx.exec_driver_sql("UPDATE submission SET likely_report_id = NULL, reasons = '[]'")
        tx.exec_driver_sql("UPDATE job SET state = 'ready' WHERE task = 'alike'")
    house.work()
    assert house.row(later.code).likely_report_id == first.report_id


CROWD = 4_000
"""Reports of the block, each of one voice with one photo."""


@pytest.fixture
def crowded(desk, store):
    with store.writing() as tx:
        talk = tx.execute(
            store.insert(conversations).values(channel="telegram", fingerprint="f").returning(conversations.c.id)
        )
        where, at = {"conversation_id": talk.scalar_one()}, desk.now
        made = [
            {"code": new_code("BTL"), "status": "received", "category": "jalan", "report_class": "pengaduan"}
            | {"block": BLOCK, "unit": "pupr", "opened_at": at, "changed_at": at}
            | {"last_voice_at": at - timedelta(minutes=n)}
            for n in range(CROWD)
        ]
        ids = tx.execute(store.insert(reports).returning(reports.c.id), made).scalars().all()
        opened = [where | {"opened_at": at, "settle_at": at, "last_sent_at": at} for _ in ids]
        tx.execute(store.insert(turns), [row | {"id": n} for n, row in enumerate(opened, 1)])
        said = [
            where | {"key": f"k{n}", "ref": f"k{n}", "kind": "message", "channel": "telegram"}
            for n in range(1, CROWD + 1)
        ]
        times = {"sent_at": at, "received_at": at}
        tx.execute(store.insert(messages), [row | times | {"id": n, "turn_id": n} for n, row in enumerate(said, 1)])
        photos = [
            {"message_id": n, "n": 0, "kind": "photo", "state": "kept", "photo": f"{n:032x}"}
            for n in range(1, CROWD + 1)
        ]
        tx.execute(store.insert(attachments), photos)
        voice = {"channel": "telegram", "category": "jalan", "report_class": "pengaduan"} | times
        voices = [voice | {"code": new_code("BTL"), "report_id": i, "turn_id": n} for n, i in enumerate(ids, 1)]
        tx.execute(store.insert(submissions), voices)
    if store.postgres:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"ANALYZE {table}")


def asked(desk, store):
    query = alike_query(BLOCK, desk.now - timedelta(days=90), lateral=store.postgres)
    return str(query.compile(store.engine, compile_kwargs={"literal_binds": True}))


TABLES = ("report", "submission", "message", "attachment")


def nodes(node):
    yield node
    for below in node.get("Plans", ()):
        yield from nodes(below)


def test_only_photos_of_the_newest_reports_are_compared(desk, store, crowded):
    with store.reading() as tx:
        found = store.alike(tx, BLOCK, [1], desk.now - timedelta(days=90), None)
        rows = tx.execute(alike_query(BLOCK, desk.now - timedelta(days=90), lateral=store.postgres)).all()
    assert len(rows) == NEWEST
    assert found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_searches_by_index_alone(desk, store, crowded):
    with store.reading() as tx:
        steps = [row.detail for row in tx.exec_driver_sql("EXPLAIN QUERY PLAN " + asked(desk, store))]
    assert [step for step in steps for table in TABLES if step.startswith(f"SCAN {table}")] == []
    assert any("ix_report_block" in step for step in steps)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_reads_bounded_rows_by_index(desk, store, crowded):
    with store.reading() as tx:
        told = tx.exec_driver_sql("EXPLAIN (ANALYZE, FORMAT JSON) " + asked(desk, store)).scalar_one()
    told = json.loads(told) if isinstance(told, str) else told
    read = [node for node in nodes(told[0]["Plan"]) if node.get("Relation Name") in TABLES]
    assert [node for node in read if node["Node Type"] == "Seq Scan"] == []
    assert max(node["Actual Rows"] * node["Actual Loops"] for node in read) <= 2 * NEWEST


def test_a_waiting_finding_is_shown_beside_the_report_with_its_photo(desk, house, program):
    first = house.lodge(desk.siti, HOLE, block="63.04:layanan")
    job, turn = desk.turn(desk.posted("tolong", media=(house.photo(AGAIN),)))
    far = {"code": "63.04.14.2001", "name": "Jauh", "level": "desa", "confidence": 0.9, "alternatives": []}
    reading = {"category": "sampah", "is_report": True, "location": far}
    new = NewFinding("tolong", "tolong", reading, 0.8, "normal", supervised=False, sent_at=desk.now)
    desk.store.find(job, turn, new)
    finding = desk.store.turn(turn.id).finding_id
    review = program.app.reviewer
    assert review.suggestions(desk.reviewer, finding) == []
    house.work()
    ((report, match),) = review.suggestions(desk.reviewer, finding)
    assert (report.id, match.sure, "foto sama" in match.reasons) == (first.report_id, False, True)
    assert desk.store.finding(desk.reviewer, finding).state == "waiting"
