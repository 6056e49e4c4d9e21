"""Phase 1: HTTP. A request comes in, a response goes out, and that is all."""

from inspect import getsource
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest
from chat import consumers, notices
from chat.forms import NoticeForm
from realtime.consumers import EchoConsumer


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
def index(request: HttpRequest) -> HttpResponse:
    """The page that shows the three phases, with the very code that runs."""
    context: dict[str, Any] = {
        "room": "lobby",
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
    return render(request, "chat/index.html", context)
