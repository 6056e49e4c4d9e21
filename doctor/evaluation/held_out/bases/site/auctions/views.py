from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from .models import Lot


def lots(request):
    return render(request, "auctions/lots.html", {"lots": Lot.objects.filter(is_closed=False)})


@login_required
def lot(request, lot_id):
    lot = get_object_or_404(Lot, pk=lot_id)
    return render(request, "auctions/lot.html", {"lot": lot})
