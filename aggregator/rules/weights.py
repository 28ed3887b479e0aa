"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.74, "same:spot": 0.58, "inside:spot": 0.57, "unknown:spot": -0.01, "beside:spot": -2.01,
    "apart:spot": -4.36, "same:area": 2.41, "inside:area": 0.27, "unknown:area": 0.0, "beside:area": -1.14,
    "apart:area": -1.0, "same:service": 0.75, "inside:service": 0.18, "unknown:service": 0.0, "beside:service": -2.0,
    "apart:service": -4.25, "name": 0.74, "number": 0.57, "mark": 1.71, "weak_name": 0.0, "other_detail:spot": -2.48,
    "other_detail:area": -0.68, "other_detail:service": -0.71, "other_named:spot": -3.87, "other_named:area": -1.65,
    "other_named:service": -3.0, "other_counted:spot": -2.89, "other_counted:area": -0.65,
    "other_counted:service": -1.66, "other_mark:spot": -1.49, "other_mark:area": -0.46, "other_mark:service": -0.5,
    "kin": -4.24, "faint": -1.28, "faint:here": -0.52, "rival:here": 0.0, "kin:here": -3.56,
    "other_category:here": -2.75, "doubt": -1.42, "doubt:here": -1.25, "laughs": -1.55, "rival": -1.02,
    "other_category": -4.87, "stale": -1.99, "still": 1.55, "thread": 0.7, "thread_elsewhere:spot": 1.73,
    "thread_elsewhere:area": 0.82, "thread_elsewhere:service": 0.29, "echo": 1.32, "too:spot": -0.74,
    "too:area": 0.75, "too:service": -0.3, "author": 0.51, "point_near": 3.0, "point_far:spot": -3.0,
    "point_far:area": -1.0, "point_far:service": -0.5, "fresh_same:spot": 1.66, "fresh_same:area": 0.0,
    "fresh_same:service": 0.5, "fresh_inside:spot": 0.92, "fresh_inside:area": 1.43, "fresh_inside:service": 0.0,
    "fresh_beside:area": 2.44, "also": 0.58, "only:spot": 0.17, "only:area": 1.17, "only:service": 1.11,
    "words": 1.69, "overlap": 0.0, "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.21,
    "contrast:spot": -4.15, "contrast:area": -2.11, "contrast:service": -0.99, "forwarded": 3.0, "photo": 9.0,
    "photo_elsewhere": 5.0, "again": -2.49, "matter": 0.74, "other_matter": -2.77, "same:supply": 2.44,
    "inside:supply": 1.54, "unknown:supply": 0.0, "beside:supply": -0.07, "apart:supply": -1.45,
    "other_detail:supply": -0.45, "other_named:supply": -0.68, "other_counted:supply": -0.85,
    "other_mark:supply": -0.41, "thread_elsewhere:supply": 1.02, "too:supply": 2.07, "point_far:supply": -1.0,
    "fresh_same:supply": 0.05, "fresh_inside:supply": 1.41, "fresh_beside:supply": 1.54, "only:supply": 0.73,
    "no_words:supply": -0.09, "contrast:supply": -3.08, "abroad:spot": -20.0, "abroad:area": -20.0,
    "abroad:supply": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
