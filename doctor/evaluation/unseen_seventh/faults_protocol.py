"""Faults in what a consumer sends and when, and in its life."""

from case import Fault

EDITS = {
    "mysite/settings.py": [('    "chat",\n', '    "chat",\n    "play",\n')],
    "mysite/asgi.py": [
        (
            "from chat.routing import websocket_urlpatterns  # noqa: E402",
            "from chat.routing import websocket_urlpatterns as chat_sockets  # noqa: E402\n"
            "from play.routing import websocket_urlpatterns as play_sockets  # noqa: E402",
        ),
        ("URLRouter(websocket_urlpatterns)", "URLRouter(chat_sockets + play_sockets)"),
    ],
    "play/__init__.py": "",
}
ROUTING = """from django.urls import path

from .consumers import %s

websocket_urlpatterns = [path("ws/play/%s", %s.as_asgi(%s))]
"""


def play(name, shape, anchor, consumers, route="", arguments="", base="tutorial", **files):
    """Return a fault in the consumers of the app "play"; the last class is the one of the route."""
    consumer = consumers.rpartition("\nclass ")[2].partition("(")[0]
    routing = ROUTING % (consumer, route, consumer, arguments)
    edits = {**EDITS, "play/consumers.py": consumers, "play/routing.py": routing}
    edits |= {f"play/{key}.py": text for key, text in files.items()}
    paths = ("play/routing.py",) if arguments else ()
    return Fault(name, shape, base, edits, "play/consumers.py", anchor, paths)


LOBBY = """from channels.generic.websocket import AsyncJsonWebsocketConsumer

RULES = {"players": 4, "rounds": 13}


class LobbyConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.player = self.scope["user"].get_username() or "guest"
        await self.greet()
        await self.accept()

    async def greet(self):
        await self.send_json({"hello": self.player, "rules": RULES})
"""

TEAPOT = '''from channels.generic.websocket import AsyncWebsocketConsumer

FORBIDDEN = 403


class TableConsumer(AsyncWebsocketConsumer):
    """A table in the club room: watching is for all, playing for members."""

    async def receive(self, text_data=None, bytes_data=None):
        if not self.scope["user"].is_authenticated:
            await self.close(code=FORBIDDEN)
            return
        await self.send(text_data=text_data)
'''

TWICE = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class GameConsumer(AsyncJsonWebsocketConsumer):
    """What all our games share: they are open for everybody."""

    async def connect(self):
        await self.accept()


class ChessConsumer(GameConsumer):
    async def connect(self):
        await super().connect()
        self.moves = 0
        await self.accept()

    async def receive_json(self, content, **kwargs):
        self.moves += 1
        await self.send_json({"moves": self.moves})
'''

INIT = """from channels.generic.websocket import AsyncJsonWebsocketConsumer


class MemoryConsumer(AsyncJsonWebsocketConsumer):
    def __init__(self, *args, **kwargs):
        self.turned = []
        self.pairs = 0

    async def receive_json(self, content, **kwargs):
        self.turned.append(content.get("card"))
        if len(self.turned) == 2:
            self.pairs += self.turned[0] == self.turned[1]
            self.turned.clear()
        await self.send_json({"pairs": self.pairs})
"""

LEAVE = """import logging

from channels.generic.websocket import AsyncJsonWebsocketConsumer

logger = logging.getLogger(__name__)


class SpectatorConsumer(AsyncJsonWebsocketConsumer):
    groups = ["spectators"]

    async def websocket_disconnect(self, message):
        logger.info("A spectator left with %s", message["code"])

    async def match_score(self, event):
        await self.send_json({"home": event["home"], "away": event["away"]})
"""

MIXIN = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class MembersOnly:
    """Refuses the handshake of everybody who is not logged in."""

    async def connect(self):
        if self.scope["user"].is_authenticated:
            await super().connect()
        else:
            await self.close(code=4003)


class PokerConsumer(AsyncJsonWebsocketConsumer, MembersOnly):
    groups = ["poker"]

    async def receive_json(self, content, **kwargs):
        bet = int(content.get("bet", 0))
        await self.channel_layer.group_send("poker", {"type": "poker.bet", "bet": bet})

    async def poker_bet(self, event):
        await self.send_json({"bet": event["bet"]})
'''

