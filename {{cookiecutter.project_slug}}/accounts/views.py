"""Views of django.contrib.auth with changes."""

from django.contrib.auth import views
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy


class PasswordChangeView(SuccessMessageMixin, views.PasswordChangeView):
    template_name = "accounts/form.html"
    title = "Change your password"
    success_url = reverse_lazy("account")
    success_message = "Your password was changed."
