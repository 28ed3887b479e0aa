"""Announcements over Redis Streams: wakes one of many workers at once. The jobs table stays the truth."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from typing import Any

import redis
import redis.asyncio

STREAM = "elapor:jobs"
GROUP = "workers"
AT_MOST = 10_000
"""Announcements kept; a lost one costs a worker's idle second, no job."""
BLOCK_MS = 5_000
log = logging.getLogger("elapor.streams")


class Announcer:
    """Says that there are new jobs; a Redis that is away is no error."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def announce(self) -> None:
        """One announcement, for one worker."""
        try:
            self._redis.xadd(STREAM, {"new": "1"}, maxlen=AT_MOST, approximate=True)
        except redis.RedisError as error:
            log.warning("announcement lost: %s", type(error).__name__)

    def close(self) -> None:
        """Give back the connection."""
        self._redis.close()


async def listen(url: str, wake: Callable[[], None]) -> None:
    """Call `wake` upon each announcement that falls to this worker, for ever; outlives a Redis that comes and goes."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    client = redis.asyncio.Redis.from_url(url, socket_timeout=BLOCK_MS / 1000 + 5)
    try:
        while True:
            try:
                await _ensure_group(client)
                if await _heard(client, name):
                    wake()
            except redis.RedisError as error:
                log.warning("not listening: %s", type(error).__name__)
                await asyncio.sleep(1)
    finally:
        await client.aclose()


async def _ensure_group(client: redis.asyncio.Redis) -> None:
    try:
        await client.xgroup_create(STREAM, GROUP, id="$", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


async def _heard(client: redis.asyncio.Redis, name: str) -> bool:
    """Wait for announcements and take them off the stream together with their acknowledgement."""
    told: Any = await client.xreadgroup(GROUP, name, {STREAM: ">"}, count=100, block=BLOCK_MS)
    ids = [identity for _, entries in told or () for identity, _ in entries]
    if ids:
        async with client.pipeline(transaction=True) as pipe:
            pipe.xack(STREAM, GROUP, *ids)
            pipe.xdel(STREAM, *ids)
            await pipe.execute()
    return bool(ids)
