"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -1.54, "same:spot": 0.19, "inside:spot": 0.03, "unknown:spot": -1.12, "beside:spot": -2.36,
    "apart:spot": -5.11, "same:area": 3.17, "inside:area": 1.86, "unknown:area": -0.21, "beside:area": -0.14,
    "apart:area": -2.72, "same:service": 0.1, "inside:service": 0.44, "unknown:service": -0.49,
    "beside:service": -2.06, "apart:service": -4.03, "name": 1.16, "number": 1.55, "mark": 2.7, "weak_name": 0.0,
    "other_detail:spot": -2.02, "other_detail:area": -0.92, "other_detail:service": -0.21, "other_named:spot": -3.51,
    "other_named:area": -1.06, "other_named:service": -3.0, "other_counted:spot": -3.51, "other_counted:area": -0.81,
    "other_counted:service": -1.78, "other_mark:spot": -1.1, "other_mark:area": -0.13, "other_mark:service": -0.5,
    "kin": -1.99, "other_category": -2.45, "stale": -1.75, "thread": 1.73, "thread_elsewhere:spot": 1.33,
    "thread_elsewhere:area": 2.02, "thread_elsewhere:service": 0.3, "echo": 1.32, "too:spot": -0.4, "too:area": 1.16,
    "too:service": -0.3, "author": 0.8, "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0,
    "point_far:service": -0.5, "words": 2.08, "overlap": 3.89, "no_words": -0.57, "forwarded": 3.0, "again": -4.12, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on tests/corpus/stream.jsonl (split fit) by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
