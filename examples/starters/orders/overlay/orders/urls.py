from django.contrib.auth.decorators import login_required, permission_required
from django.urls import path
from django.views.generic import TemplateView

board = TemplateView.as_view(template_name="orders/board.html")
may_view = permission_required("orders.view_order", raise_exception=True)

urlpatterns = [
    path("", login_required(may_view(board)), name="orders"),
]
