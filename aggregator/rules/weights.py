"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -1.58, "same:spot": 0.0, "inside:spot": 0.0, "unknown:spot": -0.46, "beside:spot": -2.16,
    "apart:spot": -4.77, "same:area": 2.34, "inside:area": 1.01, "unknown:area": 0.0, "beside:area": -1.1,
    "apart:area": -2.62, "same:service": 0.06, "inside:service": 0.8, "unknown:service": -0.06,
    "beside:service": -2.12, "apart:service": -4.06, "name": 1.51, "number": 1.1, "mark": 2.18, "weak_name": 0.0,
    "other_detail:spot": -2.03, "other_detail:area": -1.15, "other_detail:service": -0.55, "other_named:spot": -3.16,
    "other_named:area": -2.1, "other_named:service": -3.0, "other_counted:spot": -3.62, "other_counted:area": -1.2,
    "other_counted:service": -1.58, "other_mark:spot": -0.31, "other_mark:area": -0.32, "other_mark:service": -0.05,
    "kin": -2.49, "rival": -0.53, "other_category": -2.24, "stale": -1.6, "thread": 2.26,
    "thread_elsewhere:spot": 1.46, "thread_elsewhere:area": 1.97, "thread_elsewhere:service": 0.75, "echo": 1.86,
    "too:spot": 0.0, "too:area": 2.03, "too:service": 0.0, "author": 0.8, "point_near": 3.0, "point_far:spot": -3.0,
    "point_far:area": -1.0, "point_far:service": -0.5, "fresh_same:spot": 1.03, "fresh_same:area": 0.77,
    "fresh_same:service": 0.32, "fresh_inside:spot": 0.56, "fresh_inside:area": 0.9, "fresh_inside:service": 0.31,
    "fresh_beside:area": 1.35, "also": 0.5, "only:spot": 1.71, "only:area": 1.83, "only:service": 0.7, "words": 2.03,
    "overlap": 2.35, "no_words:spot": -0.06, "no_words:area": -0.59, "no_words:service": -1.13,
    "contrast:spot": -2.55, "contrast:area": -1.52, "contrast:service": -0.7, "forwarded": 3.0, "photo": 7.0,
    "photo_elsewhere": 4.0, "again": -3.23, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
