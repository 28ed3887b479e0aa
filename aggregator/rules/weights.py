"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.78, "same:spot": 0.57, "inside:spot": 0.68, "unknown:spot": 0.0, "beside:spot": -1.87,
    "apart:spot": -4.19, "same:area": 2.51, "inside:area": 0.0, "unknown:area": 0.0, "beside:area": -2.03,
    "apart:area": -0.66, "same:service": 0.73, "inside:service": 0.06, "unknown:service": 0.0,
    "beside:service": -1.97, "apart:service": -4.53, "name": 0.68, "number": 0.48, "mark": 1.69, "weak_name": 0.0,
    "other_detail:spot": -2.6, "other_detail:area": -0.77, "other_detail:service": -1.2, "other_named:spot": -4.04,
    "other_named:area": -1.83, "other_named:service": -3.0, "other_counted:spot": -2.78, "other_counted:area": -0.81,
    "other_counted:service": -1.89, "other_mark:spot": -1.57, "other_mark:area": -0.24, "other_mark:service": -0.5,
    "kin": -4.5, "faint": -1.34, "faint:here": -0.59, "rival:here": -0.03, "kin:here": -4.71,
    "other_category:here": -2.99, "doubt": -2.06, "doubt:here": -1.67, "laughs": -1.9, "rival": -1.08,
    "other_category": -5.4, "stale": -2.05, "still": 1.63, "thread": 0.67, "thread_elsewhere:spot": 2.2,
    "thread_elsewhere:area": 0.87, "thread_elsewhere:service": 0.28, "echo": 1.28, "too:spot": -1.13,
    "too:area": 1.25, "too:service": -0.3, "author": 0.51, "point_near": 3.0, "point_far:spot": -3.0,
    "point_far:area": -1.0, "point_far:service": -0.5, "fresh_same:spot": 1.81, "fresh_same:area": 0.0,
    "fresh_same:service": 0.4, "fresh_inside:spot": 0.93, "fresh_inside:area": 1.82, "fresh_inside:service": 0.0,
    "fresh_beside:area": 3.73, "also": 0.61, "only:spot": 0.13, "only:area": 1.23, "only:service": 1.24,
    "words": 1.76, "overlap": 0.0, "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.08,
    "contrast:spot": -5.13, "contrast:area": -3.32, "contrast:service": -1.49, "forwarded": 3.0, "photo": 7.0,
    "photo_elsewhere": 4.0, "again": -2.47, "matter": 0.72, "other_matter": -2.75, "same:supply": 2.59,
    "inside:supply": 1.61, "unknown:supply": 0.0, "beside:supply": 0.0, "apart:supply": -1.31,
    "other_detail:supply": -0.26, "other_named:supply": -0.56, "other_counted:supply": -0.82,
    "other_mark:supply": -0.58, "thread_elsewhere:supply": 0.95, "too:supply": 2.91, "point_far:supply": -1.0,
    "fresh_same:supply": 0.0, "fresh_inside:supply": 1.44, "fresh_beside:supply": 1.63, "only:supply": 0.7,
    "no_words:supply": -0.07, "contrast:supply": -4.32, "abroad:spot": -20.0, "abroad:area": -20.0,
    "abroad:supply": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
