"""A sample site with the library in its folder, and the messages about that library."""

from channels_doctor.examine.channels.api import PACKAGE
from support.sample_projects import examine, make_project, write_base

FILES = {
    f"{PACKAGE}/__init__.py": b'__version__ = "0.2.0"\n',
    f"{PACKAGE}/hub/hub.py": b"class Hub:\n    pass\n",
    f"{PACKAGE}/static/client.js": b"export {};\n",
    f"{PACKAGE}/data.bin": b"\0\r\n",
    "manage.py": b"# of the project\n",
}
LIBRARY_RULES = {"library-modified", "library-release"}


def make_vendored_site(folder):
    """Make a project with the library and the base as the generator writes them."""
    make_project(folder)
    write_files(folder, {path: data for path, data in FILES.items() if path.startswith(PACKAGE)})
    write_base(folder, FILES)
    return folder


def write_files(folder, files):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def messages(folder, rule="library-modified", **request):
    """Return the messages of a rule about the library; no other rule may find anything."""
    found = examine(folder, **request)
    assert {each["rule"] for each in found} <= LIBRARY_RULES
    return [each["message"] for each in found if each["rule"] == rule]
