from typing import Any

from django import forms

from accounts.models import User


class NoticeForm(forms.Form):
    """A notice to one user. Staff may notify every user, others only themselves."""

    to = forms.ModelChoiceField(User.objects.none(), to_field_name="username", empty_label=None)
    text = forms.CharField(max_length=200)

    def __init__(self, *args: Any, sender: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = User.objects.filter(is_active=True).order_by("username")
        recipients = users if sender.is_staff else users.filter(pk=sender.pk)
        self.fields["to"].queryset = recipients  # type: ignore[attr-defined]
