"""Writing generated pages, and the Markdown that they share."""

from collections.abc import Iterable
from pathlib import Path


def write_pages(folder: Path, pages: dict[str, str]) -> None:
    """Write the pages that differ from those in `folder`, and remove all others."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.md"):
        if path.stem not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(headings), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(map(cell, line))} |\n" for line in lines)


def cell(text: str) -> str:
    """Return text as a cell of a table."""
    return " ".join(text.split()).replace("|", r"\|")


def code(text: str) -> str:
    """Return text as inline code, or nothing for an empty text."""
    return f"`{text}`" if text else ""


def code_block(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{{code-block}} {language}\n{text.rstrip()}\n```\n"


def toctree(names: Iterable[str]) -> str:
    """Return a hidden table of contents."""
    return "```{toctree}\n:hidden:\n\n" + "".join(f"{name}\n" for name in names) + "```\n"
