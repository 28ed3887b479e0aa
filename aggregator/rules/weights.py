"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.43, "same:spot": 0.38, "inside:spot": 0.38, "unknown:spot": -0.27, "beside:spot": -2.28,
    "apart:spot": -4.61, "same:area": 2.1, "inside:area": 0.07, "unknown:area": -0.07, "beside:area": -1.37,
    "apart:area": -3.0, "same:service": 0.61, "inside:service": 0.01, "unknown:service": 0.0, "beside:service": -2.22,
    "apart:service": -4.32, "name": 0.74, "number": 0.53, "mark": 1.66, "weak_name": 0.0, "other_detail:spot": -2.52,
    "other_detail:area": -0.53, "other_detail:service": -0.72, "other_named:spot": -3.89, "other_named:area": -1.66,
    "other_named:service": -3.0, "other_counted:spot": -2.92, "other_counted:area": -0.38,
    "other_counted:service": -1.67, "other_mark:spot": -1.53, "other_mark:area": -0.34, "other_mark:service": -0.5,
    "kin": -4.24, "faint": -1.45, "faint:here": -0.54, "rival:here": -0.01, "kin:here": -3.54,
    "other_category:here": -2.76, "doubt": -1.4, "doubt:here": -1.26, "laughs": -1.56, "rival": -0.93,
    "other_category": -4.56, "stale": -1.99, "still": 1.49, "thread": 0.68, "thread_elsewhere:spot": 1.74,
    "thread_elsewhere:area": 0.9, "thread_elsewhere:service": 0.29, "echo": 1.31, "too:spot": -0.73, "too:area": 0.77,
    "too:service": -0.3, "author": 0.46, "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0,
    "point_far:service": -0.5, "fresh_same:spot": 1.6, "fresh_same:area": 0.0, "fresh_same:service": 0.42,
    "fresh_inside:spot": 0.88, "fresh_inside:area": 1.29, "fresh_inside:service": 0.0, "fresh_beside:area": 2.29,
    "also": 0.55, "only:spot": 0.14, "only:area": 1.13, "only:service": 1.05, "words": 1.63, "overlap": 0.0,
    "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.28, "contrast:spot": -4.16,
    "contrast:area": -2.16, "contrast:service": -0.99, "forwarded": 3.0, "photo": 9.0, "photo_elsewhere": 4.0,
    "again": -2.51, "matter": 0.76, "other_matter": -2.78, "same:supply": 2.13, "inside:supply": 1.39,
    "unknown:supply": -0.21, "beside:supply": -0.3, "apart:supply": -2.5, "other_detail:supply": -0.51,
    "other_named:supply": -0.72, "other_counted:supply": -0.85, "other_mark:supply": -0.42,
    "thread_elsewhere:supply": 1.11, "too:supply": 2.27, "point_far:supply": -1.0, "fresh_same:supply": 0.06,
    "fresh_inside:supply": 1.47, "fresh_beside:supply": 1.42, "only:supply": 0.76, "no_words:supply": -0.09,
    "contrast:supply": -3.09, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:supply": -20.0,
    "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
