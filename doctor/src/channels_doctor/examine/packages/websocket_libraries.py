"""The distributions that give uvicorn a WebSocket library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .installs import Installed

LIBRARIES = {"websockets", "wsproto"}
# Distributions that require websockets, by the first words of their names.
BRING_LIBRARY = re.compile(
    r"^(fastapi\[|channels-realtime\[|gradio|web3|python-socketio|google-genai|supabase|realtime|"
    r"deepgram|alpaca|binance|yfinance|streamlit|jupyter|home|sanic|mcp|ccxt|langgraph|litellm|"
    r"playwright|pyppeteer|solana|xrpl|slack|discord|openai\[|hypercorn|quart)"
)


def is_library(package: Installed) -> bool:
    """Return whether a distribution is, or brings, a WebSocket library for uvicorn."""
    has_extra = package.name == "uvicorn" and "standard" in package.extras
    full_name = package.name + ("[" if package.extras else "")
    return has_extra or package.name in LIBRARIES or bool(BRING_LIBRARY.match(full_name))
