"""Decisions of reviewers become training messages: masked, once each, in Rasa's format; and go again when they must."""

import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nlu import corrections, landmarks, training_data
from nlu.embedded import MODEL_FILE, WorseModel, load_engine, train
from nlu.training_data import Example


@dataclass
class Said:
    """A decision, as the store tells it."""

    text: str
    category: str = ""
    report_class: str = "pengaduan"
    urgency: str = "normal"
    supervised: bool = False
    corrected: bool = True
    location: str = ""
    place: str = ""
    reading: dict = field(default_factory=dict)

    @property
    def accepted(self):
        return bool(self.category)


def test_what_was_decided_is_learned():
    decided = [
        Said("titian lapuk", "jembatan", "aspirasi", "tinggi", reading={"language": "bjn"}),
        Said("selamat pagi semua"),
        Said("jalan rusak", "jalan", corrected=False),
    ]
    assert corrections.examples(decided) == [
        Example("titian lapuk", "jembatan", "aspirasi", "tinggi", lang="bjn"),
        Example("selamat pagi semua", "bukan_laporan"),
    ]


def test_the_same_words_are_learned_once_as_they_were_decided_last():
    decided = [Said("Titian LAPUK!", "jalan"), Said("?!"), Said("titian lapuk !", "jembatan"), Said(" \x07 ")]
    learned = [(e.text, e.intent) for e in corrections.examples(decided)]
    assert learned == [("titian lapuk !", "jembatan"), ("?!", "bukan_laporan")]


@pytest.mark.parametrize(
    ("text", "learned"),
    [
        ("hubungi 0812-5555-0123 ya", "hubungi (nomor telepon) ya"),
        ("hubungi [nomor telepon] ya", "hubungi (nomor telepon) ya"),
        ("/restart [kota](x) {y}", "restart (kota)(x) (y)"),
        ("/ /jalan rusak", "jalan rusak"),
        ("satu\ndua\ttiga\x07\u2028empat", "satu\ndua tiga empat"),
        ("- jalan: 'rusak' # \"parah\"", "- jalan: 'rusak' # \"parah\""),
        ("nlu:\n- intent: x", "nlu:\n- intent: x"),
        ("\ud800 jalan", "jalan"),
    ],
)
def test_nothing_in_a_text_breaks_the_file(tmp_path, text, learned):
    (example,) = corrections.examples([Said(text, "jalan")])
    corrections.save(tmp_path / "c.yml", [example])
    (read,) = training_data.load_file(tmp_path / "c.yml")
    assert read == example
    assert read.text == learned
    assert stat.S_IMODE((tmp_path / "c.yml").stat().st_mode) == 0o600


def test_what_is_no_longer_told_goes_from_the_file(tmp_path):
    path = tmp_path / "c.yml"
    kept, gone = corrections.examples([Said("titian lapuk", "jembatan"), Said("rumah saya di muka", "jalan")])
    assert not corrections.renew(path, [kept])
    corrections.save(path, [kept, gone])
    new = Example("baru saja diputuskan", "jalan", "pengaduan", "normal")
    assert corrections.renew(path, [kept, new])
    assert training_data.load_file(path) == [kept]
    assert not corrections.renew(path, [kept])
    assert corrections.renew(path, [])
    assert training_data.load_file(path) == []


@pytest.fixture
def learned(tmp_path):
    """A file that teaches a word which no training message has, and holds many that nobody could read."""
    decided = [Said(f"ambalau {word}", "telekomunikasi") for word in ("mati", "lemot", "hilang", "putus", "rusak")]
    decided += [Said(f"zzq{n}xw", ("jalan", "desa", "listrik", "sampah")[n % 4]) for n in range(60)]
    path = tmp_path / corrections.FILE
    corrections.save(path, corrections.examples(decided))
    return path


