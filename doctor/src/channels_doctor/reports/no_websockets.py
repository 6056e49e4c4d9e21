"""What the reports say of a project without WebSockets, in which the rules find little."""

NO_WEBSOCKETS = (
    "The project has no WebSocket consumer and no WebSocket route, so there was little to examine. "
    "docs/guides/existing-site.md and https://channels.readthedocs.io/en/stable/tutorial/ add them."
)
