"""Files: the bytes of attachments, sealed, outside of the web's reach, under random names of our own."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from aggregator.store.secrets import Vault

_NAME = re.compile(r"[0-9a-f]{32}")


class BadNameError(ValueError):
    """A name that is none of ours was to be opened as a file."""


class Files:
    """Keeps, reads and removes files below `folder` (made when first needed): `<2 hex>/<32 hex>`, only for the owner."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def write(self, name: str, content: bytes) -> None:
        """Keep a file durably under `name`, whole or not at all; what stood there is replaced."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)  # mkdir gives it to parents by the umask only
        fresh = path.with_name(f"{name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._vault.seal(content))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        for folder in (path.parent, self._folder):
            _sync(folder)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none; raises WrongKeyError."""
        try:
            return self._vault.open(self._path(name).read_bytes())
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is fine."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        for half_written in path.parent.glob(f"{name}.*"):
            half_written.unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The names of what was last written before `moment` (aware), half-written files too."""
        for path in self._folder.glob("??/*"):
            name = path.name.partition(".")[0]
            if _NAME.fullmatch(name) and datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                yield name

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BadNameError(BadNameError.__doc__)
        return self._folder / name[:2] / name


def new_name() -> str:
    """A random name: it tells nothing and cannot be guessed."""
    return secrets.token_hex(16)


def _sync(folder: Path) -> None:
    """Make the entries of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
