"""The names of the groups, in one place for consumers, services and commands."""

FEED = "feed"


def lot_group(lot_id):
    return f"lot_{lot_id}"
