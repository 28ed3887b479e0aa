"""Rasa in its own Python, without HTTP: `rasa_peer.py MODEL ROUNDS` reads a JSON list of texts, one at a time, and prints what it found.

Run by bench/rasa.py with the Python of `.rasa/`; it imports nothing of ours.
"""

import asyncio
import json
import resource
import sys
import time

from rasa.core.agent import Agent

WARM = 20
"""Texts read before the clock starts: TensorFlow traces its graph at the first ones."""


async def main() -> None:
    """Read all texts in every round; the best round counts."""
    agent = Agent.load(sys.argv[1])
    texts, rounds = json.load(sys.stdin), int(sys.argv[2])
    for text in texts[:WARM]:
        await agent.parse_message(text)
    best = least = float("inf")
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        answers = [await agent.parse_message(text) for text in texts]
        best, least = min(best, time.perf_counter() - began), min(least, time.process_time() - used)
    kept = [{"intent": a["intent"], "intent_ranking": a["intent_ranking"]} for a in answers]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    rates = {"rate": len(texts) / best, "cpu_rate": len(texts) / least}
    json.dump({"answers": kept, **rates, "memory": memory}, sys.stdout, default=float)


asyncio.run(main())
