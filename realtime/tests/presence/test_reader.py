"""When the users of a process that no longer renews its share are gone."""

from channels_realtime.presence.reader import Reader
from channels_realtime.presence.redis import LIFETIME
from channels_realtime.presence.registry import RENEWALS
from channels_realtime.presence.roster import Entry, Roster


def test_the_users_of_a_killed_process_are_gone_before_the_time_is_up_also_on_a_busy_host():
    roster = Roster()
    roster.update("killed", {"alice": Entry(1, 1, "{}")})
    reader = Reader("test.group", None, roster, lambda: None)
    passed = LIFETIME  # at the latest: the share expires just after a renewal of the others
    while roster.members():
        passed += 1 / RENEWALS
        reader.compare({"killed": None})
    assert passed < 0.95
