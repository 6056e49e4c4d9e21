"""Generate Django projects that speak WebSocket, installed, migrated and proven to answer."""
