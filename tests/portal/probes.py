"""Every address of the portal, and what is asked of each in order to see what belongs to others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sodu.reports.catalog import BY_SLUG
from tests.portal.canaries import MONTH, PARTNERS, UNKNOWN, UNKNOWN_KEY, UNKNOWN_UUID, Owned, Partner

Who = tuple[str, str]
"""A role, and a partner's id."""

SLUGS = tuple(BY_SLUG)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

KEYED: dict[str, str] = {
    "people/<int:pk>": "person",
    "people/<int:pk>/role": "person",
    "people/<int:pk>/accounts": "person",
    "people/<int:pk>/deactivate": "person",
    "people/<int:pk>/reactivate": "person",
    "people/invitations/<int:pk>/withdraw": "invitation",
    "settings/tokens/<int:pk>/revoke": "token",
    "exports/<uuid:export_id>": "export",
    "exports/<uuid:export_id>/cancel": "export",
    "exports/<uuid:export_id>/delete": "export",
    "views/<int:view_id>": "view shared",
    "views/<int:view_id>/change": "view shared",
    "views/<int:view_id>/delete": "view shared",
    "views/<int:view_id>/schedule": "view shared",
    "schedules/<int:schedule_id>": "schedule",
    "schedules/<int:schedule_id>/pause": "schedule",
    "schedules/<int:schedule_id>/resume": "schedule",
    "schedules/<int:schedule_id>/delete": "schedule",
    "schedules/<int:schedule_id>/leave": "schedule",
    "provider/loads/attempts/<int:pk>": "attempt",
    "provider/loads/attempts/<int:pk>/errors": "attempt",
    "provider/loads/attempts/<int:pk>/rejected/<str:name>": "attempt",
    "provider/loads/<int:seq>": "batch",
    "provider/loads/<int:seq>/withdraw": "batch",
    "api/v1/exports/<export_id>": "export",
    "api/v1/exports/<export_id>/file": "export",
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": "person",
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": "person",
}
"""Addresses that name one thing by its key, and which things those may be."""

SLUGGED = (
    "reports/<slug:slug>",
    "reports/<slug:slug>/condition",
    "reports/<slug:slug>/chart",
    "explain/<slug:slug>",
    "export/<slug:slug>",
    "views/save/<slug:slug>",
    "api/v1/reports/<slug>",
    "api/v1/reports/<slug>/explain",
)
"""Addresses that name a report."""

PLAIN = (
    "", "reports/accounts", "reports/services", "reports/partners", "language", "people", "people/invite", "settings",
    "settings/sign-ins", "settings/tokens", "audit", "audit.csv", "exports", "views", "schedules", "provider/partners",
    "provider/checks", "provider/loads", "provider/loads/new", "provider/loads/attempts", "api/v1/docs",
    "api/v1/reports", "api/v1/accounts", "api/v1/services", "api/v1/me", "api/v1/exports", "api/v1/openapi.json", "mcp",
    "healthz", "readyz", "metrics", "accounts/", "accounts/login/", "accounts/logout/", "accounts/inactive/",
    "accounts/signup/", "accounts/reauthenticate/", "accounts/email/", "accounts/confirm-email/",
    "accounts/password/change/", "accounts/password/set/", "accounts/password/reset/",
    "accounts/login/code/confirm/", "accounts/password/reset/key/done/", "accounts/password/reset/done/",
    "accounts/2fa/", "accounts/2fa/authenticate/", "accounts/2fa/reauthenticate/", "accounts/2fa/totp/activate/",
    "accounts/2fa/totp/deactivate/", "accounts/2fa/recovery-codes/", "accounts/2fa/recovery-codes/generate/",
    "accounts/2fa/recovery-codes/download/", "accounts/2fa/webauthn/", "accounts/2fa/webauthn/add/",
    "accounts/2fa/webauthn/reauthenticate/", "accounts/2fa/webauthn/login/", "accounts/3rdparty/login/cancelled/",
    "accounts/3rdparty/login/error/", "accounts/3rdparty/signup/", "accounts/3rdparty/",
    "accounts/social/login/cancelled/", "accounts/social/login/error/", "accounts/social/signup/",
    "accounts/social/connections/", "accounts/sessions/",
)  # fmt: skip
"""Addresses that name nothing themselves."""

