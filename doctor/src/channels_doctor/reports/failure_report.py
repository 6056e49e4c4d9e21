"""The report of an examination that was refused, or that examined nothing."""

from __future__ import annotations

import json

import click

from channels_doctor.reports.github_report import escape_data
from channels_doctor.support import signals


def failure_report(error: Exception, form: str) -> str:
    """Return the error as a JSON object or as an annotation, "" for text."""
    message, code = f"{type(error).__name__}: {error}", signals.get_exit_code()
    if isinstance(error, click.ClickException):
        message, code = error.format_message(), error.exit_code
    if form == "json":
        return json.dumps({"error": message, "exit_code": code, "findings": []}, indent=2)
    return f"::error title=channels-doctor::{escape_data(message)}" if form == "github" else ""
