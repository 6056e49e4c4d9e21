"""The scripts of the pages."""

from case import Fault

ROOM_SCRIPT = r"""        const log = document.querySelector('#chat-log');
        const field = document.querySelector('#chat-message-input');
        const url = new URL(`/ws/chat/${roomName}/`, window.location);
        url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
        const room = new WebSocket(url);

        function say(message) {
            room.send(JSON.stringify({message}));
        }

        room.addEventListener('message', ({data}) => {
            log.value += `${JSON.parse(data).message}\n`;
        });
        @EARLY@
        field.focus();
        field.addEventListener('keyup', (event) => {
            if (event.key === 'Enter') document.querySelector('#chat-message-submit').click();
        });
        document.querySelector('#chat-message-submit').addEventListener('click', () => {
            say(field.value);
            field.value = '';
        });
    </script>
"""


def page(early):
    script = ROOM_SCRIPT.replace("@EARLY@", early)
    return f"""<!DOCTYPE html>
<html>
<head>
    <meta charset="utf-8"/>
    <title>Chat Room</title>
</head>
<body>
    <textarea id="chat-log" cols="100" rows="20"></textarea><br>
    <input id="chat-message-input" type="text" size="100"><br>
    <input id="chat-message-submit" type="button" value="Send">
    {{{{ room_name|json_script:"room-name" }}}}
    <script>
        const roomName = JSON.parse(document.getElementById('room-name').textContent);
{script}</body>
</html>
"""


TICKET_JS = r"""class Conversation {
  constructor(list) {
    this.list = list;
    const scheme = location.protocol.replace("http", "ws");
    this.socket = new WebSocket(`${scheme}//${location.host}/ws/support/${list.dataset.ticket}/`);
    this.socket.addEventListener("message", (event) => this.show(JSON.parse(event.data)));
  }

  show({ author, text }) {
    const item = document.createElement("li");
    item.textContent = `${author}: ${text}`;
    this.list.append(item);
  }

  write(reply) {
    this.socket.send(JSON.stringify({ message: reply }));
  }
}

const conversation = new Conversation(document.querySelector("#replies"));

document.querySelector("#reply").addEventListener("submit", (event) => {
  event.preventDefault();
  conversation.write(new FormData(event.target).get("text"));
  event.target.reset();
});
"""

VOICE = r'''import base64

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class VoiceConsumer(AsyncJsonWebsocketConsumer):
    """Short spoken notes, for everybody who listens."""

    groups = ["voice"]

    async def receive_json(self, content, **kwargs):
        sound = base64.b64decode(content["sound"])
        if len(sound) < 100_000:
            note = {"type": "voice.note", "sound": content["sound"]}
            await self.channel_layer.group_send("voice", note)

    async def voice_note(self, event):
        await self.send_json({"sound": event["sound"]})
'''

VOICE_PAGE = r"""<!DOCTYPE html>
<html>
<head><meta charset="utf-8"/><title>Voices</title></head>
<body>
    <button id="speak">Speak for three seconds</button>
    <audio id="heard" controls></audio>
    <script>
        const secure = window.location.protocol === 'https:';
        const line = new WebSocket(`${secure ? 'wss' : 'ws'}://${window.location.host}/ws/voice/`);

        line.onmessage = (event) => {
            const {sound} = JSON.parse(event.data);
            document.querySelector('#heard').src = `data:audio/webm;base64,${sound}`;
        };

        document.querySelector('#speak').onclick = async () => {
            const stream = await navigator.mediaDevices.getUserMedia({audio: true});
            const recorder = new MediaRecorder(stream);
            recorder.ondataavailable = (event) => {
                line.send(event.data);
            };
            recorder.start();
            setTimeout(() => recorder.stop(), 3000);
        };
    </script>
</body>
</html>
"""

FAULTS = [
    Fault(
        "room-greets-before-it-is-open",
        "page-sends-early",
        "tutorial",
        {"chat/templates/chat/room.html": page("say('(somebody comes in)');\n")},
        "chat/templates/chat/room.html",
        "say('(somebody comes in)')",
    ),
    Fault(
        "lot-page-wants-a-protocol",
        "subprotocol",
        "site",
        {
            "auctions/static/auctions/lot.js": [
                (
                    "  socket = new WebSocket(`${scheme}//${location.host}/ws/lots/${lotId}/`);\n",
                    "  const address = `${scheme}//${location.host}/ws/lots/${lotId}/`;\n"
                    '  socket = new WebSocket(address, ["bids.v1"]);\n',
                )
            ]
        },
        "auctions/static/auctions/lot.js",
        '["bids.v1"]',
        ["auctions/consumers.py"],
    ),
    Fault(
        "ticket-page-sends-another-key",
        "page-message",
        "site",
        {"support/static/support/ticket.js": TICKET_JS},
        "support/static/support/ticket.js",
        "{ message: reply }",
        ["support/consumers.py"],
    ),
    Fault(
        "voice-page-sends-a-blob",
        "binary-frame",
        "tutorial",
        {
            "chat/voice.py": VOICE,
            "chat/templates/chat/voice.html": VOICE_PAGE,
            "chat/views.py": [
                (
                    "def room(",
                    "def voice(request):\n    return render(request,"
                    ' "chat/voice.html")\n\n\ndef room(',
                )
            ],
            "chat/urls.py": [
                ('    path("<str', '    path("voice/", views.voice, name="voice"),\n    path("<str')
            ],
            "chat/routing.py": [
                (
                    "from . import consumers\n",
                    "from . import consumers\nfrom .voice import VoiceConsumer\n",
                ),
                (
                    "as_asgi()),\n",
                    'as_asgi()),\n    re_path(r"ws/voice/$", VoiceConsumer.as_asgi()),\n',
                ),
            ],
        },
        "chat/templates/chat/voice.html",
        "line.send(event.data)",
        ["chat/voice.py"],
    ),
]
