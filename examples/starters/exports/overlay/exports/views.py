from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest
from exports.background import start_export
from exports.work import reserve_export


@login_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "exports/index.html")


@require_POST
@login_required
def start(request: SignedInRequest) -> HttpResponse:
    if reserve_export(request.user):
        start_export(request.user)
    else:
        messages.error(request, "Your last export is still running. Wait until it ends.")
    return redirect("exports")
