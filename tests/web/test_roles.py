"""Route by route: what each role may see and do, and that nothing of the rest comes back."""

from __future__ import annotations

import pytest

from aggregator.web.app import PARTS

PEOPLE = ("peninjau", "pupr", "dishub", "inspektorat", "admin")
EVERYBODY = dict.fromkeys((None, *PEOPLE), 200)
READ = {"category": "jalan", "report_class": "pengaduan", "urgency": "normal"}


def only(answer, *logins, others=404):
    """The statuses of a route: `answer` for these, `others` for the rest, to the sign-in page for the public."""
    return {None: 303, **dict.fromkeys(PEOPLE, others), **dict.fromkeys(logins, answer)}


GETS = {
    "/": EVERYBODY,
    "/masuk": {None: 200, **dict.fromkeys(PEOPLE, 303)},
    "/lacak": EVERYBODY,
    "/lacak/{voice[suap]}": EVERYBODY,
    "/lacak/{report[jalan]}": dict.fromkeys((None, *PEOPLE), 404),
    "/healthz": EVERYBODY,
    "/readyz": EVERYBODY,
    "/metrics": EVERYBODY,
    "/tinjau": only(200, "peninjau", "inspektorat", "admin", others=403),
    "/tinjau/{finding[lubang]}": {**only(200, "peninjau", "admin", others=403), "inspektorat": 404},
    "/tinjau/{finding[obrolan]}": {**only(200, "peninjau", "admin", others=403), "inspektorat": 404},
    "/tinjau/{finding[pungli]}": {**only(404, "peninjau", "admin", others=403), "inspektorat": 200},
    "/antrean": only(200, *PEOPLE),
    "/laporan/{report[jalan]}": only(200, "peninjau", "pupr", "admin"),
    "/laporan/{voice[jalan]}": only(200, "peninjau", "pupr", "admin"),
    "/laporan/{report[lampu]}": only(200, "peninjau", "dishub", "admin"),
    "/laporan/{report[suap]}": only(200, "inspektorat"),
    "/laporan/{voice[suap]}": only(200, "inspektorat"),
    "/pengaturan": only(200, "admin", others=403),
    "/pengaturan/kanal": only(200, "peninjau", "admin", others=403),
    "/pengaturan/sandi": only(200, *PEOPLE),
    "/lampiran/{finding[lubang]}": only(404),  # the rest in test_photos
    "/lapor": EVERYBODY,
}
REVIEWERS = {**only(303, "peninjau", "admin", others=403), "inspektorat": 404}
ACCUSED = {**only(404, "peninjau", "admin", others=403), "inspektorat": 303}
OURS = only(303, "peninjau", "pupr", "admin")
THEIRS = only(303, "inspektorat")
POSTS = {
    ("/tinjau/{finding[lubang]}", ()): {**REVIEWERS, "peninjau": 200, "admin": 200},
    ("/tinjau/{finding[pungli]}", ()): {**ACCUSED, "inspektorat": 200},
    ("/tinjau/{finding[lubang]}/tempat", ()): {**REVIEWERS, "peninjau": 200, "admin": 200},
    ("/tinjau/{finding[pungli]}/tempat", ()): {**ACCUSED, "inspektorat": 200},
    ("/tinjau/{finding[lubang]}/longgarkan", ()): REVIEWERS,
    ("/tinjau/{finding[lubang]}/terima", ()): REVIEWERS,
    ("/tinjau/{finding[pungli]}/terima", ()): ACCUSED,
    ("/tinjau/{finding[lubang]}/tolak", (("kind", "Lainnya"),)): REVIEWERS,
    ("/tinjau/{finding[pungli]}/tolak", (("kind", "Lainnya"),)): ACCUSED,
    ("/antrean", ()): only(303, *PEOPLE),
    ("/laporan/{report[jalan]}/pratinjau", (("to", "forwarded"),)): only(200, "peninjau", "pupr", "admin"),
    ("/laporan/{report[suap]}/pratinjau", (("to", "forwarded"),)): only(200, "inspektorat"),
    ("/laporan/{report[jalan]}/pindah", (("to", "verifying"),)): OURS,
    ("/laporan/{report[suap]}/pindah", (("to", "verifying"),)): THEIRS,
    ("/laporan/{report[jalan]}/gabung", (("other", "{report[jalan2]}"),)): OURS,
    ("/laporan/{report[suap]}/gabung", (("other", "{report[jalan]}"),)): dict.fromkeys(PEOPLE, 404),
    ("/laporan/{report[jalan]}/gabung", (("other", "{report[suap]}"),)): dict.fromkeys(PEOPLE, 404),
    ("/laporan/{report[jalan]}/gabung", (("other", "{report[lampu]}"),)): only(303, "peninjau", "admin"),
    ("/laporan/{report[jalan]}/pisah", (("submission", "{voice[jalan2]}"),)): OURS,
    ("/laporan/{report[jalan]}/pindahkan", (("submission", "{voice[jalan2]}"), ("other", "{report[lampu]}"))): only(303, "peninjau", "admin"),
    ("/laporan/{report[jalan]}/batalkan", (("event", "{act}"),)): only(303, "peninjau", "admin", "pupr"),
    ("/laporan/{report[jalan]}/alih", (("unit", "dishub"), ("reason", "bukan kewenangan kami"))): OURS,
    ("/laporan/{report[suap]}/alih", (("unit", "pupr"), ("reason", "coba"))): {**only(403, "inspektorat")},
    ("/laporan/{report[jalan]}/balasan/{reply}", (("to", "sent"),)): OURS,
    ("/laporan/{report[suap]}/balasan/{reply}", (("to", "sent"),)): dict.fromkeys(PEOPLE, 404),
    ("/pengaturan/akun", (("login", "baru"), ("name", "Orang Baru"), ("role", "reviewer"), ("password", "kata sandi panjang"))):
        only(303, "admin", others=403),
    ("/pengaturan/akun/tutup", (("login", "dishub"),)): only(303, "admin", others=403),
}  # fmt: skip


