"""`elapor corrections`, `train`, `evaluate`: the engine learns from reviewers, is never replaced by a worse one unasked, and is examined."""

from __future__ import annotations

import io
import json
import shutil
import sys
from datetime import UTC, datetime

import pytest

from aggregator.app import App
from aggregator.cli import learning, main
from aggregator.rules.report import Correction, Viewer
from aggregator.settings import ROOT, load_settings
from nlu import training_data
from nlu.parameters import Parameters

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
VILLAGE = "63.04.05.1003"


@pytest.fixture(scope="module")
def small_root(tmp_path_factory):
    """A checkout whose data folder holds every eighth training message."""
    root = tmp_path_factory.mktemp("root")
    for name in ("language", "wilayah"):
        shutil.copytree(ROOT / "data" / name, root / "data" / name)
    shutil.copy(ROOT / "data" / "categories.yml", root / "data")
    (root / "data" / "nlu").mkdir()
    training_data.write(root / "data" / "nlu" / "few.yml", training_data.load(ROOT / "data" / "nlu")[::8])
    return root


@pytest.fixture
def elapor(tmp_path, monkeypatch, capsys, engine, secret, small_root):
    """Run a command on a data folder of its own: (exit status, what it printed, what it complained)."""
    for name, value in (("DATA", tmp_path / "var"), ("MODELS", tmp_path / "models"), ("SECRET_KEY", secret)):
        monkeypatch.setenv(f"ELAPOR_{name}", str(value))
    for module in ("aggregator.knowledge", "aggregator.cli.reading"):
        monkeypatch.setattr(f"{module}.load_engine", lambda *_: engine)
    monkeypatch.setattr(learning, "ROOT", small_root)

    def run(*argv, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        status = main(argv)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def app(elapor, tmp_path):
    """The program on the folder of the commands."""
    opened = App(load_settings(), clock=lambda: datetime(2026, 3, 2, 3, tzinfo=UTC))
    yield opened
    opened.store.close()


def harvest(elapor, app, *texts):
    """Have messages of Facebook put to review; gives their findings in order."""
    said = [
        {"id": text, "text": text, "channel": "facebook", "author": text, "sent_at": f"2026-03-02T08:{n:02}:00+08:00"}
        for n, text in enumerate(texts)
    ]
    elapor("ingest", stdin="".join(json.dumps(one) + "\n" for one in said))
    found = [f for state in ("waiting", "set_aside") for f in app.store.findings(REVIEWER, state)]
    return [next(f.id for f in found if f.text.startswith(text[:15])) for text in texts]


def test_corrections_are_written_and_landmarks_proposed(elapor, app, tmp_path):
    roads = [f"{day} jalan berlubang parah, hubungi 0812-5555-0001" for day in ("senin", "selasa", "rabu")]
    *three, chatter, agreed = harvest(elapor, app, *roads, "lampu jalan mati kata nenek", "jembatan ambruk di Anjir")
    for finding in three:
        corrected = Correction(category="jembatan", location=VILLAGE, place="Titian Rekaan Jaya")
        app.reviewer.accept(REVIEWER, finding, corrected)
    app.reviewer.refuse(REVIEWER, chatter, "cerita")
    app.reviewer.accept(REVIEWER, agreed, Correction())
    status, out, _ = elapor("corrections")
    assert (status, len(out.splitlines())) == (0, 2)
    file = tmp_path / "var" / "corrections.yml"
    learned = training_data.load_file(file)
    assert sorted(e.intent for e in learned) == ["bukan_laporan", "jembatan", "jembatan", "jembatan"]
    assert "5555" not in file.read_text()
    header, row = (tmp_path / "var" / "landmarks-usulan.csv").read_text().splitlines()
    assert header == (ROOT / "data" / "wilayah" / "landmarks.csv").read_text().splitlines()[0]
    assert row == f'63.04,Titian Rekaan Jaya,jembatan,{VILLAGE},,,M,"koreksi peninjau, 3 kali"'


def test_training_with_corrections_teaches_them_and_forgetting_takes_them_back(elapor, app, tmp_path):
    (finding,) = harvest(elapor, app, "jalan rusak parah di ambalau")
    app.reviewer.accept(REVIEWER, finding, Correction(category="telekomunikasi"))
    status, out, _ = elapor("train", "--with-corrections")
    assert (status, "Model tersimpan" in out, "1 koreksi" in out) == (0, True, True)
    used = tmp_path / "models" / "corrections.yml"
    assert [e.text for e in training_data.load_file(used)] == ["jalan rusak parah di ambalau"]
    learning.forget(app)
    assert len(training_data.load_file(used)) == 1
    for contact in app.store.contacts_of("jalan rusak parah di ambalau"):
        app.store.erase(contact, app.clock())
    learning.forget(app)
    assert "ambalau" not in used.read_text() + (tmp_path / "var" / "corrections.yml").read_text()


def test_a_worse_model_is_refused_unless_told(elapor, monkeypatch, tmp_path, small_root):
    assert elapor("train")[0] == 0
    kept = tmp_path / "models" / "linear.npz"
    before, was = kept.read_bytes(), Parameters.load(kept).quality["category"]
    poor = tmp_path / "poor"
    shutil.copytree(small_root, poor)
    few = training_data.load(small_root / "data" / "nlu")[::3]
    training_data.write(poor / "data" / "nlu" / "few.yml", few)
    monkeypatch.setattr(learning, "ROOT", poor)
    status, _, err = elapor("train")
    assert (status, kept.read_bytes()) == (1, before)
    assert f"kategori (F1 rata-rata) {was:.3f} → " in err
    assert elapor("train", "--even-if-worse")[0] == 0
    assert f"→ {Parameters.load(kept).quality['category']:.3f}" in err


def test_training_data_that_cannot_be_read_are_named(elapor, monkeypatch, tmp_path, small_root):
    broken = tmp_path / "broken"
    shutil.copytree(small_root, broken)
    (broken / "data" / "nlu" / "salah.yml").write_text("nlu: [")
    monkeypatch.setattr(learning, "ROOT", broken)
    status, _, err = elapor("train")
    assert (status, "salah.yml" in err) == (1, True)


def test_a_labelled_file_is_scored(elapor, tmp_path):
    rows = [
        {"text": "jalan berlubang parah di Handil Bakti", "is_report": True, "category": "jalan"},
        {"text": "selamat pagi semua", "is_report": True, "category": "sampah"},
    ]
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    status, out, _ = elapor("evaluate", str(file))
    assert (status, "baris 2: laporan → bukan laporan" in out, "selamat pagi semua" in out) == (0, True, True)
    status, out, _ = elapor("evaluate", "--json", str(file))
    figures = json.loads(out)
    assert (figures["n"], figures["report"]["recall"], figures["misjudged"][0]["id"]) == (2, 0.5, "baris 2")


@pytest.mark.parametrize("content", [b"{", b'{"text": "x"}\n', b"\xff\xfe"])
def test_a_file_that_is_not_labelled_is_refused(elapor, tmp_path, content):
    (tmp_path / "gold.jsonl").write_bytes(content)
    status, _, err = elapor("evaluate", str(tmp_path / "gold.jsonl"))
    assert (status, "gold.jsonl" in err) == (1, True)
