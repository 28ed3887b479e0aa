"""The built-in engine: it reads anything, keeps its model, and trains anew when its data change."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from nlu import look, training_data
from nlu.classifier import LinearModel
from nlu.embedded import MODEL_FILE, EmbeddedEngine, WorseModel, load_engine, train
from nlu.features import LANDMARK, PLACE, WordFeatures, masked
from nlu.fitting import TooFewExamples, fit
from nlu.normalise import Lexicon, tokens
from nlu.parameters import BadModel, Parameters, shares
from nlu.places import Places
from nlu.ridge import solve

ROOT = Path(__file__).parents[2]
GARBAGE = [
    "",
    " ",
    "\n\n\t",
    "a" * 20_000,
    "jalan rusak " * 1_700,
    "\x00\x07\x1b[31m\u200e\u202f",
    "😭😭😭🔥👍🏽",
    "دخل الماء إلى البيت",
    "道路坏了请修理",
    "дорога разбита",
    "?!?!?!",
    "-" * 500,
    "'" * 99,
    "0" * 3000,
    "@" * 3000,
    "jl " * 3000,
    "rt " * 2000,
    "\ud800 lone surrogate",
    "İstanbul ß ﬁ ½ ²",
]


@pytest.mark.parametrize("text", GARBAGE)
def test_no_text_makes_it_raise(engine: EmbeddedEngine, text: str) -> None:
    extraction = engine.read(text, thread=text[:500])
    assert 0 <= extraction.report_confidence <= 1
    assert extraction.engine == "builtin"
    assert all(0 <= item.start < item.end <= len(text) for item in extraction.personal_data)


@given(st.text(max_size=200), st.text(max_size=20))
def test_nothing_invented_makes_it_raise_or_say_what_cannot_be(engine: EmbeddedEngine, text: str, thread: str) -> None:
    extraction = engine.read(text, thread)
    assert 0 <= extraction.report_confidence <= 1
    assert extraction.is_report == (extraction.report_confidence >= 0.5)
    assert all(0 <= item.start < item.end <= len(text) for item in extraction.personal_data)
    json.dumps(extraction.as_json(), allow_nan=False)


def test_an_empty_text_is_no_report(engine: EmbeddedEngine) -> None:
    extraction = engine.read("")
    assert (extraction.is_report, extraction.category, extraction.urgency) == (False, None, None)


def test_a_plain_complaint_is_read(engine: EmbeddedEngine) -> None:
    extraction = engine.read(
        "Tolong pak lampu jalan di desa Roham Raya RT 3 sudah seminggu mati, gelap. Hubungi 0812-5555-0123"
    )
    assert extraction.is_report
    assert extraction.category == "lampu_jalan"
    assert extraction.report_class == "pengaduan"
    assert extraction.location is not None
    assert extraction.location.code == "63.04.16.2002"
    assert extraction.slots["rt"] == "3"
    assert [item.kind for item in extraction.personal_data] == ["phone"]
    assert "lampu" in extraction.words
    assert extraction.as_json()["pii"][0]["kind"] == "phone"


def test_chatter_still_shows_the_guess(engine: EmbeddedEngine) -> None:
    extraction = engine.read("selamat pagi semua, semoga sehat selalu, aamiin")
    assert not extraction.is_report
    assert extraction.category is not None


def test_many_are_read_as_one_by_one(engine: EmbeddedEngine) -> None:
    texts = ["air pdam keruh", "", "😭", "halo min", "jalan handil rusak kada dibaiki", "a b c ? !"] * 60
    alone = [engine.read(text) for text in texts]
    together = engine.read_many([(text, "") for text in texts])
    for one, other in zip(alone, together, strict=True):
        assert one.report_confidence == pytest.approx(other.report_confidence, abs=1e-5)
        assert (one.category, one.words, one.location) == (other.category, other.words, other.location)


ASKED = [
    "air pdam keruh",
    "",
    "halo min",
    "aspal pecah dekat masjid Handil Bakti",
    "lampu mati parak SMP",
    "\U0001f62d ?",
]


@pytest.mark.parametrize("text", ASKED)
def test_gate_and_category_alone_are_as_in_all_that_is_read(engine: EmbeddedEngine, text: str) -> None:
    read = engine.read(text)
    assert engine.judge(text) == (read.report_confidence, read.category, read.category_confidence)


def test_a_small_memory_for_words_changes_nothing(engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [(f"jalan rusak nomor kata{n} lubang", "") for n in range(600)]
    before = [e.category_confidence for e in engine.read_many(texts)]
    monkeypatch.setattr("nlu.classifier.KEPT_WORDS", 10)
    engine.read("sepatah kata999999 baru")
    assert len(engine._model.known) < len(engine._model.parameters.words) + 10
    assert [e.category_confidence for e in engine.read_many(texts)] == pytest.approx(before, abs=1e-5)
    assert len(engine._model.known) < len(engine._model.parameters.words) + 300


def test_the_model_is_saved_small_and_kept(small_data: Path, models: Path, engine: EmbeddedEngine) -> None:
    path = models / MODEL_FILE
    before = path.stat().st_mtime_ns
    said: list[str] = []
    again = load_engine(small_data, models, said.append)
    assert said == []
    assert path.stat().st_mtime_ns == before
    assert path.stat().st_size < 2_000_000
    text = "banyu pasang naik ka rumah kada kawa guring"
    assert again.read(text) == engine.read(text)


def test_changed_data_or_a_damaged_file_train_anew(
    small_data: Path, models: Path, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    data, kept = tmp_path / "data", tmp_path / "models"
    shutil.copytree(small_data, data)
    shutil.copytree(models, kept)
    example = training_data.Example("petugas loket gaib sekali", "pelayanan_publik", "pengaduan", "normal")
    training_data.write(data / "nlu" / "new.yml", [example])
    said: list[str] = []
    load_engine(data, kept, said.append)
    assert said
    (kept / MODEL_FILE).write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(BadModel):
        Parameters.load(kept / MODEL_FILE)
    said.clear()
    load_engine(data, kept, said.append)
    assert said
    assert Parameters.load(kept / MODEL_FILE).hash


def test_training_is_the_same_every_time(
    small_data: Path, models: Path, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    again = train(small_data, tmp_path)
    saved = Parameters.load(models / MODEL_FILE)
    assert again.features == saved.features
    assert (again.weights == saved.weights).all()
    assert again.heads == saved.heads
    assert all((again.looks[name] == weights).all() for name, weights in saved.looks.items())
    assert (again.vectors == saved.vectors).all()


@pytest.mark.parametrize(
    "told",
    [
        "list(words.of('berlubang')[0].items())",
        "LinearModel(saved := Parameters.load(Path(sys.argv[1])), words).look_up(saved.words[4:])[0].tobytes()",
    ],
)
def test_features_come_in_the_same_order_in_every_process(models: Path, engine: EmbeddedEngine, told: str) -> None:
    """Python shuffles sets anew in each process, and floats sum up by their order: a reading near a line fell on either side."""
    script = (
        "import sys; from pathlib import Path; from nlu.features import WordFeatures; from nlu.normalise import Lexicon;"
        "from nlu.classifier import LinearModel, Parameters; words = WordFeatures(Lexicon.load(Path('data/language')));"
        f"print({told})"
    )
    command = [sys.executable, "-c", script, str(models / MODEL_FILE)]
    seen = {
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(seen) == 1
    assert len(seen.pop()) > 100


def test_too_few_examples_are_refused(lexicon: Lexicon) -> None:
    with pytest.raises(TooFewExamples):
        fit([training_data.Example("x", "jalan")], [["x"]], ["jalan"], WordFeatures(lexicon))


def test_chatter_of_which_nobody_said_what_kind_it_is_teaches_all_the_same(small_data: Path, lexicon: Lexicon) -> None:
    examples = [replace(example, kind="") for example in training_data.load(small_data / "nlu")]
    texts = [tokens(example.text) for example in examples]
    found = fit(examples, texts, sorted({e.intent for e in examples if e.is_report}), WordFeatures(lexicon))
    assert found.quality["report"] > 0.85


def test_a_worse_model_is_refused_unless_told(
    small_data: Path, models: Path, tmp_path: Path, engine: EmbeddedEngine
) -> None:
    kept = tmp_path / "models"
    shutil.copytree(models, kept)
    before = (kept / MODEL_FILE).read_bytes()
    poor = tmp_path / "poor"
    shutil.copytree(small_data, poor)
    examples = training_data.load(small_data / "nlu")
    training_data.write(poor / "nlu" / "few.yml", examples[::2])
    with pytest.raises(WorseModel, match="category"):
        train(poor, kept, even_if_worse=False)
    assert (kept / MODEL_FILE).read_bytes() == before
    train(poor, kept)
    assert (kept / MODEL_FILE).read_bytes() != before
    train(small_data, kept, even_if_worse=False)


ONLY_WHERE = [
    ("aspal pecah parak langgar", "", ["aspal", "pecah", "parak", LANDMARK]),
    ("lampu mati depan SMP", "", ["lampu", "mati", "depan", LANDMARK]),
    ("titian lapuk di desa Sungai Lumbah", "", ["titian", "lapuk", "di", "desa", PLACE]),
    ("got mampet dekat pasar Handil Bakti", "", ["got", "mampet", "dekat", PLACE]),
    ("got mampet dekat langgar Handil Bakti", "", ["got", "mampet", "dekat", LANDMARK, PLACE]),
    ("atap pasar bocor", "", ["atap", "pasar", "bocor"]),
    ("handil dangkal", "", ["handil", "dangkal"]),
    ("parak", "", ["parak"]),
]


@pytest.mark.parametrize(("text", "thread", "seen"), ONLY_WHERE)
def test_words_that_only_say_where_are_made_one(places: Places, text: str, thread: str, seen: list[str]) -> None:
    words = tokens(text)
    assert list(masked(words, places.read(text, words, thread, "63.04").named)) == seen


SHORT = [
    ("aspal berlubang parak langgar al ikhlas handil bakti", "jalan"),
    ("lampu jalan mati dekat puskesmas", "lampu_jalan"),
    ("jembatan patah samping sekolah Marabahan", "jembatan"),
    ("sampah menumpuk di muka masjid", "sampah"),
]


@pytest.mark.parametrize(("text", "category"), SHORT)
def test_a_short_complaint_is_about_what_is_broken_not_about_where(
    engine: EmbeddedEngine, text: str, category: str
) -> None:
    extraction = engine.read(text)
    assert (extraction.is_report, extraction.category) == (True, category)
    assert not {"masjid", "langgar", "sekolah", "puskesmas"}.intersection(extraction.words)


def test_kept_words_are_read_as_computed_ones(small_data: Path, models: Path, lexicon: Lexicon) -> None:
    saved = Parameters.load(models / MODEL_FILE)
    model = LinearModel(saved, WordFeatures(lexicon))
    words = list(saved.words[4:400])
    kept = [model.known[word] for word in words]
    vectors, keys, marks = model.look_up(words)
    computed = model._widened(vectors, marks)
    looks = slice(len(model._bias) - model.beside.shape[1], len(model._bias))  # these add up what all columns differ by
    saved_rows, rows = (np.delete(table, looks, axis=1) for table in (model._vectors[kept], computed))
    assert saved_rows == pytest.approx(rows, rel=0.02, abs=0.1)
    assert (model._keys[1, kept] == keys).all()


def test_a_word_without_features_weighs_nothing(models: Path, engine: EmbeddedEngine, lexicon: Lexicon) -> None:
    model = LinearModel(Parameters.load(models / MODEL_FILE), WordFeatures(lexicon))
    vectors, _, _ = model.look_up(["道", "jalan", "路", "路"])
    assert (np.abs(vectors).sum(axis=1) > 0).tolist() == [False, True, False, False]


@pytest.mark.parametrize("dropout", [0.0, 1.0])
def test_ridge_solves_as_the_normal_equations(dropout: float) -> None:
    random = np.random.default_rng(1)
    matrix, wanted, importance = random.random((30, 6)), random.random((30, 2)), random.random(30) + 0.1
    importance[:5] = 0.0
    weights, bias = solve(sparse.csr_matrix(matrix, dtype=np.float32), wanted, importance, 0.5, dropout)
    middle, mean = np.average(matrix, 0, importance), np.average(wanted, 0, importance)
    inner, scaled = matrix - middle, (matrix - middle) * importance[:, None]
    ridge = np.diag(0.5 + dropout * (importance @ matrix**2))
    right = np.linalg.solve(inner.T @ scaled + ridge, scaled.T @ (wanted - mean))
    assert weights == pytest.approx(right, abs=0.01)
    assert bias == pytest.approx(mean - middle @ right, abs=0.01)


def test_a_second_look_held_back_strongly_gives_confidences_that_come_true() -> None:
    random = np.random.default_rng(2)
    seen = random.normal(size=(4000, 3)).astype(np.float32)
    answers = (seen.sum(axis=1) + random.logistic(size=4000) / 2 > 0).astype(np.int64)
    own = look.learn(seen, answers, look.Way((0.5, 0.5), 20000.0))
    sure = shares(seen @ own[:-1] + own[-1], {"it": 2})["it"][:, 1]
    near = (sure > 0.7) & (sure < 0.8)
    assert answers[near].mean() == pytest.approx(0.75, abs=0.08)


def test_a_shared_point(engine: EmbeddedEngine) -> None:
    region = engine.nearest(-3.0, 114.7)
    assert region is not None
    assert region.code.startswith("63.04")