SECRET = (
    "join/<str:secret>", "unsubscribe/<str:token>", "api/^(?P<rest>.*)$", "^accounts/confirm-email/(?P<key>.*)$",
    "^accounts/login/code/(?P<key>.*)$", "accounts/oidc/<str:provider_id>/login/",
    "accounts/saml/<str:organization_slug>/login/", r"accounts/^confirm-email/(?P<key>[-:\w]+)/$",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    "accounts/^saml/(?P<organization_slug>[^/]+)/acs/", "accounts/^saml/(?P<organization_slug>[^/]+)/acs/finish/",
    "accounts/^saml/(?P<organization_slug>[^/]+)/sls/", "accounts/^saml/(?P<organization_slug>[^/]+)/metadata/",
    "accounts/^saml/(?P<organization_slug>[^/]+)/login/", "accounts/oidc/^(?P<provider_id>[^/]+)/login/",
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/",
)  # fmt: skip
"""Addresses that hold a secret or a name of the set-up, which nobody can guess: a foreign key is tried as one."""

LISTED = frozenset({*KEYED, *SLUGGED, *PLAIN, *SECRET})
FORMS: dict[str, dict[str, str]] = {
    "people/invite": {"email": "someone@else.example", "role": "partner_member"},
    "people/<int:pk>/role": {"role": "partner_member"},
    "views/save/<slug:slug>": {"name": "mine", "is_shared": "yes"},
    "views/<int:view_id>/change": {"name": "renamed"},
    "views/<int:view_id>/schedule": {"frequency": "daily", "attaches": "csv"},
    "schedules/<int:schedule_id>": {"frequency": "daily", "attaches": ""},
    "settings/tokens": {"name": "another", "days": "5"},
}
"""What a form of an address is filled in with beside what is foreign."""


@dataclass(frozen=True)
class Probe:
    """One request, and the same about what is not there at all: both must be answered alike."""

    who: Who
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    body: str = ""
    swap: tuple[tuple[str, str], ...] = field(default=())
    """What is foreign in it, and what stands for it in the request about nothing."""

    @property
    def sent(self) -> str:
        """All that the request says, to be left out of what counts as told."""
        return json.dumps([self.path, self.query, self.form, self.body])

    def twin(self) -> Probe:
        """The same request about nothing."""

        def other(text: str) -> str:
            for foreign, nothing in self.swap:
                text = text.replace(foreign, nothing)
            return text

        return Probe(
            self.who,
            self.method,
            other(self.path),
            tuple((name, other(value)) for name, value in self.query),
            tuple((name, other(value)) for name, value in self.form),
            other(self.body),
        )


def probes(owned: dict[Who, Owned], batch: str) -> Iterator[Probe]:
    """All of them."""
    for who in owned:
        for partner in _foreign(who):
            for path, is_swapped in _places():
                yield from _asked(who, partner, path, is_swapped)
            yield from _messages(who, partner)
        for route, kinds in KEYED.items():
            for key, nothing in _keys(who, owned, kinds, batch):
                yield from _keyed(who, route, key, nothing)


def _foreign(who: Who) -> tuple[Partner, ...]:
    """The partners whose figures a person may not see; the provider's people see all."""
    return tuple(partner for partner in PARTNERS if who[1] and partner.id != who[1])


def _places() -> Iterator[tuple[str, bool]]:
    for route in PLAIN:
        yield f"/{route}", True
    for route in SLUGGED:
        yield from ((f"/{_filled(route, slug)}", True) for slug in SLUGS)


def _filled(route: str, value: str) -> str:
    begin, end = route.index("<"), route.index(">")
    filled = route[:begin] + value + route[end + 1 :]
    return _filled(filled, "x.csv") if "<" in filled else filled


def words(partner: Partner) -> list[tuple[str, str]]:
    """Words of a query or a form, each with something of a partner."""
    first, second = partner.customers
    return [
        ("account", first),
        ("account", partner.own),
        ("account", second),
        ("account_id", first),
        ("partner", partner.id),
        ("partner_id", partner.id),
        ("q", partner.word),
        ("find", partner.word),
        ("q", partner.id),
        ("search", partner.word),
        ("email", f"partner_admin@{partner.word}.example"),
        ("accounts", first),
        ("name", partner.word),
        ("after", first),
        ("back", f"/reports/credit-total?account={first}"),
        ("next", f"/reports/credit-total?account={first}"),
        ("object", first),
        ("query", f"account={first}"),
        ("secret", partner.word),
    ]


