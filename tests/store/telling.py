"""A town whose citizens write to the bot: the real pipeline and dialogue, with a clock that is given."""

from __future__ import annotations

from datetime import timedelta

from bots import wording


class Town:
    """`tell` lets somebody write, `file` report; `now` goes on by ten minutes each time unless `after` says otherwise."""

    def __init__(self, program):
        self.program, self.store, self.now = program, program.app.store, program.desk.now

    def tell(self, author, text="", after=timedelta(minutes=10), **more):
        """Let somebody write; gives what is answered."""
        self.now += after
        before = {row["key"] for row in self.store.outbox()}
        said = self.program.desk.said(text, author=author, thread=author.id, sent_at=self.now, **more)
        self.program.hear(said, now=self.now)
        new = [row for row in self.store.outbox() if row["key"] not in before and row["kind"] == "answer"]
        return wording.render(new[0]["say"]["key"], new[0]["say"]["params"], "id") if new else ""

    def file(self, author, text="jalan rusak"):
        """Let somebody report; gives the row of the submission."""
        self.tell(author, text)
        return self.newest()

    def newest(self):
        """The submission that was filed last."""
        with self.store.reading() as tx:
            code = tx.exec_driver_sql("SELECT code FROM submission ORDER BY id DESC LIMIT 1").scalar()
        return self.store.submission(code)
