"""Django's own views, where they need a word more."""

from django.contrib.auth import views
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy


class PasswordChangeView(SuccessMessageMixin, views.PasswordChangeView):
    """Changes the password of whoever is signed in, and says so."""

    # The usual name, registration/password_change_form.html, is the admin's.
    template_name = "accounts/password_change_form.html"
    success_url = reverse_lazy("account")
    success_message = "Your password was changed."
