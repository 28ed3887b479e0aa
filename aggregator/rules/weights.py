"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -1.71, "same:spot": 0.45, "inside:spot": 0.33, "unknown:spot": -0.09, "beside:spot": -2.14,
    "apart:spot": -4.61, "same:area": 2.15, "inside:area": 0.76, "unknown:area": 0.0, "beside:area": -0.81,
    "apart:area": -1.71, "same:service": 0.66, "inside:service": 0.39, "unknown:service": 0.0,
    "beside:service": -1.94, "apart:service": -4.09, "name": 1.05, "number": 0.89, "mark": 1.91, "weak_name": 0.0,
    "other_detail:spot": -2.13, "other_detail:area": -0.18, "other_detail:service": -0.45, "other_named:spot": -3.61,
    "other_named:area": -1.25, "other_named:service": -3.0, "other_counted:spot": -3.13, "other_counted:area": -0.48,
    "other_counted:service": -1.56, "other_mark:spot": -1.1, "other_mark:area": -0.25, "other_mark:service": -0.5,
    "kin": -3.78, "faint": -1.34, "faint:here": -0.7, "rival:here": 0.0, "kin:here": -2.09,
    "other_category:here": -2.01, "doubt": -2.21, "doubt:here": -1.72, "laughs": -0.85, "rival": -0.43,
    "other_category": -3.95, "stale": -1.84, "still": 1.45, "thread": 1.16, "thread_elsewhere:spot": 1.36,
    "thread_elsewhere:area": 1.13, "thread_elsewhere:service": 0.29, "echo": 0.93, "too:spot": -0.5, "too:area": 0.61,
    "too:service": -0.3, "author": 0.43, "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0,
    "point_far:service": -0.5, "fresh_same:spot": 1.4, "fresh_same:area": 0.0, "fresh_same:service": 0.43,
    "fresh_inside:spot": 0.76, "fresh_inside:area": 1.33, "fresh_inside:service": 0.29, "fresh_beside:area": 1.8,
    "also": 0.61, "only:spot": 1.04, "only:area": 1.5, "only:service": 1.73, "words": 1.46, "overlap": 1.11,
    "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.25, "contrast:spot": -3.04,
    "contrast:area": -1.03, "contrast:service": -0.67, "forwarded": 3.0, "photo": 7.0, "photo_elsewhere": 4.0,
    "again": -2.48, "matter": 0.67, "other_matter": -2.69, "same:supply": 2.19, "inside:supply": 1.38,
    "unknown:supply": 0.0, "beside:supply": -0.07, "apart:supply": -1.69, "other_detail:supply": -0.54,
    "other_named:supply": -0.89, "other_counted:supply": -1.05, "other_mark:supply": -0.35,
    "thread_elsewhere:supply": 1.49, "too:supply": 1.23, "point_far:supply": -1.0, "fresh_same:supply": 0.47,
    "fresh_inside:supply": 1.11, "fresh_beside:supply": 1.68, "only:supply": 1.37, "no_words:supply": -0.4,
    "contrast:supply": -1.68, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:supply": -20.0,
    "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
