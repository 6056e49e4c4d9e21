"""A later version of the template, and what owners change in their projects, written by hand."""

import re
import shutil

from support.renders import LIBRARY, LIBRARY_SOURCE, TEMPLATE

# (file, text before, text after) in the template; the texts occur once.
CHANGES = (
    ("README.md", "## Start\n", "## Start\n\nRead all of this page first.\n"),
    ("accounts/views.py", '"""Views of django', '"""The views of django'),
    ("config/settings.py", "STATIC_ROOT =", "USE_TZ = True\nSTATIC_ROOT ="),
    ("config/urls.py", '"""The HTTP routes."""', '"""The HTTP routes, by path."""'),
    ("chat/views.py", '"""Phase 1: HTTP.', '"""The first phase: HTTP.'),
    ("deploy/nginx.conf", "", "# A later version.\n"),
    ("pyproject.toml", '"msgspec>=0.20,<1"', '"msgspec>=0.20.0,<1"'),
    (".env.example", "DEBUG=true\n", "DEBUG=true\n# A new variable.\n# NEW_VARIABLE=1\n"),
)
LIBRARY_CHANGE = ("conf.py", '"""The library\'s settings', '"""All settings of the library')
NEW_FILES = {"docs/later.md": "# New\n", "chat/later.py": '"""A new module of the example."""\n'}


def change_template(source, folder):
    """Make the later version of a template."""
    shutil.copytree(source, folder)
    for name, before, after in CHANGES:
        replace(folder / TEMPLATE.name / name, before, after)
    name, before, after = LIBRARY_CHANGE
    replace(folder / "realtime" / "src" / LIBRARY_SOURCE.name / name, before, after)
    for name, text in NEW_FILES.items():
        path = folder / TEMPLATE.name / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def replace(path, before, after):
    """Replace a text that occurs once in a file; an empty one is its beginning."""
    text = path.read_text(encoding="utf-8")
    assert not before or text.count(before) == 1, (path, before)
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


# What owners do. Each function returns the files with a conflict that is true.


def nothing(site, without_example):
    """Change nothing."""
    return []


def add_an_app(site, without_example):
    """Add an app, and list it in the settings."""
    (site / "blog").mkdir()
    (site / "blog" / "__init__.py").touch()
    (site / "blog" / "models.py").write_text('"""The tables of the blog."""\n', encoding="utf-8")
    replace(site / "config" / "settings.py", '    "accounts",\n', '    "accounts",\n    "blog",\n')
    return []


def change_settings(site, without_example):
    """Change and add settings."""
    settings = site / "config" / "settings.py"
    replace(settings, 'TIME_ZONE = "UTC"', 'TIME_ZONE = "Europe/Berlin"')
    replace(settings, 'LOGIN_URL = "login"\n', 'LOGIN_URL = "login"\nOWN_SETTING = 1\n')
    return []


def add_dependencies(site, without_example):
    """Require a package beside one that the later version changes, and one for development."""
    pyproject = site / "pyproject.toml"
    replace(pyproject, '    "msgspec', '    "markupsafe>=3",\n    "msgspec')
    replace(pyproject, '    "mypy>=2,<3",\n', '    "mypy>=2,<3",\n    "packaging>=24",\n')
    return []


def reformat(site, without_example):
    """Write the quotes of a file in another way, also on a line beside a change."""
    path = site / "config" / "urls.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'(?<!")"([^"\n]*)"(?!")', r"'\1'", text), encoding="utf-8")
    return []


def edit_the_library(site, without_example):
    """Change a value in the library."""
    replace(
        site / LIBRARY / "conf.py", "MESSAGE_RATE = Setting(10.0)", "MESSAGE_RATE = Setting(20.0)"
    )
    return []


def delete_deploy(site, without_example):
    """Delete the folder with the guide for a server."""
    shutil.rmtree(site / "deploy")
    return []


def delete_the_example(site, without_example):
    """Delete the example with every line about it."""
    if (site / "chat").exists():
        shutil.rmtree(site / "chat")
        (site / "tests" / "test_chat.py").unlink()
        for name in ("settings.py", "urls.py", "routing.py"):
            shutil.copy(without_example / "config" / name, site / "config" / name)
    return []


def rename_the_example(site, without_example):
    """Give the example another name, and keep its label for the database."""
    if (site / "chat").exists():
        (site / "chat").rename(site / "rooms")
        paths = [*(site / "rooms").rglob("*.py"), *(site / "config").glob("*.py")]
        for path in [*paths, site / "tests" / "test_chat.py"]:
            text = path.read_text(encoding="utf-8")
            text = re.sub(r"\b(from|import) chat\b", r"\1 rooms", text)
            text = re.sub(r"\bchat\.(urls|routing|consumers)\b", r"rooms.\1", text)
            path.write_text(text, encoding="utf-8")
        replace(site / "config" / "settings.py", '    "chat",\n', '    "rooms",\n')
        replace(site / "rooms" / "apps.py", 'name = "chat"', 'name = "rooms"\n    label = "chat"')
    return []


def change_the_same_line(site, without_example):
    """Change the line that the later version changes, too."""
    replace(site / "accounts" / "views.py", '"""Views of django', '"""My views of django')
    return ["accounts/views.py"]


EDITS = (
    nothing,
    add_an_app,
    change_settings,
    add_dependencies,
    reformat,
    edit_the_library,
    delete_deploy,
    delete_the_example,
    rename_the_example,
    change_the_same_line,
)
# What one project can have at once without a conflict.
TOGETHER = (
    add_an_app,
    change_settings,
    add_dependencies,
    edit_the_library,
    delete_deploy,
)
