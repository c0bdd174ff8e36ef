"""Addresses of people: joining, invitations, settings, tokens, the audit log; and what of allauth is not there."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from sodu.entrances.web.views import audit, joining, people, settings_page, tokens

_BEFORE_ALLAUTH: list[URLPattern | URLResolver] = [
    path("accounts/", RedirectView.as_view(pattern_name="settings"), name="accounts"),
    path("accounts/password/reset/", joining.password_reset, name="password_reset"),
    path("accounts/password/set/", joining.no_password, name="password_set"),
    path("accounts/oidc/<str:provider_id>/login/", joining.by_openid_connect, name="by_openid_connect"),
    path("accounts/saml/<str:organization_slug>/login/", joining.by_saml, name="by_saml"),
    path("accounts/signup/", joining.closed, name="closed_signup"),
    path("accounts/email/", joining.closed, name="closed_email"),
    re_path("^accounts/confirm-email/(?P<key>.*)$", joining.closed, name="closed_confirm"),
    re_path("^accounts/login/code/(?P<key>.*)$", joining.closed, name="closed_code"),
    path("accounts/3rdparty/", joining.closed, name="closed_connections"),
    path("accounts/3rdparty/signup/", joining.closed, name="closed_social_signup"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *_BEFORE_ALLAUTH,
    path("join/<str:secret>", joining.join, name="join"),
    path("language", joining.language, name="language"),
    path("people", people.people, name="people"),
    path("people/invite", people.invite, name="people_invite"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/role", people.change_role, name="person_role"),
    path("people/<int:pk>/accounts", people.limit, name="person_accounts"),
    path("people/<int:pk>/deactivate", people.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate", people.reactivate, name="person_reactivate"),
    path("people/invitations/<int:pk>/withdraw", people.withdraw, name="invitation_withdraw"),
    path("settings", settings_page.settings_page, name="settings"),
    path("settings/sign-ins", audit.sign_ins, name="sign_ins"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke", tokens.revoke, name="token_revoke"),
    path("audit", audit.audit, name="audit"),
    path("audit.csv", audit.as_csv, name="audit_csv"),
]
