from typing import Any

from django import forms

from accounts.models import User
from chat.models import Message, Room

PAGE = 100  # messages


class NoticeForm(forms.Form):
    """A notice to one user: from staff to anyone, from others to themselves."""

    to = forms.ModelChoiceField(User.objects.none(), to_field_name="username")
    text = forms.CharField(max_length=200)

    def __init__(self, *args: Any, sender: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipients = User.objects.filter(is_active=True).order_by("username")
        self.fields["to"].queryset = (  # type: ignore[attr-defined]
            recipients if sender.is_staff else recipients.filter(pk=sender.pk)
        )


class HistoryForm(forms.Form):
    """Which of a room's messages to show: those before a number, after one, or the last."""

    before = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)

    def page(self, room: Room) -> dict[str, Any]:
        """Return up to PAGE messages, oldest first, and the queries of their neighbours."""
        before, after = self.cleaned_data["before"], self.cleaned_data["after"]
        every = Message.objects.filter(room=room).select_related("user")
        if after is not None:
            page = list(every.filter(seq__gt=after).order_by("seq")[:PAGE])
        else:
            earlier = every if before is None else every.filter(seq__lt=before)
            page = list(earlier.order_by("-seq")[:PAGE])[::-1]
        # An empty page has neighbours, too.
        first = page[0].seq if page else (after or 0) + 1
        last = page[-1].seq if page else max(after or 0, (before or 1) - 1)
        return {
            "said": page,
            "older": f"before={first}" if every.filter(seq__lt=first).exists() else None,
            "newer": f"after={last}" if every.filter(seq__gt=last).exists() else None,
        }
