"""The HTTP routes."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    #% if cookiecutter.example
    path("", include("chat.urls")),
    #% endif
    # "home" is the page at "/". This view is used only if no app above has that page.
    path("", RedirectView.as_view(pattern_name="account"), name="home"),
]
