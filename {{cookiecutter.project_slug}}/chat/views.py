"""Phase 1: HTTP. The server answers each request with one response."""

import re
from html import escape
from inspect import getsource
from keyword import kwlist
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from channels_realtime.validation import clean_name
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest
from chat import consumers, services, tutorial
from chat.forms import NoticeForm
from chat.models import Room

ROOM = "lobby"  # the room on the page, of the tutorial and of the library
PAGE_SIZE = 100  # messages on a page of the history
KEYWORDS = rf"(?P<keyword>\b(?:{'|'.join(kwlist)})\b)"
TOKENS = re.compile(rf'(?P<comment>#.*)|(?P<string>""".*?"""|f?"[^"]*")|{KEYWORDS}')


@require_GET
def hello(request: HttpRequest) -> HttpResponse:
    name = request.user.get_username() or "stranger"
    text = f"Hello, {name}. It is {timezone.now():%H:%M:%S}."
    return HttpResponse(text, content_type="text/plain")


@require_POST
@login_required
def announce(request: SignedInRequest) -> JsonResponse:
    user, text = request.user.get_username(), request.POST.get("text", "")[:200]
    event = {"type": "room.message", "user": user, "text": text}
    channel_layer = get_channel_layer()
    async_to_sync(channel_layer.group_send)("tutorial.lobby", event)
    return JsonResponse({"sent": True})


@require_POST
@login_required
def notify(request: SignedInRequest) -> JsonResponse:
    form = NoticeForm(request.POST, sender=request.user)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    sender, to = request.user.get_username(), form.cleaned_data["to"]
    services.send_notice(sender, [to], form.cleaned_data["text"])
    return JsonResponse({"sent": True})


@require_GET
@login_required
def history(request: SignedInRequest, room: str) -> HttpResponse:
    """Show a page of a room's messages: the last one, or the one after a message number."""
    try:
        stored = get_object_or_404(Room, name=clean_name(room))
    except ValidationError as error:
        raise Http404 from error
    if not stored.admits(request.user):
        raise PermissionDenied
    pages = Paginator(stored.messages.select_related("user"), PAGE_SIZE)
    number = request.GET.get("page", pages.num_pages)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:  # the digits of a valid number
        number = stored.messages.filter(seq__lte=int(after)).count() // PAGE_SIZE + 1
    return render(request, "chat/history.html", {"room": stored, "page": pages.get_page(number)})


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the three phases with their code."""
    code = {
        "hello": show(hello),
        "echo": show(tutorial.EchoConsumer),
        "typed_echo": show(consumers.TypedEchoConsumer),
        "room": show(tutorial.RoomConsumer),
        "chat": show(consumers.ChatConsumer, services.post_message, services.store_message),
        "people": show(consumers.RoomSocket, consumers.PeopleConsumer),
        "announce": show(announce),
        "notify": show(notify, services.send_notice),
    }
    context: dict[str, Any] = {"room": ROOM, "code": code}
    if request.user.is_authenticated:
        context["said"] = shown = services.last_messages(ROOM, request.user)
        # The socket continues after the last message on the page.
        context["after"] = shown[-1].seq if shown else 0
        context["form"] = NoticeForm(sender=request.user, initial={"to": request.user})
    return render(request, "chat/index.html", context)


def show(*objects: Any) -> SafeString:
    """Return the source of objects as HTML, with comments, strings and keywords marked."""
    files = dict.fromkeys(f"{each.__module__.replace('.', '/')}.py" for each in objects)
    source = escape("\n\n".join(map(getsource, objects)), quote=False)
    marked = TOKENS.sub(lambda token: f'<span class="{token.lastgroup}">{token[0]}</span>', source)
    lines = "".join(f"<code>{line}</code>" for line in marked.splitlines(keepends=True))
    caption = f"<figcaption>{', '.join(files)}</figcaption>"
    return mark_safe(f"<figure>{caption}<pre>{lines}</pre></figure>")  # noqa: S308  (escaped above)