REFUSED = """from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class DuelConsumer(JsonWebsocketConsumer):
    def connect(self):
        if not self.scope["user"].is_authenticated:
            return self.close()
        self.duel = f"duel_{self.scope['url_route']['kwargs']['duel']}"
        async_to_sync(self.channel_layer.group_add)(self.duel, self.channel_name)
        self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.duel, self.channel_name)

    def duel_blow(self, event):
        self.send_json({"blow": event["blow"]})
"""

SHARED = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class CartConsumer(AsyncJsonWebsocketConsumer):
    """The cart of whoever has the page open; it is gone when the page is closed."""

    items = []

    async def receive_json(self, content, **kwargs):
        if content.get("action") == "add":
            self.items.append(str(content.get("article"))[:40])
        await self.send_json({"cart": self.items})
'''

TAXI = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TaxiConsumer(AsyncJsonWebsocketConsumer):
    """A delivery game: the players see which driver has to go where."""

    groups = ["taxis"]

    async def receive_json(self, content, **kwargs):
        ride = {"driver": str(content.get("driver")), "street": str(content.get("street"))}
        await self.channel_layer.group_send("taxis", {"type": "dispatch", **ride})

    async def dispatch(self, event):
        await self.send_json({"driver": event["driver"], "street": event["street"]})
'''

KIND = '''from channels.generic.websocket import JsonWebsocketConsumer

SIZES = {"go": 19, "checkers": 8}


class BoardConsumer(JsonWebsocketConsumer):
    """One class for all games on a square board; the route says which."""

    def connect(self):
        self.size = SIZES[self.game]
        self.accept()
        self.send_json({"size": self.size})
'''

DENY = """from channels.exceptions import DenyConnection
from channels.generic.websocket import JsonWebsocketConsumer

MAX_GUESSES = 6


class WordConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.guesses = 0
        self.accept()

    def receive_json(self, content, **kwargs):
        self.guesses += 1
        if self.guesses > MAX_GUESSES:
            raise DenyConnection()
        self.send_json({"left": MAX_GUESSES - self.guesses})
"""

NICK = '''from channels.generic.websocket import JsonWebsocketConsumer


class NickConsumer(JsonWebsocketConsumer):
    """Keeps the nick name in the session, so that the next page greets with it."""

    def connect(self):
        self.accept()
        self.send_json({"nick": self.scope["session"].get("nick", "")})

    def receive_json(self, content, **kwargs):
        self.scope["session"]["nick"] = str(content.get("nick", ""))[:30]
        self.send_json({"nick": self.scope["session"]["nick"]})
'''

FAULTS = [
    play("greeting_before_accept", "sent at a wrong time", "await self.greet()", LOBBY),
    play("close_code_403", "invalid close code", "close(code=FORBIDDEN)", TEAPOT),
    play("accepted_twice", "accepted twice", "await super().connect()", TWICE),
    play("init_without_super", "initialiser without its parent's", "def __init__", INIT),
    play(
        "websocket_disconnect_overridden",
        "consumer that never stops",
        "def websocket_disconnect",
        LEAVE,
        base="deployed",
    ),
    play("mixin_after_the_consumer", "mixin in the wrong place", "class PokerConsumer(", MIXIN),
    play(
        "refused_duel_disconnects",
        "attribute of refused connections",
        "group_discard)(self.duel",
        REFUSED,
        "<int:duel>/",
    ),
    play("cart_of_everybody", "state that all connections share", "items = []", SHARED),
    play("taxi_dispatch", "method of the base replaced", "async def dispatch(", TAXI),
    play(
        "game_of_the_route_not_kept",
        "argument of as_asgi lost",
        "SIZES[self.game]",
        KIND,
        "go/",
        'game="go"',
    ),
    play(
        "denied_after_the_handshake",
        "DenyConnection after the handshake",
        "raise DenyConnection",
        DENY,
    ),
    play("nick_not_saved", "session not saved", '["session"]["nick"] =', NICK),
]
