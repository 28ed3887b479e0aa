"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -1.71, "same:spot": 0.0, "inside:spot": 0.12, "unknown:spot": -0.41, "beside:spot": -2.3,
    "apart:spot": -4.68, "same:area": 2.38, "inside:area": 1.24, "unknown:area": 0.0, "beside:area": -0.83,
    "apart:area": -2.46, "same:service": 0.16, "inside:service": 0.38, "unknown:service": 0.0,
    "beside:service": -2.45, "apart:service": -4.03, "name": 1.42, "number": 1.15, "mark": 2.2, "weak_name": 0.0,
    "other_detail:spot": -2.06, "other_detail:area": -1.1, "other_detail:service": -0.51, "other_named:spot": -3.2,
    "other_named:area": -2.17, "other_named:service": -3.0, "other_counted:spot": -3.62, "other_counted:area": -1.11,
    "other_counted:service": -1.56, "other_mark:spot": -0.28, "other_mark:area": -0.63, "other_mark:service": -0.5,
    "kin": -2.75, "rival": -0.14, "other_category": -3.13, "stale": -1.74, "thread": 2.18,
    "thread_elsewhere:spot": 1.61, "thread_elsewhere:area": 1.95, "thread_elsewhere:service": 0.3, "echo": 1.59,
    "too:spot": 0.0, "too:area": 2.08, "too:service": -0.3, "author": 0.8, "point_near": 3.0, "point_far:spot": -3.0,
    "point_far:area": -1.0, "point_far:service": -0.5, "fresh_same:spot": 1.17, "fresh_same:area": 0.85,
    "fresh_same:service": 0.38, "fresh_inside:spot": 0.58, "fresh_inside:area": 0.96, "fresh_inside:service": 0.29,
    "fresh_beside:area": 1.38, "also": 0.67, "only:spot": 1.73, "only:area": 1.85, "only:service": 0.56,
    "words": 2.08, "overlap": 2.5, "no_words:spot": -0.05, "no_words:area": -0.42, "no_words:service": -1.37,
    "contrast:spot": -2.89, "contrast:area": -1.46, "contrast:service": -0.65, "forwarded": 3.0, "photo": 7.0,
    "photo_elsewhere": 4.0, "again": -3.18, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
