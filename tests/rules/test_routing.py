"""Routing: every report finds a unit that exists, accusations none but the inspectorate, elsewhere is passed on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from aggregator.rules.routing import BadRegionError, accuses_inspectorate, load_region, route

DATA = Path(__file__).resolve().parents[2] / "data"
CATEGORIES = [row["code"] for row in yaml.safe_load((DATA / "categories.yml").read_text("utf-8"))]
REGIONS = {code: load_region(DATA / "units" / f"{code}.yml") for code in ("63.04", "63.02", "64.08", "62.05")}
BATOLA = REGIONS["63.04"]


@pytest.mark.parametrize("code", REGIONS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_goes_to_a_unit_that_exists_and_says_why(code, category):
    region = REGIONS[code]
    found = route(region, category, f"{code}.01", supervised=False, text="")
    assert found.unit in region.units
    assert found.reason


@pytest.mark.parametrize(
    ("code", "prefix", "timezone"),
    [
        ("63.04", "BTL", "Asia/Makassar"),
        ("63.02", "KTB", "Asia/Makassar"),
        ("64.08", "KTM", "Asia/Makassar"),
        ("62.05", "BRU", "Asia/Pontianak"),
    ],
)
def test_each_kabupaten_has_its_prefix_and_time_zone(code, prefix, timezone):
    assert (REGIONS[code].code, REGIONS[code].code_prefix, REGIONS[code].timezone) == (code, prefix, timezone)


@pytest.mark.parametrize(
    ("code", "category", "text", "unit"),
    [
        ("63.04", "jalan", "jalan desa berlubang", "pupr"),
        ("63.04", "jalan", "Jalan Trans Kalimantan km 18 bergelombang", "bpjn"),
        ("63.04", "listrik", "padam", "pln"),
        ("63.04", "perumahan_pertanahan", "rumah tidak layak huni", "disperkim"),
        ("63.04", "ketenagakerjaan", "THR belum dibayar", "disnakertrans"),
        ("63.04", "pajak_retribusi", "tagihan PBB salah", "bpkad"),
        ("63.04", "kesehatan", "puskesmas tutup", "dinkes"),
        ("63.04", "kesehatan", "antre di RSUD lama", "rsud"),
        ("63.04", "pertanian_perikanan", "pupuk langka", "dtph"),
        ("63.04", "pertanian_perikanan", "ada yang menyetrum ikan", "dkpp"),
        ("63.04", "pertanian_perikanan", "ikannya mati semua", "dkpp"),
        ("63.04", "pertanian_perikanan", "pendidikan petani", "dtph"),
        ("63.02", "pertanian_perikanan", "pupuk langka", "dkpp"),
        ("64.08", "lampu_jalan", "lampu mati", "perkim"),
        ("64.08", "perdagangan_pasar", "harga naik", "disperindag"),
        ("62.05", "bencana_kebakaran", "rumah terbakar, tolong damkar", "damkarmat"),
    ],
)
def test_category_words_and_kabupaten_decide_the_unit(code, category, text, unit):
    assert route(REGIONS[code], category, None, supervised=False, text=text).unit == unit


@pytest.mark.parametrize(
    ("code", "category"), [("64.08", "perizinan"), ("62.05", "ketenagakerjaan"), ("63.04", "baru")]
)
def test_what_has_no_confirmed_unit_goes_to_the_coordinator(code, category):
    assert route(REGIONS[code], category, code, supervised=False, text="").unit == REGIONS[code].coordinator


def test_a_draft_unit_is_not_used():
    assert "disnaker" not in REGIONS["62.05"].units
    assert "belum dikonfirmasi" in route(REGIONS["62.05"], "ketenagakerjaan", None, supervised=False, text="").reason


@pytest.mark.parametrize("location", ["63.02.06.2010", "63.02", "64.08.01", "63.040.1"])
def test_a_place_outside_is_passed_on(location):
    found = route(BATOLA, "jalan", location, supervised=False, text="jalan rusak")
    assert found.unit == BATOLA.outside == "luar"
    assert found.reason.startswith("pelimpahan")


def test_a_named_place_outside_all_known_regions_is_passed_on():
    found = route(BATOLA, "jalan", None, supervised=False, text="jalan rusak di Banjarmasin", elsewhere="Banjarmasin")
    assert found.unit == "luar"
    assert "Banjarmasin" in found.reason


@pytest.mark.parametrize("category", ["korupsi_pungli", "jalan", "desa"])
@pytest.mark.parametrize("location", [None, "63.04.05.2003", "63.02.06"])
def test_an_accusation_goes_to_the_inspectorate_alone_wherever_it_happened(category, location):
    assert route(BATOLA, category, location, supervised=True, text="kepala dinas minta uang").unit == "inspektorat"


@pytest.mark.parametrize(
    ("text", "accused"),
    [
        ("oknum Inspektorat minta setoran ke kepala desa", True),
        ("pegawai inspektorat menerima suap", True),
        ("Inspektorat Batola main mata dengan kontraktor", True),
        ("inspektur minta amplop tiap pemeriksaan", True),
        ("tolong inspektorat periksa dana desa kami", False),
        ("mohon Inspektorat turun ke desa", False),
        ("sudah lapor ke inspektorat, kades tetap memotong BLT", False),
        ("tolong diusut oknum inspektorat yang memeras", True),
        ("kades memotong bantuan", False),
    ],
)
def test_who_accuses_the_inspectorate_is_heard_by_the_coordinator_of_the_regional_head(text, accused):
    assert accuses_inspectorate(text) is accused
    expected = BATOLA.regional_head if accused else BATOLA.inspectorate
    assert route(BATOLA, "korupsi_pungli", None, supervised=True, text=text).unit == expected


def test_only_sure_emergency_numbers_are_shown():
    numbers = {code: [e.number for e in region.emergency] for code, region in REGIONS.items()}
    assert numbers["63.04"] == numbers["63.02"] == numbers["62.05"] == ["110", "115", "123"]
    assert numbers["64.08"] == ["112", "110", "115", "123"]


def region_file(tmp_path, **changes):
    row = yaml.safe_load((DATA / "units" / "62.05.yml").read_text("utf-8")) | changes
    (tmp_path / "units").mkdir()
    path = tmp_path / "units" / "62.05.yml"
    path.write_text(yaml.safe_dump(row, allow_unicode=True), "utf-8")
    return path


def test_an_administrator_confirms_a_draft_unit_and_a_number(tmp_path):
    row = yaml.safe_load((DATA / "units" / "62.05.yml").read_text("utf-8"))
    for each in (*row["units"], *row["emergency"]):
        each["confirmed"] = True
    region = load_region(region_file(tmp_path, **row), DATA / "categories.yml")
    assert route(region, "ketenagakerjaan", None, supervised=False, text="").unit == "disnaker"
    assert "119" in [e.number for e in region.emergency]


def test_a_rule_may_hold_for_a_part_of_the_kabupaten(tmp_path):
    rule = {"category": "air_bersih", "region": "62.05.01", "unit": "pupr", "why": "SPAM desa"}
    region = load_region(region_file(tmp_path, routes=[rule]), DATA / "categories.yml")
    units = [
        route(region, "air_bersih", place, supervised=False, text="").unit
        for place in ("62.05.01.1001", "62.05.011", None)
    ]
    assert units == ["pupr", "perumdam", "perumdam"]


@pytest.mark.parametrize(
    "changes",
    [
        {"coordinator": "tidakada"},
        {"inspectorate": "disnaker"},
        {"routes": [{"category": "jalan", "unit": "tidakada", "why": ""}]},
        {"routes": [{"category": "jalan"}]},
        {"units": None},
        {"units": [{"code": "x"}]},
    ],
)
def test_a_wrong_description_is_refused_with_its_name(tmp_path, changes):
    with pytest.raises(BadRegionError, match=r"62\.05\.yml"):
        load_region(region_file(tmp_path, **changes), DATA / "categories.yml")


def test_a_missing_or_broken_file_is_refused(tmp_path):
    with pytest.raises(BadRegionError):
        load_region(tmp_path / "63.99.yml")
    (tmp_path / "x.yml").write_text("code: [", "utf-8")
    with pytest.raises(BadRegionError):
        load_region(tmp_path / "x.yml", DATA / "categories.yml")
