"""The channel layer: its configuration from one URL, and the names of its groups.

This package can be imported before Django's settings are configured.
"""

from channels_realtime.layers.config import channel_layers_from_url
from channels_realtime.layers.groups import group_name

__all__ = ["channel_layers_from_url", "group_name"]
