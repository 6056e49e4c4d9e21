"""The sample project with replaced files, and the severities of one rule's findings in it."""

from support.sample_projects import SAMPLE_PROJECT, examine, make_project


def write(folder, files):
    make_project(folder)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


def report(folder, files, rule, **request):
    """Return the severities that one rule reports for the sample project with replaced files."""
    return [
        each["severity"]
        for each in examine(write(folder, files), **request)
        if each["rule"] == rule
    ]


def settings(*lines):
    """Return the sample project's settings with appended lines."""
    return {
        "config/settings.py": "\n".join(
            [(SAMPLE_PROJECT / "config/settings.py").read_text(), *lines, ""]
        )
    }


POSTGRES = '{"ENGINE": "django.db.backends.postgresql", "NAME": "x"'
