"""What a person sets for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.reader import person
from sodu.people.accounts import tokens
from sodu.people.accounts.models import Density, NumberStyle, Theme, TimeFormat, User
from sodu.people.audit.log import record
from sodu.people.tenants.invitations import signs_in_elsewhere

LANGUAGES = (("", "—"), ("en", "English"), ("vi", "Tiếng Việt"))
FIELDS = ("name", "language", "number_style", "time_format", "zone", "theme", "density", "shortcuts")


if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = forms.ModelForm


class _Settings(_UserForm):
    """The settings that the page shows, and nothing else of a person."""

    language = forms.ChoiceField(choices=LANGUAGES, required=False)

    class Meta:
        """Named one by one: a role or a partner cannot be slipped in."""

        model = User
        fields = FIELDS

    def clean_zone(self) -> str:
        """A zone that there is, or none for the reporting zone."""
        zone = str(self.cleaned_data["zone"]).strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError(
                self.fields["language"].error_messages["invalid_choice"], params={"value": zone}
            )
        return zone


@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show and keep how a person reads, and how they sign in."""
    user = person(request)
    form = _Settings(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        record(actor_of(request), "settings", ", ".join(form.changed_data))
        return HttpResponseRedirect(reverse("settings") + "?saved=yes")
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    given = {
        "form": form,
        "saved": "saved" in request.GET,
        "zones": sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
        "languages": LANGUAGES[1:],
        "choices": {
            "number_style": NumberStyle.choices,
            "time_format": TimeFormat.choices,
            "theme": Theme.choices,
            "density": Density.choices,
        },
        "has_totp": Authenticator.Type.TOTP in kinds,
        "passkeys": sum(kind == Authenticator.Type.WEBAUTHN for kind in kinds),
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "is_elsewhere": signs_in_elsewhere(user),
        "tokens": tokens.of(user).count(),
    }
    return render(request, "settings/settings.html", given, status=422 if form.errors else 200)
