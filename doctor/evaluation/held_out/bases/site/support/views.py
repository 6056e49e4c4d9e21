from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from .models import Ticket


@login_required
def ticket(request, ticket_id):
    tickets = Ticket.objects.all()
    if not request.user.is_staff:
        tickets = tickets.filter(owner=request.user)
    return render(
        request, "support/ticket.html", {"ticket": get_object_or_404(tickets, pk=ticket_id)}
    )