ALONE = (
    ("as_known_at", "1"),
    ("compare", "previous"),
    ("sort", "-amount"),
    ("columns", "account_name,amount"),
    ("before", "999999999"),
    ("format", "csv"),
    ("by", "day"),
    ("show_zero", "yes"),
    ("measure", "closing"),
)
"""Words that name nothing of anybody: what is said to them must hold nothing foreign either."""


def _asked(who: Who, partner: Partner, path: str, is_swapped: bool) -> Iterator[Probe]:
    base = (("period", MONTH),) if any(f"/{slug}" in path for slug in SLUGS) else ()
    swap = _swap(partner) if is_swapped else ()
    for name, value in words(partner):
        explained = (("measure", "closing"), ("currency", "VND")) if "explain" in path else ()
        yield Probe(who, "GET", path, (*base, *explained, (name, value)), swap=swap)
        yield Probe(who, "POST", path, base, (*_form(path), (name, value)), swap=swap)
    for name, value in ALONE:
        yield Probe(who, "GET", path, (*base, (name, value)))
    for method in METHODS:
        yield Probe(who, method, path, base)


def _swap(partner: Partner) -> tuple[tuple[str, str], ...]:
    return (partner.id, UNKNOWN.id), (partner.word, UNKNOWN.word)


def _form(path: str) -> tuple[tuple[str, str], ...]:
    for route, form in FORMS.items():
        if path.lstrip("/").partition("/")[0] == route.partition("/")[0] and route.count("/") == path.count("/") - 1:
            return tuple(form.items())
    return ()


def _keys(who: Who, owned: dict[Who, Owned], kinds: str, batch: str) -> Iterator[tuple[str, str]]:
    """Keys of things that a person may not see, each with one that is nobody's."""
    if kinds == "batch":
        if who[1]:
            yield batch, str(UNKNOWN_KEY)
        return
    for other, theirs in owned.items():
        for kind in kinds.split():
            is_common = kind in ("person", "invitation", "shared", "attempt")
            is_theirs = (not who[1] and kind != "shared") or other[1] == who[1] if is_common else other == who
            if not is_theirs and kind in theirs.keys:
                yield theirs.keys[kind], UNKNOWN_UUID if kind == "export" else str(UNKNOWN_KEY)


def _keyed(who: Who, route: str, key: str, nothing: str) -> Iterator[Probe]:
    path = f"/{_filled(route, key)}"
    for method in METHODS:
        form = tuple(FORMS.get(route, {}).items()) if method == "POST" else ()
        yield Probe(who, method, path, form=form, swap=((key, nothing),))
    for name, value in (("partner", PARTNERS[0].id), ("back", f"/views/{key}"), ("format", "csv"), ("recipients", key)):
        yield Probe(who, "GET", path, ((name, value),), swap=((key, nothing),))
        yield Probe(who, "POST", path, (), ((name, value),), swap=((key, nothing),))


def _messages(who: Who, partner: Partner) -> Iterator[Probe]:
    """Bodies of JSON: exports that are begun, and tools that assistants use."""
    swap = _swap(partner)
    for slug in SLUGS:
        for name, value in words(partner):
            body = {"report": slug, "query": f"period={MONTH}&{name}={value}", "format": "csv"}
            yield Probe(who, "POST", "/api/v1/exports", body=json.dumps(body), swap=swap)
            for tool in ("run_report", "explain_number"):
                arguments: dict[str, Any] = {"report": slug, "conditions": {"period": MONTH, name: value}}
                if tool == "explain_number":
                    arguments |= {"measure": "closing" if slug == "credit-total" else "sales", "account_id": value}
                if name == "partner":
                    arguments = {"report": slug, "partner": value}
                params = {"name": tool, "arguments": arguments}
                message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
                yield Probe(who, "POST", "/mcp", body=json.dumps(message), swap=swap)
