"""The progress of background work, for the browsers of its user.

An app of its own, because it has a table: add "channels_realtime.progress" to INSTALLED_APPS. Work
runs in tracking.progress() or aprogress(), in any process. consumers.ProgressConsumer sends it.
"""
