"""The content that the aliases of a YAML file take over: `*name` and `<<: *name`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from .yaml_lines import Entry

MERGE = "<<"
MAX_ALIASES = 200  # of a file
MAX_ENTRIES = 20_000  # of a file, with the copies


def with_aliases(entries: list[Entry]) -> list[Entry]:
    """Return entries with copies of what their aliases name, on the lines of the originals.

    An entry whose aliases are not all in the file keeps them.
    """
    keys: dict[tuple[str, ...], set[str]] = {}
    for entry in entries:
        keys.setdefault(entry.path[:-1], set()).update(entry.path[-1:])
    found: list[Entry] = []
    anchored: dict[str, Entry] = {}
    budget = MAX_ALIASES
    for entry in entries:
        if entry.anchor:
            anchored[entry.anchor] = entry
        targets = [anchored[name] for name in entry.aliases if name in anchored]
        budget -= len(targets)
        if not targets or len(targets) < len(entry.aliases) or budget < 0:
            found.append(entry)
        else:
            found += _content(entry, targets, found, keys)[: MAX_ENTRIES - len(found)]
    return found


def _content(
    entry: Entry,
    targets: list[Entry],
    before: list[Entry],
    keys: dict[tuple[str, ...], set[str]],
) -> list[Entry]:
    """Return an entry as the content of its aliases; a key of its own wins over a merged one."""
    if entry.path[-1:] != (MERGE,):
        value = entry._replace(value=targets[0].value, aliases=())
        return [value, *_copies(before, targets[0].path, entry.path)]
    base = entry.path[:-1]
    taken = set(keys[base]) - {MERGE}
    found: list[Entry] = []
    for target in targets:
        new = [each for each in _copies(before, target.path, base) if each.path != base]
        found += [each for each in new if each.path[len(base)] not in taken]
        taken |= {each.path[len(base)] for each in new}
    return found


def _copies(entries: list[Entry], path: tuple[str, ...], base: tuple[str, ...]) -> Iterator[Entry]:
    """Yield what is below a path as if it were below another one."""
    for each in entries:
        if each.path[: len(path)] == path and (each.is_item or len(each.path) > len(path)):
            yield each._replace(path=base + each.path[len(path) :], anchor="")
