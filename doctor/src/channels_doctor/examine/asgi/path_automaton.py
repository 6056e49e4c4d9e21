"""Finite automata that accept paths, and the paths that two of them share."""

from __future__ import annotations

from typing import FrozenSet, Iterator, Optional, Tuple

# One letter represents all letters beyond ASCII.
ALPHABET = frozenset(map(chr, range(33, 127))) | {"é"}
SEGMENT = ALPHABET - {"/"}
MAX_STATES = 2_000
MAX_REPEATS = 60  # of one character; more counts as any number
SAMPLE_LENGTHS = (1, 2, 5)  # of what repeats without an end

Characters = FrozenSet[str]
# The characters that lead to a state, None for a step without a character.
Step = Tuple[Optional[Characters], int]


class TooComplexError(Exception):
    """A pattern has more states than the limit, or syntax that no automaton expresses."""


class PathAutomaton:
    """An automaton that is built piece by piece; its last state is the accepting one.

    `is_exact` says that it accepts no path which the pattern refuses.
    """

    def __init__(self) -> None:
        self.steps: list[list[Step]] = [[]]
        self.is_exact = True

    @property
    def end(self) -> int:
        """Return the accepting state, behind which the next piece begins."""
        return len(self.steps) - 1

    def add_state(self) -> int:
        """Add a state that no step leads to, and return it."""
        if len(self.steps) >= MAX_STATES:
            raise TooComplexError
        self.steps.append([])
        return self.end

    def add_step(self, start: int, characters: Characters | None, target: int) -> None:
        """Add a step between two states."""
        self.steps[start].append((characters, target))

    def add_text(self, text: str) -> None:
        """Add a text that a path has exactly so."""
        for character in text:
            self.add_characters(frozenset({character}))

    def add_characters(self, characters: Characters) -> None:
        """Add one character out of several."""
        start = self.end
        self.add_step(start, characters, self.add_state())

    def add_any(self, characters: Characters) -> None:
        """Add any number of characters, also none."""
        start = self.end
        self.add_step(start, characters, start)
        self.add_step(start, None, self.add_state())

    def closure(self, states: set[int]) -> set[int]:
        """Return states and those that are reached from them without a character."""
        waiting, found = list(states), set(states)
        while waiting:
            for characters, target in self.steps[waiting.pop()]:
                if characters is None and target not in found:
                    found.add(target)
                    waiting.append(target)
        return found

    def accepts(self, path: str) -> bool:
        """Return whether a path is accepted."""
        states = self.closure({0})
        for character in path:
            states = self.closure(
                {
                    target
                    for state in states
                    for characters, target in self.steps[state]
                    if characters is not None and character in characters
                }
            )
        return self.end in states

    def shares_a_path_with(self, other: PathAutomaton) -> bool:
        """Return whether some path is accepted by both automata."""
        waiting, seen = [(0, 0)], {(0, 0)}
        while waiting:
            pair = waiting.pop()
            if pair == (self.end, other.end):
                return True
            for each in self._joint_steps(other, *pair):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return False

    def _joint_steps(
        self, other: PathAutomaton, own: int, others: int
    ) -> Iterator[tuple[int, int]]:
        yield from ((target, others) for each, target in self.steps[own] if each is None)
        yield from ((own, target) for each, target in other.steps[others] if each is None)
        for characters, target in self.steps[own]:
            for other_characters, other_target in other.steps[others]:
                if characters and other_characters and characters & other_characters:
                    yield target, other_target

    def samples(self) -> Iterator[str]:
        """Yield accepted paths: one for each character that some place may have, and length."""
        choices = [each for steps in self.steps for each, _ in steps if each and len(each) > 1]
        characters = sorted(frozenset().union(*choices)) or [""]
        for length in SAMPLE_LENGTHS:
            for character in characters:
                path = self._sample(character, length)
                if path is not None:
                    yield path

    def _sample(self, wanted: str, length: int) -> str | None:
        """Return an accepted path that prefers a character, None when there is none."""
        # Each entry is a state, the path to it, and how often a loop was taken there.
        waiting: list[tuple[int, str, int]] = [(0, "", 0)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            state, path, taken = waiting.pop()
            if state == self.end:
                return path
            if (state, taken) in seen:
                continue
            seen.add((state, taken))
            for characters, target in self._in_order(state, taken < length):
                if characters is None:
                    waiting.append((target, path, 0))
                else:
                    each = wanted if wanted in characters else min(characters)
                    waiting.append((target, path + each, taken + 1 if target == state else 0))
        return None

    def _in_order(self, state: int, takes_loop: bool) -> list[Step]:
        """Return the steps from a state, the one that a sample prefers last."""
        loops = [each for each in self.steps[state] if each[1] == state]
        others = [each for each in self.steps[state] if each[1] != state]
        return others + loops if takes_loop else others
