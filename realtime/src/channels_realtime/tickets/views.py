"""The view that gives tickets to the users of sessions."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from channels_realtime.auth.logins import SessionLogin
from channels_realtime.tickets.create import LIFETIME, TooManyTicketsError, create_ticket


@method_decorator(never_cache, name="dispatch")
class TicketView(View):
    """Answer a POST of `path` by a user with `{"ticket": "…", "expires_in": 30}`.

    Answer 400 for an invalid path, 403 without a session's user, and 429 if too many tickets of the
    user wait.
    """

    http_method_names = ["post"]  # noqa: RUF012  (Django's attribute)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create a ticket for the user of the session."""
        user, session = request.user, request.session
        if not user.is_authenticated or not session.session_key:
            return JsonResponse({"detail": "Log in first."}, status=403)
        try:
            ticket = create_ticket(SessionLogin(session, user), request.POST.get("path", ""))
        except ValueError as error:
            return JsonResponse({"detail": str(error)}, status=400)
        except TooManyTicketsError as error:
            return JsonResponse({"detail": str(error)}, status=429)
        return JsonResponse({"ticket": ticket, "expires_in": LIFETIME})
