"""The part that runs in the project's own interpreter (3.8 or newer), with its Django and its code.

It needs the standard library and Django alone, and trusts nothing of what it imports: the process may end at any point,
so each stage's facts are on disk before the next stage begins.
"""
