from channels.db import database_sync_to_async

from auctions.models import Bid


async def test_bid_is_shown(client, user, lot, socket):
    await database_sync_to_async(client.force_login)(user)
    communicator = socket(f"/ws/lots/{lot.pk}/")
    connected, _ = await communicator.connect()
    assert connected
    assert (await communicator.receive_json_from())["best"] is None
    await communicator.send_json_to({"action": "bid", "amount": "12.50"})
    assert (await communicator.receive_json_from())["amount"] == "12.50"
    assert await Bid.objects.filter(lot=lot, bidder=user).aexists()
    await communicator.disconnect()


async def test_visitors_are_refused(lot, socket):
    communicator = socket(f"/ws/lots/{lot.pk}/")
    assert await communicator.connect() == (False, 4401)


async def test_feed(lot, socket):
    communicator = socket("/ws/feed/")
    connected, _ = await communicator.connect()
    assert connected
    assert await communicator.receive_json_from() == {"event": "lots", "titles": ["A clock"]}
    await communicator.disconnect()
