"""Random joins, splits, moves and undoings: every voice stands in one living report, and all that is told of it agrees."""

import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.lookup import CannotJoinError
from aggregator.store.queue import CARRIED
from aggregator.store.regrouping import ACTS
from aggregator.store.tables import events, reports, submissions

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
VIEWERS = (
    SYSTEM,
    REVIEWER,
    Viewer("unit_admin", "pupr"),
    Viewer("unit_admin", "inspektorat"),
    Viewer("unit_admin", "dlh"),
)
KINDS = ({}, {}, {"visibility": "anonim"}, {"visibility": "rahasia"}, {"supervised": True, "unit": "inspektorat"})
PICK = st.integers(0, 2**16)


class People(RuleBasedStateMachine):
    """People at one queue; `template` is a migrated database and `open_desk` opens a desk on a copy of it."""

    template: Path
    open_desk = None

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="elapor-regroup-", dir="/tmp"))
        shutil.copy(self.template, self.folder / "elapor.db")
        self.desk = self.open_desk(f"sqlite:///{self.folder / 'elapor.db'}")
        self.store, self.voices, self.known = self.desk.store, [], []
        self.names = itertools.count(1)

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.folder)

    def _any(self, pick):
        return self.voices[pick % len(self.voices)]

    @rule(kind=st.sampled_from(KINDS), urgency=st.sampled_from(("normal", "tinggi", "darurat")))
    def opens(self, kind, urgency):
        new = self.desk.new(f"aduan {next(self.names)}", urgency=urgency, **kind)
        self._filed(self.desk.file(new))

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, hidden=st.booleans())
    def adds_a_voice(self, pick, hidden):
        into = self.store.report(SYSTEM, self._any(pick).code)
        if into.status == "withdrawn":
            return
        kind = {"supervised": True} if into.supervised else {"visibility": "rahasia" if hidden else "public"}
        self._filed(self.desk.file(self.desk.new(f"aduan {next(self.names)}", **kind), into=into.id))

    def _filed(self, filed):
        self.voices.append(filed)
        self.known += [filed.code, filed.report_code]

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, other=PICK, back=st.booleans())
    def joins(self, pick, other, back):
        into = self._any(other).code
        before = self._standing(), self._told()
        if self._acts(self.store.join, self._any(pick).code, into) and back:
            self.store.undo(SYSTEM, self._last_act(), self.desk.now)
            assert (self._standing(), self._told()) == before

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, other=PICK)
    def moves(self, pick, other):
        self._acts(self.store.regroup, self._any(pick).code, self._any(other).code)

    @precondition(lambda self: self.voices)
    @rule(pick=PICK)
    def splits(self, pick):
        self._acts(self.store.split, self._any(pick).code, "BTL")

    @precondition(lambda self: self.voices)
    @rule(pick=PICK)
    def undoes(self, pick):
        with self.store.reading() as tx:
            acts = tx.execute(select(events.c.id).where(events.c.kind.in_(ACTS))).scalars().all()
        if acts:
            self._acts(self.store.undo, acts[pick % len(acts)])

    @precondition(lambda self: self.voices)
    @rule(pick=PICK)
    def withdraws(self, pick):
        with self.store.writing() as tx:
            voice = tx.execute(select(submissions).where(submissions.c.code == self._any(pick).code)).one()
            if voice.withdrawn_at is None:
                self.store._withdraw(tx, voice, self.desk.now)

    def _acts(self, act, *told):
        try:
            self.known.append(act(SYSTEM, *told, self.desk.now).code)
        except CannotJoinError:
            return False
        return True

    def _last_act(self):
        with self.store.reading() as tx:
            ids = tx.execute(select(events.c.id).where(events.c.kind.in_(ACTS)).order_by(events.c.id.desc()))
            return ids.scalars().first()

    def _standing(self):
        """In which report each voice stands."""
        with self.store.reading() as tx:
            return dict(tx.execute(select(submissions.c.code, submissions.c.report_id)).all())

    def _told(self):
        """What the reports of the queue say."""
        told = ("code", "urgency", "confidential", "last_voice_at", "status", "voices")
        return {tuple(getattr(row, name) for name in told) for row in self.store.queue(SYSTEM)}

    @invariant()
    def every_voice_stands_in_one_living_report(self):
        with self.store.reading() as tx:
            living = set(tx.execute(select(reports.c.id).where(reports.c.merged_into.is_(None))).scalars())
        assert set(self._standing().values()) == living

    @invariant()
    def every_code_leads_to_a_living_report(self):
        standing = self._standing()
        for code in self.known:
            row = self.store.report(SYSTEM, code)
            assert row.merged_into is None
            assert standing.get(code, row.id) == row.id

    @invariant()
    def all_that_counts_voices_counts_the_same(self):
        with self.store.reading() as tx:
            rows = tx.execute(
                select(submissions, reports.c.unit).join(reports, submissions.c.report_id == reports.c.id)
            ).all()
        for viewer in VIEWERS:
            mine = [row for row in rows if sees(viewer, row)]
            for report in self.store.queue(viewer):
                here = [row for row in mine if row.report_id == report.id]
                assert report.voices == sum(row.withdrawn_at is None for row in here)
                assert report.voices or report.status == "withdrawn"
                assert [v["code"] for v in self.store.voices(viewer, report.id)] == [row.code for row in here]
            assert {row.report_id for row in mine} == {report.id for report in self.store.queue(viewer)}

    @invariant()
    def confidential_voices_do_not_count_in_public(self):
        queue = self.store.queue(SYSTEM)
        public = self.store.public_voices([report.id for report in queue])
        for report in queue:
            voices = self.store.voices(SYSTEM, report.id)
            hidden = [v for v in voices if v["visibility"] == "rahasia" or v["supervised"]]
            assert report.confidential == bool(hidden)
            assert public[report.id] == sum(v["withdrawn_at"] is None for v in voices if v not in hidden)

    @invariant()
    def the_history_tells_where_each_voice_stands(self):
        told = {}
        with self.store.reading() as tx:
            where = events.c.kind.in_(("opened", "joined", CARRIED))
            for event in tx.execute(select(events).where(where).order_by(events.c.id)):
                told[event.submission_id] = event.report_id
            assert told == dict(tx.execute(select(submissions.c.id, submissions.c.report_id)).all())

    @invariant()
    def a_report_is_as_urgent_and_as_fresh_as_its_voices(self):
        for report in self.store.queue(SYSTEM):
            voices = self.store.voices(SYSTEM, report.id)
            gravest = min((v["urgency"] for v in voices), key=("darurat", "tinggi", "normal").index)
            assert (report.urgency, report.last_voice_at) == (gravest, max(v["sent_at"] for v in voices))


def sees(viewer, row):
    """The rule of who sees a voice, said anew."""
    if viewer.role == "unit_admin":
        return row.unit == viewer.unit
    return viewer.role == "system" or not row.supervised


def test_people_who_regroup_at_random_lose_nobody(migrated_sqlite, desk_on):
    class Town(People):
        template = migrated_sqlite
        open_desk = staticmethod(desk_on)

    quiet = settings(  # shrinking takes minutes: drop `phases` to have it
        max_examples=12,
        stateful_step_count=20,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Town, settings=quiet)
