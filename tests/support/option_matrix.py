"""The test matrix: combinations of the options' values, derived from cookiecutter.json."""

import itertools
import json
import random

from support.paths import ROOT

SCHEMA = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))


def list_choices(schema):
    """Return {option: values} for every option with a choice of values, the default first."""
    public = {
        key: value
        for key, value in schema.items()
        if key[0] != "_" and key not in schema["_unrecorded"]
    }
    booleans = {key: [value, not value] for key, value in public.items() if isinstance(value, bool)}
    return {**{key: value for key, value in public.items() if isinstance(value, list)}, **booleans}


def combine(choices):
    """Return all combinations of the values, as answers."""
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


def list_pairs(answers):
    """Return every pair of two answers."""
    return set(itertools.combinations(sorted(answers.items()), 2))


def cover_pairs(choices):
    """Return a few combinations that contain every pair of values of two options.

    The result is always the same.
    """
    combinations, selected = combine(choices), []
    random.Random(0).shuffle(combinations)  # a random order needs fewer combinations
    missing = set().union(*map(list_pairs, combinations))
    while missing:
        selected.append(max(combinations, key=lambda answers: len(missing & list_pairs(answers))))
        missing -= list_pairs(selected[-1])
    return selected


def describe(answers):
    """Return the answers that differ from the defaults, as a name for a test."""
    choices = list_choices(SCHEMA)
    changed = [
        f"{key}={value}".lower() for key, value in answers.items() if value != choices[key][0]
    ]
    return " ".join(changed) or "default"


def to_flags(answers):
    """Return the flags of `chanscaffold new` for some answers."""
    switches = {True: "--{}", False: "--no-{}"}
    pairs = [
        (switches[value].format(key),) if isinstance(value, bool) else (f"--{key}", value)
        for key, value in answers.items()
    ]
    return [word for pair in pairs for word in pair]
