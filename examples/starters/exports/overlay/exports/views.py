from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest
from exports.background import start_export


@login_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "exports/index.html")


@require_POST
@login_required
def start(request: SignedInRequest) -> HttpResponse:
    start_export(request.user)
    return redirect("exports")
