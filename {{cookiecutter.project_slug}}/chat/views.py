"""Phase 1: HTTP. A request comes in, a response goes out, and that is all."""

from inspect import getsource
from typing import Any

from channels_realtime.consumers.echo import EchoConsumer
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest
from chat import consumers, notices
from chat.forms import HistoryForm, NoticeForm
from chat.models import Room
from chat.talk import last_messages

LOBBY = "lobby"  # the room that the page is in


@require_GET
def hello(request: HttpRequest) -> HttpResponse:
    name = request.user.get_username() or "stranger"
    text = f"Hello, {name}. It is {timezone.now():%H:%M:%S}."
    return HttpResponse(text, content_type="text/plain")


@require_POST
@login_required
def notify(request: SignedInRequest) -> JsonResponse:
    form = NoticeForm(request.POST, sender=request.user)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    sender, to = request.user.get_username(), form.cleaned_data["to"]
    notices.send_notice(sender, [to], form.cleaned_data["text"])
    return JsonResponse({"sent": True})


@require_GET
@login_required
def history(request: SignedInRequest, room: str) -> HttpResponse:
    """A room's messages in pages: those after a number, before one, or the last."""
    where = get_object_or_404(Room, name=room)
    if not where.admits(request.user):
        raise PermissionDenied
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest("before and after are numbers of messages.")
    context = {"room": room, **form.page(where)}
    return render(request, "chat/history.html", context)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The page that shows the three phases, with the very code that runs."""
    context: dict[str, Any] = {
        "room": LOBBY,
        "code": {
            "http": getsource(hello),
            "websocket": getsource(EchoConsumer),
            "layer": getsource(consumers.ChatConsumer),
            "view": getsource(notify),
            "notice": getsource(notices.send_notice),
        },
    }
    if request.user.is_authenticated:
        context["form"] = NoticeForm(sender=request.user)
        context["said"] = shown = last_messages(LOBBY, request.user)
        # The page's socket goes on where the page ends.
        context["after"] = shown[-1].seq if shown else 0
    return render(request, "chat/index.html", context)
