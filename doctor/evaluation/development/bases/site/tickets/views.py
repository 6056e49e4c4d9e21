from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from . import services
from .models import Ticket


@login_required
def board(request):
    return render(request, "tickets/board.html")


@login_required
def ticket(request, ticket_id):
    found = get_object_or_404(Ticket, pk=ticket_id, team=request.user.profile.team)
    return render(request, "tickets/ticket.html", {"ticket": found})


@login_required
@require_POST
def open_ticket(request):
    team = request.user.profile.team
    with transaction.atomic():
        opened = Ticket.objects.create(
            team=team, owner=request.user, title=request.POST.get("title", "")[:200]
        )
        opened.watchers.add(request.user)
    async_to_sync(get_channel_layer().group_send)(f"board.{team.pk}", {"type": "board.changed"})
    return redirect("ticket", ticket_id=opened.pk)


@login_required
@require_POST
def close(request, ticket_id):
    get_object_or_404(Ticket, pk=ticket_id, team=request.user.profile.team)
    services.close_ticket(ticket_id)
    return redirect("board")
