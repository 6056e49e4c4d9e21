"""The load generator: a process of its own, fast enough to be bored by any server under test."""
