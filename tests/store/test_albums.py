"""Albums: pictures that come alone are answered together, whichever of their jobs is done first."""

from datetime import timedelta

import pytest

from connectors.base import Media


@pytest.mark.parametrize("read_at_once", [(), (0,), (1,), (0, 1), (0, 1, 2)])
def test_an_album_is_answered_once_whenever_its_pictures_are_read(program, read_at_once):
    """Its caption alone is a complete complaint, and each picture is a delivery of its own."""
    desk, app = program.desk, program.app
    for n, caption in enumerate(("jalan rusak di Handil Bakti", "", "")):
        app.now = desk.now + n * timedelta(seconds=0.3)
        picture = desk.said(caption, album="album", media=(Media("photo", f"file-{n}"),), sent_at=app.now)
        desk.deliver(picture, now=app.now)
        for job in app.store.claim(app.now, tasks=("turn",)) if n in read_at_once else ():
            app.turn(job)
    program.work()
    (answer,) = app.store.outbox()
    assert answer["say"]["key"].startswith("filed")
    assert app.store.summary()["submissions"] == 1