def filled(stage, words):
    return words.format(
        report=stage.report,
        voice=stage.voice,
        finding=stage.finding,
        reply=getattr(stage, "reply", 0),
        act=getattr(stage, "act", 0),
    )


@pytest.mark.parametrize("path", GETS)
async def test_each_role_sees_only_what_is_its_own(stage, browser, path):
    address = filled(stage, path)
    told = {None: (await browser().get(address)).status_code}
    for login in PEOPLE:
        told[login] = (await (await browser(login)).get(address)).status_code
    assert told == GETS[path]


def prepared(stage, path):
    """What a deed needs before it: a voice to split off, a reply that waits for a person."""
    system = stage.viewer
    if "pisah" in path or "pindahkan" in path or "batalkan" in path:
        report = stage.desk.join(system, stage.report["jalan2"], stage.report["jalan"])
        stage.act = max(event.id for event in stage.store.timeline(system, report.id))
    if "balasan" in path:
        stage.reply = stage.reply_by_hand("jalan")


@pytest.mark.parametrize("route", POSTS, ids=lambda route: f"{route[0]} {dict(route[1])}")
async def test_each_role_does_only_what_is_its_own(stage, browser, route):
    path, fields = route
    allowed = POSTS[route]
    prepared(stage, path)
    address, form = filled(stage, path), {name: filled(stage, value) for name, value in fields}
    before = stage.picture()
    refused = [login for login in PEOPLE if allowed[login] not in (200, 303)]
    for login in refused:
        answer = await (await browser(login)).post(address, **READ, **form)
        assert answer.status_code == allowed[login], login
    assert stage.picture() == before
    done = [login for login in PEOPLE if login not in refused]
    for login in done[:1]:  # a deed is done once; the others' right to it is shown by the next test
        answer = await (await browser(login)).post(address, **READ, **form)
        assert answer.status_code == allowed[login], login


