"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.6, "same:spot": 0.49, "inside:spot": 0.47, "unknown:spot": -0.13, "beside:spot": -2.13,
    "apart:spot": -4.47, "same:area": 2.22, "inside:area": 0.16, "unknown:area": 0.0, "beside:area": -1.29,
    "apart:area": -3.0, "same:service": 0.69, "inside:service": 0.12, "unknown:service": 0.0, "beside:service": -2.09,
    "apart:service": -4.28, "name": 0.76, "number": 0.56, "mark": 1.68, "weak_name": 0.0, "other_detail:spot": -2.49,
    "other_detail:area": -0.48, "other_detail:service": -0.72, "other_named:spot": -3.87, "other_named:area": -1.63,
    "other_named:service": -3.0, "other_counted:spot": -2.91, "other_counted:area": -0.35,
    "other_counted:service": -1.66, "other_mark:spot": -1.51, "other_mark:area": -0.31, "other_mark:service": -0.5,
    "kin": -4.24, "faint": -1.45, "faint:here": -0.53, "rival:here": -0.01, "kin:here": -3.54,
    "other_category:here": -2.73, "doubt": -1.37, "doubt:here": -1.26, "laughs": -1.56, "rival": -0.93,
    "other_category": -4.55, "stale": -1.96, "still": 1.5, "thread": 0.7, "thread_elsewhere:spot": 1.74,
    "thread_elsewhere:area": 0.91, "thread_elsewhere:service": 0.29, "echo": 1.3, "too:spot": -0.73, "too:area": 0.77,
    "too:service": -0.3, "author": 0.47, "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0,
    "point_far:service": -0.5, "fresh_same:spot": 1.64, "fresh_same:area": 0.0, "fresh_same:service": 0.48,
    "fresh_inside:spot": 0.94, "fresh_inside:area": 1.35, "fresh_inside:service": 0.0, "fresh_beside:area": 2.36,
    "also": 0.55, "only:spot": 0.15, "only:area": 1.15, "only:service": 1.08, "words": 1.63, "overlap": 0.0,
    "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.26, "contrast:spot": -4.14,
    "contrast:area": -2.16, "contrast:service": -0.99, "forwarded": 3.0, "photo": 9.0, "photo_elsewhere": 4.0,
    "again": -2.49, "matter": 0.74, "other_matter": -2.78, "same:supply": 2.27, "inside:supply": 1.49,
    "unknown:supply": -0.06, "beside:supply": -0.19, "apart:supply": -1.58, "other_detail:supply": -0.5,
    "other_named:supply": -0.73, "other_counted:supply": -0.84, "other_mark:supply": -0.43,
    "thread_elsewhere:supply": 1.06, "too:supply": 2.05, "point_far:supply": -1.0, "fresh_same:supply": 0.1,
    "fresh_inside:supply": 1.53, "fresh_beside:supply": 1.52, "only:supply": 0.77, "no_words:supply": -0.14,
    "contrast:supply": -3.08, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:supply": -20.0,
    "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
