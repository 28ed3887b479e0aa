"""Attachments: the files of messages, noted with them, fetched by job once somebody needs them, and gone with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from aggregator.store.changes import Changes
from aggregator.store.files import new_name
from aggregator.store.jobs import Claimed, add_jobs, finish
from aggregator.store.tables import attachments, conversations, messages, submissions
from connectors.base import Media

_HERE = re.compile(r"[0-9a-f]{32}")
"""The ref of a file that a form of ours has put among our files already: its name there, which nobody can guess."""
_WANTING = attachments.c.state.in_(("owed", "refused"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attachment as whoever brings its file needs it; the file goes under `name`."""

    id: int
    state: str
    """owed | kept | refused | gone."""
    kind: str
    channel: str
    ref: str
    name: str

    @property
    def here(self) -> bool:
        """Whether the file lies under its name already."""
        return self.ref == self.name != ""


class Attachments(Changes):
    """The verbs of attachments."""

    def attach(self, tx: Connection, message_id: int, media: Sequence[Media]) -> None:
        """Note the files of a new message; nothing is fetched yet."""
        rows = [
            {"message_id": message_id, "n": n, "kind": one.kind, "mime": one.mime[:100], "state": "owed"}
            | {"ref": self.vault.seal(one.ref.encode()), "reason": "", "name": _name_here(one.ref), "size": 0}
            for n, one in enumerate(media)
            if one.ref
        ]
        if rows:
            tx.execute(self.insert(attachments).on_conflict_do_nothing(), rows)

    def attach_to_known(self, message_ref: str, media: Sequence[Media]) -> None:
        """Note the files of a message that was taken in without them; once its words are gone, it gets none any more."""
        alive = select(messages.c.id).where(messages.c.ref == message_ref, messages.c.kind == "message")
        alive = alive.where(messages.c.content.is_not(None), messages.c.removed_at.is_(None))
        with self.writing() as tx:
            message_id = tx.execute(alive).scalar_one_or_none()
            if message_id is not None:
                self.attach(tx, message_id, media)

    def want_media(self, tx: Connection, turn_id: int, now: datetime) -> None:
        """Have the files of a turn fetched: somebody will look at it."""
        owed = select(attachments.c.id).join(messages, messages.c.id == attachments.c.message_id)
        owed = owed.where(messages.c.turn_id == turn_id, attachments.c.state == "owed")
        add_jobs(self, tx, [{"task": "media", "subject": str(i), "run_at": now} for i in tx.execute(owed).scalars()])

    def want_media_added(self, tx: Connection, turn_id: int, now: datetime, *, direct: bool) -> None:
        """Have the files of a new message fetched at once: of a private one, or of one added to what is filed."""
        filed = select(submissions.c.id).where(submissions.c.turn_id == turn_id).limit(1)
        if direct or tx.execute(filed).first() is not None:
            self.want_media(tx, turn_id, now)

    def add_media(self, tx: Connection, turn_id: int, submission_id: int) -> None:
        """Let the files of a turn belong to what was filed before it."""
        theirs = attachments.c.message_id.in_(select(messages.c.id).where(messages.c.turn_id == turn_id))
        tx.execute(update(attachments).where(theirs).values(submission_id=submission_id))

    def look_at_media(self, turn_id: int, now: datetime) -> None:
        """Have the files of a turn fetched that was set aside until now; writes only where there is something to fetch."""
        owed = select(attachments.c.id).join(messages, messages.c.id == attachments.c.message_id)
        owed = owed.where(messages.c.turn_id == turn_id, attachments.c.state == "owed").limit(1)
        with self.reading() as tx:
            nothing = tx.execute(owed).first() is None
        if not nothing:
            with self.writing() as tx:
                self.want_media(tx, turn_id, now)

    def wanted(self, attachment_id: int) -> Wanted | None:
        """An attachment with the name for its file, made before the file is: a crash leaves none that nobody knows."""
        return self._wanted(attachments.c.id == attachment_id)

    def wanted_of(self, message_ref: str, n: int) -> Wanted | None:
        """The same for the `n`-th file (from 0) of a message as `ref_of` knows it; of its first edition that has one."""
        message = select(messages.c.id).where(messages.c.ref == message_ref, attachments.c.n == n)
        message = message.join(attachments, attachments.c.message_id == messages.c.id).order_by(messages.c.id).limit(1)
        return self._wanted(attachments.c.message_id == message.scalar_subquery(), attachments.c.n == n)

    def _wanted(self, *which: ColumnElement[bool]) -> Wanted | None:
        columns = select(attachments, conversations.c.channel).where(*which)
        columns = columns.join(messages, messages.c.id == attachments.c.message_id)
        columns = columns.join(conversations, conversations.c.id == messages.c.conversation_id)
        with self.writing() as tx:
            tx.execute(update(attachments).where(*which, _WANTING, attachments.c.name == "").values(name=new_name()))
            row = tx.execute(columns).one_or_none()
        if row is None:
            return None
        ref = self.vault.open(row.ref).decode() if row.ref is not None else ""
        return Wanted(row.id, row.state, row.kind, row.channel, ref, row.name)

    def keep_attachment(
        self, attachment_id: int, mime: str, size: int, now: datetime, job: Claimed | None = None, photo: str = ""
    ) -> bool:
        """Note that the file lies under its name (with the end of `job`); False where it is not wanted any more.

        Where it is a picture with a fingerprint, somebody looks who else shows it.
        """
        kept = {"state": "kept", "reason": "", "ref": None, "mime": mime, "size": size, "photo": photo}
        with self.writing() as tx:
            if job is not None:
                finish(tx, job)
            tx.execute(update(attachments).where(attachments.c.id == attachment_id, _WANTING).values(kept))
            state = tx.execute(select(attachments.c.state).where(attachments.c.id == attachment_id)).scalar()
            if state == "kept" and photo:
                add_jobs(self, tx, [{"task": "alike", "subject": str(attachment_id), "run_at": now}])
        return state == "kept"

    def refuse_attachment(
        self, attachment_id: int, reason: str, job: Claimed | None = None, *, gone: bool = False
    ) -> None:
        """Note that there is no file, and why (with the end of `job`); `gone` where the platform has it no longer."""
        none: dict[str, Any] = {"state": "gone", "ref": None} if gone else {"state": "refused"}
        with self.writing() as tx:
            if job is not None:
                finish(tx, job)
            owed = update(attachments).where(attachments.c.id == attachment_id, attachments.c.state == "owed")
            tx.execute(owed.values(reason=reason, **none))

    def drop_media(self, tx: Connection, said: ColumnElement[bool], now: datetime) -> None:
        """Forget the files of the messages for which `said` holds, and have them removed."""
        theirs = attachments.c.message_id.in_(select(messages.c.id).where(said)), attachments.c.state != "gone"
        gone = update(attachments).where(*theirs).values(state="gone", reason="removed", ref=None, photo="")
        names = [name for name in tx.execute(gone.returning(attachments.c.name)).scalars() if name]
        add_jobs(self, tx, [{"task": "unlink", "subject": name, "run_at": now} for name in names])

    def unclaimed(self, names: Iterable[str]) -> list[str]:
        """Those of these names of files under which no attachment has or awaits one."""
        asked = list(names)
        known = select(attachments.c.name).where(attachments.c.name.in_(asked), attachments.c.state != "gone")
        with self.reading() as tx:
            alive = set(tx.execute(known).scalars())
        return [name for name in asked if name not in alive]


def _name_here(ref: str) -> str:
    """The name of a file that lies here already, else none as yet."""
    return ref if _HERE.fullmatch(ref) else ""