@pytest.mark.parametrize("login", ["peninjau", "pupr", "admin"])
async def test_whoever_sees_a_report_may_move_it(stage, browser, login):
    answer = await (await browser(login)).post(f"/laporan/{stage.report['jalan']}/pindah", to="verifying")
    assert answer.status_code == 303
    assert stage.store.report(stage.viewer, stage.report["jalan"]).status == "verifying"


@pytest.mark.parametrize("route", POSTS, ids=lambda route: f"{route[0]} {dict(route[1])}")
async def test_nothing_is_done_without_signing_in_or_without_the_proof(stage, browser, route):
    path, fields = route
    prepared(stage, path)
    address, form = filled(stage, path), {name: filled(stage, value) for name, value in fields}
    before = stage.picture()
    stranger, officer = browser(), await browser("admin")
    await stranger.get("/masuk")
    assert (await stranger.post(address, **READ, **form)).headers["location"] == "/masuk"
    assert (await officer.post(address, **READ, **form, proof="")).status_code == 403
    assert (await officer.post(address, **READ, **form, proof=stranger.proof)).status_code == 403
    assert stage.picture() == before


LISTS = {
    "peninjau": ({"jalan", "jalan2", "lampu"}, {"lubang", "tiang", "karya"}),
    "pupr": ({"jalan", "jalan2"}, set()),
    "dishub": ({"lampu"}, set()),
    "inspektorat": ({"suap"}, {"pungli"}),
    "admin": ({"jalan", "jalan2", "lampu"}, {"lubang", "tiang", "karya"}),
}


@pytest.mark.parametrize("login", LISTS)
async def test_lists_hold_only_what_the_role_may_see(stage, browser, login):
    reports, findings = LISTS[login]
    one = await browser(login)
    queue, review = (await one.get("/antrean")).text, (await one.get("/tinjau")).text
    assert {name for name, code in stage.report.items() if code in queue} == reports
    assert {name for name, number in stage.finding.items() if f'href="/tinjau/{number}"' in review} == findings
    found = await one.post("/antrean", words="mati")
    assert ("Lampu merah" in found.text) == ("lampu" in reports)


async def test_a_unit_never_reads_a_name_and_a_reviewer_does(stage, browser):
    reviewer = await browser("peninjau")
    await reviewer.post(f"/tinjau/{stage.finding['lubang']}/terima", **READ)
    accepted = stage.store.queue(stage.viewer)[0].code
    for login, knows in (("peninjau", True), ("pupr", False)):
        page = await (await browser(login)).get(f"/laporan/{accepted}")
        assert page.status_code == 200
        assert ("Penulis lubang Karangan" in page.text) == knows
    accused = await (await browser("inspektorat")).get(f"/tinjau/{stage.finding['pungli']}")
    assert "Penulis pungli Karangan" not in accused.text


async def test_the_menu_offers_only_what_the_role_may_open(browser):
    for login in PEOPLE:
        page = (await (await browser(login)).get("/antrean")).text
        assert ('href="/tinjau"' in page) == (GETS["/tinjau"][login] == 200)
        assert ('href="/pengaturan"' in page) == (login == "admin")


def test_every_route_is_in_these_tables():
    told = {("GET", _bare(path)) for path in GETS} | {("POST", _bare(path)) for path, _ in POSTS}
    known = {("POST", "/masuk"), ("POST", "/keluar")}  # told in test_signing_in
    known |= {
        (how, where) for how in ("GET", "POST") for where in ("/lapor", "/tinjau/catat")
    }  # test_lodge, test_noting
    known |= {
        ("POST", "/lapor/tempat"),
        ("GET", "/lacak/*/jawab"),  # test_answering
        ("POST", "/lacak/*/jawab"),
        ("GET", "/lapor/*"),
        ("POST", "/lapor/*/suara"),
        ("POST", "/tinjau/catat/tautan"),
        ("POST", "/pengaturan/kanal/periksa"),
        ("POST", "/pengaturan/pengiriman"),
        ("POST", "/pengaturan/sandi"),  # test_own_account
    }
    routes = {(method, _bare(route.path)) for part in PARTS for route in part.router.routes for method in route.methods}
    assert len(routes) > 20
    assert routes - told - known == set()


def _bare(path):
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))
