"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.77, "same:spot": 0.57, "inside:spot": 0.67, "unknown:spot": 0.0, "beside:spot": -1.88,
    "apart:spot": -4.19, "same:area": 2.52, "inside:area": 0.0, "unknown:area": 0.0, "beside:area": -2.03,
    "apart:area": -0.67, "same:service": 0.74, "inside:service": 0.05, "unknown:service": 0.0,
    "beside:service": -1.97, "apart:service": -4.53, "name": 0.68, "number": 0.48, "mark": 1.68, "weak_name": 0.0,
    "other_detail:spot": -2.61, "other_detail:area": -0.78, "other_detail:service": -1.2, "other_named:spot": -4.04,
    "other_named:area": -1.84, "other_named:service": -3.0, "other_counted:spot": -2.78, "other_counted:area": -0.8,
    "other_counted:service": -1.88, "other_mark:spot": -1.58, "other_mark:area": -0.24, "other_mark:service": -0.5,
    "kin": -4.5, "faint": -1.34, "faint:here": -0.57, "rival:here": -0.01, "kin:here": -4.72,
    "other_category:here": -2.98, "doubt": -1.36, "doubt:here": -1.21, "laughs": -1.9, "rival": -1.08,
    "other_category": -5.39, "stale": -2.05, "still": 1.62, "thread": 0.69, "thread_elsewhere:spot": 2.21,
    "thread_elsewhere:area": 0.88, "thread_elsewhere:service": 0.28, "echo": 1.29, "too:spot": -1.11,
    "too:area": 1.23, "too:service": -0.3, "author": 0.53, "point_near": 3.0, "point_far:spot": -3.0,
    "point_far:area": -1.0, "point_far:service": -0.5, "fresh_same:spot": 1.82, "fresh_same:area": 0.0,
    "fresh_same:service": 0.39, "fresh_inside:spot": 0.94, "fresh_inside:area": 1.83, "fresh_inside:service": 0.0,
    "fresh_beside:area": 3.73, "also": 0.61, "only:spot": 0.12, "only:area": 1.22, "only:service": 1.24,
    "words": 1.76, "overlap": 0.0, "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.08,
    "contrast:spot": -5.13, "contrast:area": -3.32, "contrast:service": -1.48, "forwarded": 3.0, "photo": 7.0,
    "photo_elsewhere": 4.0, "again": -2.47, "matter": 0.72, "other_matter": -2.77, "same:supply": 2.57,
    "inside:supply": 1.61, "unknown:supply": 0.0, "beside:supply": -0.01, "apart:supply": -1.31,
    "other_detail:supply": -0.27, "other_named:supply": -0.54, "other_counted:supply": -0.83,
    "other_mark:supply": -0.59, "thread_elsewhere:supply": 0.97, "too:supply": 2.91, "point_far:supply": -1.0,
    "fresh_same:supply": 0.0, "fresh_inside:supply": 1.42, "fresh_beside:supply": 1.64, "only:supply": 0.71,
    "no_words:supply": -0.07, "contrast:supply": -4.33, "abroad:spot": -20.0, "abroad:area": -20.0,
    "abroad:supply": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
