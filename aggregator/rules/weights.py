"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.18, "same:spot": 0.44, "inside:spot": 0.65, "unknown:spot": -0.87, "beside:spot": -1.94,
    "apart:spot": -5.05, "same:area": 2.34, "inside:area": 0.0, "unknown:area": -0.13, "beside:area": -1.3,
    "apart:area": -3.0, "same:service": 1.21, "inside:service": 0.17, "unknown:service": -0.32,
    "beside:service": -2.34, "apart:service": -2.82, "name": 0.69, "number": 1.07, "mark": 1.22, "weak_name": 0.0,
    "other_detail:spot": -2.2, "other_detail:area": -0.79, "other_detail:service": -0.6, "other_named:spot": -3.86,
    "other_named:area": -2.13, "other_named:service": -3.0, "other_counted:spot": -2.86, "other_counted:area": -0.83,
    "other_counted:service": -1.72, "other_mark:spot": -1.23, "other_mark:area": -0.6, "other_mark:service": -1.17,
    "kin": -4.64, "faint": -1.61, "faint:here": -1.33, "rival:here": -0.13, "kin:here": -4.44,
    "other_category:here": -3.99, "doubt": -1.93, "doubt:here": -0.81, "rival": -1.5, "other_category": -4.79,
    "stale": -1.85, "still": 1.59, "thread": 1.3, "thread_elsewhere:spot": 2.45, "thread_elsewhere:area": 1.39,
    "thread_elsewhere:service": 1.93, "echo": 1.45, "too:spot": -0.78, "too:area": 0.8, "too:service": -0.3,
    "author": 2.59, "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0, "point_far:service": -0.5,
    "fresh_same:spot": 1.02, "fresh_same:area": 0.0, "fresh_same:service": 0.0, "fresh_inside:spot": 0.37,
    "fresh_inside:area": 2.27, "fresh_inside:service": 0.0, "fresh_beside:area": 2.77, "also": 0.24,
    "only:spot": 0.42, "only:area": 0.55, "only:service": 0.76, "words": 1.79, "overlap": 0.21, "no_words:spot": 0.0,
    "no_words:area": 0.0, "no_words:service": -0.5, "contrast:spot": -4.24, "contrast:area": -2.32,
    "contrast:service": -0.1, "forwarded": 3.0, "photo": 9.0, "photo_elsewhere": 4.0, "again": -2.65, "matter": 0.5,
    "other_matter": -2.45, "same:supply": 1.62, "inside:supply": 1.57, "unknown:supply": -0.43,
    "beside:supply": -0.15, "apart:supply": -2.5, "other_detail:supply": -0.71, "other_named:supply": -1.34,
    "other_counted:supply": -0.95, "other_mark:supply": -1.48, "thread_elsewhere:supply": 2.07, "too:supply": 1.99,
    "point_far:supply": -1.0, "fresh_same:supply": 0.31, "fresh_inside:supply": 0.8, "fresh_beside:supply": 1.26,
    "only:supply": 0.8, "no_words:supply": -0.47, "contrast:supply": -3.5, "abroad:spot": -20.0, "abroad:area": -20.0,
    "abroad:supply": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