def test_the_engine_learns_and_keeps_what_it_learned(small_data, models, engine, learned, tmp_path):
    kept = tmp_path / "models"
    shutil.copytree(models, kept)
    assert engine.read("ambalau").category != "telekomunikasi"
    taught = train(small_data, kept, learned=learned, even_if_worse=False)
    learned.unlink()
    said = []
    assert load_engine(small_data, kept, said.append).read("ambalau").category == "telekomunikasi"
    assert said == []  # the next start takes it as it is
    corrections.renew(kept / corrections.FILE, [])
    assert load_engine(small_data, kept, said.append).read("ambalau").category != "telekomunikasi"
    assert said  # what was forgotten is unlearned
    train(small_data, kept, learned=None)
    assert not (kept / corrections.FILE).exists()
    assert taught.hash != engine._model.parameters.hash


def test_bad_lessons_are_refused_and_leave_nothing(small_data, models, engine, tmp_path):
    kept, path = tmp_path / "models", tmp_path / corrections.FILE
    shutil.copytree(models, kept)
    before = (kept / MODEL_FILE).read_bytes()
    lessons = [
        Said(" ".join(half), "lainnya")
        for words in (e.text.split() for e in training_data.load(small_data / "nlu") if e.is_report)
        for half in (words[:7], words[7:14])
    ]
    corrections.save(path, corrections.examples(lessons))
    with pytest.raises(WorseModel) as refused:
        train(small_data, kept, learned=path, even_if_worse=False)
    old, new = refused.value.fallen["category"]
    assert new < old - 0.01
    assert (kept / MODEL_FILE).read_bytes() == before
    assert not (kept / corrections.FILE).exists()


VILLAGE, OTHER = "63.04.05.1003", "63.04.05.2014"


def named(*places, location=VILLAGE, read=None):
    reading = {"place": "", "location": {"code": location}} if read is None else read
    return [Said("x", "jalan", location=location, place=place, reading=reading) for place in places]


def test_a_place_that_is_corrected_again_and_again_is_proposed(gazetteer, tmp_path):
    thrice = named("Dermaga Rekaan Jaya", "dermaga rekaan jaya", "di depan Darmaga Rekaan Jaya")
    (row,) = landmarks.proposals(thrice, gazetteer)
    assert row == {
        "region_code": "63.04",
        "name": "Darmaga Rekaan Jaya",
        "kind": "dermaga",
        "code": VILLAGE,
        "also_called": "Dermaga Rekaan Jaya",
        "weak_names": "",
        "sure": "M",
        "source": "koreksi peninjau, 3 kali",
    }
    landmarks.save(tmp_path / "l.csv", [row])
    ours = (Path(__file__).parents[2] / "data" / "wilayah" / "landmarks.csv").read_text("utf-8")
    assert (tmp_path / "l.csv").read_text("utf-8").splitlines()[0] == ours.splitlines()[0]


@pytest.mark.parametrize(
    "decided",
    [
        named("Dermaga Rekaan Jaya", "Dermaga Rekaan Jaya"),
        [*named("Dermaga Rekaan Jaya") * 2, *named("Dermaga Rekaan Jaya", location=OTHER)],
        named("Dermaga Rekaan Jaya", location="63.04.05") * 3,
        named("Dermaga Rekaan Jaya", read={"place": "Dermaga Rekaan Jaya", "location": {"code": VILLAGE}}) * 3,
        named("RT 5 Rekaan") * 3,
        named("rumah Pak Rekaan") * 3,
        named("Jalan Rekaan No. 12 RT 3") * 3,
        named("dermaga") * 3,
        named("muka dermaga yang baru saja dibuat rekaan") * 3,
        named("Handil Bakti") * 3,
        [Said("x", location=VILLAGE, place="Dermaga Rekaan Jaya")] * 3,
    ],
)
def test_what_is_seldom_known_or_somebodys_own_is_not_proposed(gazetteer, decided):
    assert landmarks.proposals(decided, gazetteer) == []


def test_a_place_whose_village_was_put_right_is_proposed(gazetteer):
    elsewhere = {"place": "Dermaga Rekaan Jaya", "location": {"code": OTHER}}
    assert len(landmarks.proposals(named("Dermaga Rekaan Jaya", read=elsewhere) * 3, gazetteer)) == 1
