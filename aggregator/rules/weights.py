"""How much each kind of evidence weighs when a voice is compared with a report."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "base": -0.14, "same:spot": 0.47, "inside:spot": 0.17, "unknown:spot": -0.9, "beside:spot": -1.98,
    "apart:spot": -5.08, "same:area": 2.18, "inside:area": 0.07, "unknown:area": -0.13, "beside:area": -1.31,
    "apart:area": -3.0, "same:service": 1.18, "inside:service": 0.16, "unknown:service": -0.36,
    "beside:service": -2.35, "apart:service": -2.84, "name": 0.69, "number": 1.06, "mark": 1.21, "weak_name": 0.0,
    "other_detail:spot": -2.19, "other_detail:area": -0.8, "other_detail:service": -0.75, "other_named:spot": -3.78,
    "other_named:area": -2.01, "other_named:service": -3.0, "other_counted:spot": -2.9, "other_counted:area": -0.67,
    "other_counted:service": -1.72, "other_mark:spot": -1.25, "other_mark:area": -0.62, "other_mark:service": -0.97,
    "kin": -4.5, "faint": -1.68, "faint:here": -1.69, "rival:here": -0.15, "kin:here": -4.66,
    "other_category:here": -3.98, "doubt": -1.81, "doubt:here": -0.98, "rival": -1.45,
    "other_category": -5.12, "stale": -1.9, "still": 1.63, "thread": 1.35, "thread_elsewhere:spot": 2.32,
    "thread_elsewhere:area": 1.52, "thread_elsewhere:service": 1.94, "echo": 1.65, "too:spot": -0.69,
    "too:area": 0.77, "too:service": -0.3, "author": 2.57, "point_near": 3.0, "point_far:spot": -3.0,
    "point_far:area": -1.0, "point_far:service": -0.5, "fresh_same:spot": 0.91, "fresh_same:area": 0.0,
    "fresh_same:service": 0.0, "fresh_inside:spot": 0.93, "fresh_inside:area": 2.34, "fresh_inside:service": 0.0,
    "fresh_beside:area": 2.73, "also": 0.25, "only:spot": 0.44, "only:area": 0.7, "only:service": 0.78, "words": 1.81,
    "overlap": 0.19, "no_words:spot": 0.0, "no_words:area": 0.0, "no_words:service": -0.53, "contrast:spot": -4.21,
    "contrast:area": -2.4, "contrast:service": -0.12, "forwarded": 3.0, "photo": 9.0, "photo_elsewhere": 4.0,
    "again": -2.55, "matter": 0.5, "other_matter": -2.46, "same:supply": 1.68, "inside:supply": 1.63,
    "unknown:supply": -0.49, "beside:supply": -0.13, "apart:supply": -2.5, "other_detail:supply": -0.75,
    "other_named:supply": -1.29, "other_counted:supply": -0.92, "other_mark:supply": -1.53,
    "thread_elsewhere:supply": 2.04, "too:supply": 1.98, "point_far:supply": -1.0, "fresh_same:supply": 0.0,
    "fresh_inside:supply": 0.83, "fresh_beside:supply": 1.2, "only:supply": 0.88, "no_words:supply": -0.37,
    "contrast:supply": -3.47, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:supply": -20.0,
    "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on the lines of tests/corpus/stream*.jsonl that are marked fit, by bench/fit_match.py; what lies abroad (another kabupaten) never
matches, by rule and not by fitting."""
