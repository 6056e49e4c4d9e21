"""Parse the text of a TOML file, whatever it contains."""

from __future__ import annotations

from typing import Any

from channels_doctor.support.errors import Refused


def parse_toml_text(content: bytes, file: str) -> dict[str, Any]:
    """Return the root table; Refused, with the name of the file, if the text is invalid.

    A byte order mark, which some editors write, is not part of the text.
    """
    import tomllib

    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
        repr(table)  # ValueError for a number with too many digits for a message
    except RecursionError as error:
        raise Refused(f"{file} is not valid TOML: it is nested too deeply.") from error
    except ValueError as error:
        hint = " (put a pattern between single quotes)" if "Unescaped" in str(error) else ""
        raise Refused(f"{file} is not valid TOML: {error}{hint}.") from error
    return table
