"""Attachments: fetched once somebody needs them, kept sealed, gone with their words, whatever happens in between."""

from __future__ import annotations

import io
import stat
from datetime import timedelta

import pytest
from PIL import Image

from aggregator.pipeline.fetching import STRAY, Keeper
from aggregator.rules.media import UnfitError
from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.conversing import AddWords, Answered
from aggregator.store.files import BadNameError, Files, new_name
from aggregator.store.findings import NewFinding
from aggregator.store.jobs import MAX_TRIES
from connectors.base import Media
from connectors.fetch import Fetched, FetchGone, FetchLater, FetchRefused

SOUND = b"OggS suara karangan yang panjang sekali"


def picture(colour="red"):
    """A small picture as a phone makes it, with the name of its maker."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera Karangan"
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


class Platform:
    """A fetcher that hands out what it is told to, or raises it."""

    def __init__(self):
        self.answers, self.asked = {}, []

    def fetch(self, ref, limit):
        self.asked.append((ref, limit))
        answer = self.answers.get(ref, SOUND)
        if isinstance(answer, Exception):
            raise answer
        return Fetched(answer() if callable(answer) else answer)


class House:
    """A keeper over a desk's store, with one platform behind every channel."""

    def __init__(self, desk, folder):
        self.desk, self.store, self.now, self.crash = desk, desk.store, desk.now, False
        self.folder, self.platform = folder, Platform()
        self.files = Files(folder, self.store.vault)
        fetchers = dict.fromkeys(("telegram", "facebook"), self.platform)
        self.keeper = Keeper(self.store, self.files, fetchers, lambda: self.now, self._at)

    def _at(self, _step):
        if self.crash:
            raise KeyboardInterrupt

    def work(self, *tasks):
        """Do what is due."""
        for job in self.store.claim(self.now, 100, tasks or ("media", "unlink")):
            (self.keeper.fetch if job.task == "media" else self.keeper.unlink)(job)

    def rows(self):
        """State and reason of every attachment."""
        with self.store.reading() as tx:
            told = "SELECT state, reason, mime, ref, name FROM attachment ORDER BY id"
            return list(tx.exec_driver_sql(told))

    def states(self):
        return [(row.state, row.reason) for row in self.rows()]

    def kept(self):
        """The files of the folder."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def opened(self):
        """The bytes of the files, opened."""
        return [self.files.read(path.name) for path in self.kept()]


@pytest.fixture
def house(desk, tmp_path):
    return House(desk, tmp_path / "media")


PHOTO = Media("photo", "file-1", "image/jpeg")
VOICE = Media("voice", "file-2", "audio/ogg")


def posted(desk, **changes):
    """A harvested turn with a photo, read into a finding: the finding, the message and the turn."""
    message = desk.posted("jalan rusak", **({"media": (PHOTO,)} | changes))
    job, turn = desk.turn(message)
    return message, job, turn


def found(desk, job, turn, **changes):
    fields = {"text": "jalan rusak", "original": "jalan rusak", "reading": {}, "confidence": 0.8, "urgency": "normal"}
    desk.store.find(job, turn, NewFinding(**(fields | {"supervised": False, "sent_at": desk.now} | changes)))
    return desk.store.turn(turn.id).finding_id


def test_a_private_message_is_fetched_at_once_and_kept_sealed(desk, house):
    house.platform.answers = {"file-1": picture()}
    desk.deliver(desk.said("ini fotonya", media=(PHOTO, VOICE, Media("contact", ""))))
    house.work()
    assert sorted(house.platform.asked) == [("file-1", 10 << 20), ("file-2", 16 << 20)]
    assert house.states() == [("kept", "")] * 2
    assert [row.mime for row in house.rows()] == ["image/jpeg", "audio/ogg"]
    assert all(row.ref is None for row in house.rows())
    raw = b"".join(path.read_bytes() for path in house.kept())
    assert SOUND in house.opened()
    assert SOUND[:8] not in raw
    assert b"\xff\xd8\xff" not in raw[:3]
    assert all(b"Karangan" not in content for content in house.opened())


def test_files_are_for_the_owner_only_and_have_random_names(desk, house):
    desk.deliver(desk.said("suara", media=(VOICE,)))
    house.work()
    (path,) = house.kept()
    assert len(path.name) == 32
    assert path.parent == house.folder / path.name[:2]
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, house.folder)]
    assert modes == [0o600, 0o700, 0o700]
    assert "file-2" not in path.name


@pytest.mark.parametrize("name", ["../secret.key", "", "a" * 31, "A" * 32, "a" * 32 + "/..", "a" * 33, "/" + "a" * 31])
def test_no_name_from_outside_opens_a_file(house, name):
    for verb in (house.files.read, house.files.remove, lambda n: house.files.write(n, b"")):
        with pytest.raises(BadNameError):
            verb(name)


def test_harvested_files_wait_for_a_finding_that_somebody_will_look_at(desk, house):
    _, job, turn = posted(desk)
    house.work()
    assert house.platform.asked == []
    found(desk, job, turn)
    house.work()
    assert house.platform.asked == [("file-1", 10 << 20)]
    assert house.states() == [("kept", "")]


def test_what_is_set_aside_waits_until_it_is_looked_at(desk, house):
    _, job, turn = posted(desk, media=(VOICE,))
    found(desk, job, turn, set_aside=True)
    house.work()
    assert house.platform.asked == []
    for _ in range(2):
        house.store.look_at_media(turn.id, house.now)
        house.work()
    assert house.states() == [("kept", "")]
    assert len(house.platform.asked) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (FetchGone("gone"), ("gone", "gone")),
        (FetchRefused("host"), ("refused", "host")),
        (b"<html><script>", ("refused", "type")),
        (b"\xff\xd8\xff no picture", ("refused", "picture")),
        (b"OggS" + bytes(16 << 20), ("refused", "size")),
    ],
)
def test_what_cannot_be_had_says_why_and_is_not_asked_again(desk, house, answer, state):
    house.platform.answers = {"file-1": answer}
    desk.deliver(desk.said("foto", media=(PHOTO,)))
    house.work()
    house.now += timedelta(days=1)
    house.work()
    assert house.states() == [state]
    assert len(house.platform.asked) == 1
    assert house.kept() == []


def test_a_platform_that_is_away_is_asked_again_in_its_own_time_and_in_the_end_no_more(desk, house):
    house.platform.answers = {"file-2": FetchLater("http 429", 90)}
    desk.deliver(desk.said("suara", media=(VOICE,)))
    house.work()
    house.now += timedelta(seconds=89)
    house.work()
    assert len(house.platform.asked) == 1
    for _ in range(MAX_TRIES + 3):
        house.now += timedelta(seconds=90)
        house.work()
    assert house.states() == [("refused", "unreachable")]
    assert len(house.platform.asked) == MAX_TRIES


def test_a_channel_that_hands_nothing_out_says_so(desk, house):
    desk.deliver(desk.said("foto", channel="sms", media=(PHOTO,)))
    house.work()
    assert house.states() == [("refused", "absent")]


def test_a_crash_after_writing_leaves_one_file(desk, house):
    desk.deliver(desk.said("suara", media=(VOICE,)))
    house.crash = True
    with pytest.raises(KeyboardInterrupt):
        house.work()
    assert (house.states(), len(house.kept())) == ([("owed", "")], 1)
    house.crash, house.now = False, house.now + timedelta(minutes=3)
    house.work()
    assert (house.states(), len(house.kept())) == ([("kept", "")], 1)


def removal(desk, message):
    desk.deliver(desk.said("", **(where(message) | {"kind": "removal", "revision": "r"})))


def erasure(desk, message):
    for contact in desk.store.contacts_of(desk.siti.phone):
        desk.store.erase(contact, desk.now)


def where(message):
    return {
        name: getattr(message, name) for name in ("channel", "account", "thread", "external_id", "author", "direct")
    }


@pytest.mark.parametrize("end", [removal, erasure])
@pytest.mark.parametrize("when", ["kept", "owed", "while it is fetched", "crashed and tried again"])
def test_a_file_goes_with_its_words_at_whatever_moment(desk, house, end, when):
    message = desk.said("suara", media=(VOICE,))
    desk.deliver(message)
    if when == "kept":
        house.work()
        assert len(house.kept()) == 1
    elif when == "while it is fetched":

        def meanwhile():
            end(desk, message)
            house.work("unlink")
            return SOUND

        house.platform.answers = {"file-2": meanwhile}
        house.work("media")
    elif when == "crashed and tried again":
        house.crash = True
        with pytest.raises(KeyboardInterrupt):
            house.work()
        house.crash = False
        assert len(house.kept()) == 1
    end(desk, message)
    house.now += timedelta(minutes=3)
    house.work()
    assert house.kept() == []
    assert house.states() == [("gone", "removed")]
    assert all(row.ref is None for row in house.rows())
    assert house.store.busy(("media", "unlink")) == 0


def test_a_removal_that_came_before_its_message_leaves_nothing_to_fetch(desk, house):
    message = desk.said("suara", media=(VOICE,))
    removal(desk, message)
    desk.deliver(message)
    house.work()
    assert (house.states(), house.kept(), house.platform.asked) == ([("gone", "removed")], [], [])


def test_the_sweep_of_chatter_takes_the_files_along(desk, house):
    _, job, turn = posted(desk, media=(VOICE,))
    finding = found(desk, job, turn)
    house.work()
    desk.store.refuse(SYSTEM, finding, "obrolan", desk.now)
    assert len(house.kept()) == 1
    house.now += timedelta(days=8)
    desk.store.sweep(house.now, timedelta(days=30), timedelta(days=7))
    house.work()
    assert (house.kept(), house.states()) == ([], [("gone", "removed")])


def test_others_keep_their_files(desk, house):
    mine, theirs = (desk.said("suara", author=who, thread=who.id, media=(VOICE,)) for who in (desk.siti, desk.budi))
    desk.deliver(mine, theirs)
    house.work()
    erasure(desk, mine)
    house.work()
    assert sorted(house.states()) == [("gone", "removed"), ("kept", "")]
    assert house.opened() == [SOUND]


def test_what_is_added_to_a_filed_voice_is_fetched_too(desk, house):
    message, job, turn = posted(desk, media=())
    finding = found(desk, job, turn)
    desk.store.accept(SYSTEM, finding, desk.new(turn_id=turn.id), desk.never, {"key": "accepted"}, desk.now)
    edit = where(message) | {"kind": "edit", "revision": "1", "media": (VOICE,)}
    desk.deliver(desk.said("jalan rusak parah", **edit))
    house.work()
    assert house.states() == [("kept", "")]


def test_an_edit_that_brings_another_picture_shows_only_that(desk, house):
    house.platform.answers = {"file-1": picture(), "file-3": picture("blue")}
    message, job, turn = posted(desk)
    edit = where(message) | {"kind": "edit", "revision": "1", "media": (Media("photo", "file-3"),)}
    desk.deliver(desk.said("jalan rusak", **edit))
    ((job, turn),) = desk.claim_turns(desk.now + timedelta(minutes=3))
    finding = found(desk, job, turn)
    house.work()
    (shown,) = desk.store.files_of_finding(SYSTEM, finding)
    with Image.open(io.BytesIO(house.files.read(shown.name))) as seen:
        assert seen.convert("RGB").getpixel((4, 4))[2] > 200


def test_files_are_seen_by_those_who_see_the_finding_and_then_the_report(desk, house):
    house.platform.answers = {"file-1": picture()}
    _, job, turn = posted(desk, media=(PHOTO, VOICE))
    finding = found(desk, job, turn)
    house.work()
    store, reviewer = desk.store, desk.reviewer
    pupr, dishub = Viewer("unit_admin", "pupr"), Viewer("unit_admin", "dishub")
    seen = store.files_of_finding(reviewer, finding)
    assert [(one.kind, one.state, one.mime) for one in seen] == [
        ("photo", "kept", "image/jpeg"),
        ("voice", "kept", "audio/ogg"),
    ]
    assert store.file(reviewer, seen[0].id) == seen[0]
    assert (store.files_of_finding(pupr, finding), store.file(pupr, seen[0].id)) == ([], None)
    filed = store.accept(reviewer, finding, desk.new(turn_id=turn.id), desk.never, {"key": "accepted"}, desk.now)
    assert store.files_of_report(pupr, filed.report_id) == {filed.submission_id: seen}
    assert store.file(pupr, seen[0].id) == seen[0]
    assert (store.files_of_report(dishub, filed.report_id), store.file(dishub, seen[0].id)) == ({}, None)


def test_the_files_of_an_accusation_are_seen_by_the_inspectorate_only(desk, house):
    _, job, turn = posted(desk, media=(VOICE,))
    finding = found(desk, job, turn, supervised=True, unit="inspektorat")
    house.work()
    inspectorate = Viewer("unit_admin", "inspektorat")
    (seen,) = desk.store.files_of_finding(inspectorate, finding)
    assert desk.store.file(inspectorate, seen.id) == seen
    for viewer in (desk.reviewer, Viewer("administrator"), Viewer("unit_admin", "pupr")):
        assert (desk.store.files_of_finding(viewer, finding), desk.store.file(viewer, seen.id)) == ([], None)


def test_a_private_voice_is_seen_with_its_report(desk, house):
    job, turn = desk.turn(desk.said("jalan rusak", media=(VOICE,)))
    new = desk.new(turn_id=turn.id, contact_id=turn.contact_id)
    desk.store.answer(job, turn, Answered({}, [], [new]), desk.never, desk.now)
    report = desk.store.report(SYSTEM, new.code)
    ((waiting,),) = desk.store.files_of_report(desk.reviewer, report.id).values()
    assert (waiting.state, desk.store.file(desk.reviewer, waiting.id)) == ("owed", None)
    house.work()
    assert desk.store.file(desk.reviewer, waiting.id).state == "kept"


class TestAtHand:
    """Files that an import or a form of ours brings itself."""

    def imported(self, desk, **changes):
        message = desk.posted("foto jembatan", channel="whatsapp_export", **({"media": (PHOTO,)} | changes))
        desk.deliver(message)
        return desk.store.ref_of(message.channel, message.account, message.thread, message.external_id)

    def test_an_import_hands_over_what_it_has(self, desk, house):
        ref = self.imported(desk)
        assert house.keeper.hand_over(ref, 0, picture()) == "kept"
        assert house.keeper.hand_over(ref, 0, picture()) == "known"
        assert house.states() == [("kept", "")]
        assert len(house.kept()) == 1
        assert house.keeper.hand_over(ref, 1, picture()) == "unknown"
        assert house.keeper.hand_over("0" * 32, 0, picture()) == "unknown"

    def test_a_later_import_brings_what_the_first_had_not(self, desk, house):
        ref = self.imported(desk)
        ((job, turn),) = desk.claim_turns()
        found(desk, job, turn)
        house.work()
        assert house.states() == [("refused", "absent")]
        assert house.keeper.hand_over(ref, 0, b"<html>") == "refused"
        assert house.keeper.hand_over(ref, 0, SOUND) == "kept"
        assert house.states() == [("kept", "")]

    def test_what_was_removed_is_not_brought_back(self, desk, house):
        ref = self.imported(desk, author=desk.budi)
        (contact,) = desk.store.contacts_of(desk.budi.phone)
        desk.store.erase(contact, desk.now)
        assert house.keeper.hand_over(ref, 0, picture()) == "removed"
        assert house.kept() == []

    def test_a_form_keeps_its_picture_before_its_message_is(self, desk, house):
        name = house.keeper.keep_picture(picture())
        desk.deliver(desk.said("lampu mati", channel="web", media=(Media("photo", name),)))
        house.work()
        assert house.states() == [("kept", "")]
        assert [path.name for path in house.kept()] == [name]
        assert house.rows()[0].mime == "image/jpeg"

    def test_and_it_goes_with_its_message_even_before_the_job(self, desk, house):
        message = desk.said("lampu mati", channel="web", media=(Media("photo", house.keeper.keep_picture(picture())),))
        desk.deliver(message)
        erasure(desk, message)
        house.work()
        assert house.kept() == []

    @pytest.mark.parametrize("content", [b"<html>", SOUND, b"\xff\xd8\xff", b""])
    def test_a_form_takes_only_pictures(self, house, content):
        with pytest.raises(UnfitError):
            house.keeper.keep_picture(content)
        assert house.kept() == []

    def test_somebody_elses_random_name_is_not_there(self, desk, house):
        desk.deliver(desk.said("foto", channel="web", media=(Media("photo", new_name()),)))
        house.work()
        assert house.states() == [("gone", "gone")]


def test_what_nobody_has_is_tidied_away_after_a_day(desk, house):
    desk.deliver(desk.said("suara", media=(VOICE,)))
    house.work()
    house.keeper.keep_picture(picture())
    half_written = f"{house.keeper.keep_picture(picture())}.0123abcd"
    (house.folder / half_written[:2] / half_written[:32]).rename(house.folder / half_written[:2] / half_written)
    assert house.keeper.tidy() == 0
    written = max(path.stat().st_mtime for path in house.kept())
    house.now = house.now.fromtimestamp(written, house.now.tzinfo) + STRAY + timedelta(seconds=1)
    assert house.keeper.tidy() == 2
    assert house.opened() == [SOUND]


def test_a_photo_that_is_added_to_what_is_filed_is_shown_there(desk, house):
    own = desk.file_by(desk.siti, "jalan rusak")
    job, turn = desk.turn(desk.said("ini fotonya", author=desk.siti, thread=desk.siti.id, media=(PHOTO,)))
    desk.store.answer(job, turn, Answered({}, deeds=[AddWords(own.code, "ini fotonya")]), desk.never, desk.now)
    house.platform.answers = {"file-1": picture()}
    house.work()
    (file,) = house.store.files_of_report(SYSTEM, own.report_id)[own.submission_id]
    assert (file.kind, file.state) == ("photo", "kept")
    unit, other = Viewer("unit_admin", unit="pupr"), Viewer("unit_admin", unit="dinkes")
    assert [house.store.file(who, file.id) is not None for who in (unit, other)] == [True, False]
