from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.generic import TemplateView

from accounts.views import PasswordChangeView

account = TemplateView.as_view(template_name="accounts/account.html")
login = LoginView.as_view(
    template_name="accounts/form.html",
    extra_context={"title": "Sign in"},
    redirect_authenticated_user=True,
)

urlpatterns = [
    path("", login_required(account), name="account"),
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", PasswordChangeView.as_view(), name="password_change"),
]
