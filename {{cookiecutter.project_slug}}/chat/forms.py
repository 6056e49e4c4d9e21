from typing import Any

from django import forms

from accounts.models import User


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
