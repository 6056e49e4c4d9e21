"""The sample project with changed files, and the findings of one rule in it."""

from support.sample_projects import examine


def findings(folder, rule, **request):
    """Return the findings of one rule in a folder."""
    return [each for each in examine(folder, **request) if each["rule"] == rule]


def write(folder, **files):
    """Write files; in their names `__` is a slash and `_dot_` a dot."""
    for name, text in files.items():
        target = folder / name.replace("__", "/").replace("_dot_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def change(folder, path, old, new):
    """Replace a text in a file."""
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new))
