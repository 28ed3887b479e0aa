"""The jobs "media" and "unlink": files of messages are fetched, made fit, kept sealed, and removed with their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aggregator.rules.media import Fit, UnfitError, limit_of, made_fit, mime_of
from aggregator.rules.photo import fingerprint
from aggregator.store.attachments import Wanted
from aggregator.store.files import Files, new_name
from aggregator.store.jobs import MAX_TRIES, Claimed
from aggregator.store.store import Store
from connectors.fetch import Fetcher, FetchGone, FetchLater, FetchRefused

STRAY = timedelta(days=1)
"""After which a file that no message has or awaits is removed: a form that was never sent, a crash at a bad moment."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Brings files into the house and out of it."""

    store: Store
    files: Files
    fetchers: Mapping[str, Fetcher]
    """By channel; a channel without one hands nothing out."""
    clock: Callable[[], datetime]
    at: Callable[[str], None]

    def fetch(self, job: Claimed) -> None:
        """Fetch the file of one attachment (the job's subject), or note why there is none."""
        wanted = self.store.wanted(int(job.subject))
        if wanted is None or wanted.state != "owed":
            if wanted is not None and wanted.state == "gone":  # while an earlier try was writing it
                self._remove(wanted)
            self.store.done(job)
            return
        try:
            fit = self._fit(wanted)
        except FetchLater as why:
            self._later(job, wanted, why)
        except (FetchGone, FetchRefused, UnfitError) as why:
            self.store.refuse_attachment(wanted.id, why.reason, job, gone=isinstance(why, FetchGone))
            self._remove(wanted)
        else:
            self._keep(wanted, fit, job)

    def unlink(self, job: Claimed) -> None:
        """Remove the file whose name is the job's subject."""
        self.files.remove(job.subject)
        self.store.done(job)

    def hand_over(
        self, message_ref: str, n: int, content: bytes
    ) -> Literal["kept", "known", "refused", "removed", "unknown"]:
        """Keep a file that an import has at hand, as the `n`-th (from 0) of a message that is taken in already.

        `message_ref` is what `store.ref_of(channel, account, thread, external_id)` gives. "known": it is kept already;
        "removed": its author took it back; "unknown": there is no such message, or it names no such file. Made fit like
        every other; one that cannot be is noted as refused and may be handed over again.
        """
        wanted = self.store.wanted_of(message_ref, n)
        if wanted is None:
            return "unknown"
        if wanted.state not in ("owed", "refused"):
            return "known" if wanted.state == "kept" else "removed"
        try:
            fit = made_fit(content)
        except UnfitError as why:
            self.store.refuse_attachment(wanted.id, why.reason)
            return "refused"
        return "kept" if self._keep(wanted, fit) else "removed"

    def keep_picture(self, content: bytes) -> str:
        """Keep a picture that a form of ours brought, before its message is; its random name, for Media.ref of the message.

        Raises UnfitError (a ValueError: type, size, picture). What no message names within STRAY is removed again.
        """
        fit, name = made_fit(content), new_name()
        if not fit.mime.startswith("image/"):
            raise UnfitError("type")
        self.files.write(name, fit.content)
        return name

    def tidy(self) -> int:
        """Remove the files that nobody has or awaits; returns how many. For the daily sweep."""
        old = list(self.files.older_than(self.clock() - STRAY))
        strays = [name for n in range(0, len(old), 500) for name in self.store.unclaimed(old[n : n + 500])]
        for name in strays:
            self.files.remove(name)
        return len(strays)

    def _fit(self, wanted: Wanted) -> Fit:
        """The file as it is to be kept; raises FetchErrors and UnfitError."""
        if wanted.here:  # it was made fit when the form brought it
            content = self.files.read(wanted.name)
            if content is None:
                raise FetchGone("gone")
            return Fit(content, mime_of(content) or "")
        fetcher = self.fetchers.get(wanted.channel)
        if fetcher is None:
            raise FetchRefused("absent")
        return made_fit(fetcher.fetch(wanted.ref, limit_of(wanted.kind)).content)

    def _keep(self, wanted: Wanted, fit: Fit, job: Claimed | None = None) -> bool:
        """Write the file, then note it; whether it was still wanted by then."""
        if job is None or not wanted.here:
            self.files.write(wanted.name, fit.content)
        self.at("file written")
        kept = self.store.keep_attachment(
            wanted.id, fit.mime, len(fit.content), self.clock(), job, _fingerprint(wanted, fit)
        )
        if not kept:
            self._remove(wanted)
        return kept

    def _later(self, job: Claimed, wanted: Wanted, why: FetchLater) -> None:
        if job.tries >= MAX_TRIES:
            self.store.refuse_attachment(wanted.id, "unreachable", job)
        else:
            self.store.fail(job, why.reason, self.clock(), why.retry_after)

    def _remove(self, wanted: Wanted) -> None:
        if wanted.name:
            self.files.remove(wanted.name)


def _fingerprint(wanted: Wanted, fit: Fit) -> str:
    """By which the same photo is known again; thousands send the same sticker, so it has none."""
    found = fingerprint(fit.content) if fit.mime.startswith("image/") and wanted.kind != "sticker" else None
    return "" if found is None else f"{found:032x}"
