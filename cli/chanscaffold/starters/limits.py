"""How much of a starter is read."""

MANIFEST_BYTES = 64 * 1024  # of a starter.toml
FILES = 1000  # below overlay/
NAME_BYTES = 240  # of the name of one of them, with its folders
FILE_BYTES = 4 * 1024 * 1024  # of one of them
TOTAL_BYTES = 16 * 1024 * 1024  # of all of them
CHAIN = 8  # starters that extend each other
FETCH_BYTES = (
    64 * 1024 * 1024
)  # of what git may fetch for one: the newest commit of its repository, packed
