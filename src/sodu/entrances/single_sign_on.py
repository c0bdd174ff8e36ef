"""Single sign-on by settings: the tables of sodu.toml, as allauth reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _


def providers(tables: tuple[dict[str, Any], ...], home: Path) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS of these tables."""
    oidc = [_openid_connect(table) for table in tables if table["kind"] == "openid_connect"]
    saml = [_saml(table, home) for table in tables if table["kind"] == "saml"]
    return {"openid_connect": {"APPS": oidc, "OAUTH_PKCE_ENABLED": True}, "saml": {"APPS": saml}}


def _openid_connect(table: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": table["id"],
        "name": table["name"],
        "client_id": table["client_id"],
        "secret": table["secret"],
        "settings": {"server_url": table["server_url"], "domains": _domains(table)},
    }


def _saml(table: dict[str, Any], home: Path) -> dict[str, Any]:
    return {
        "provider_id": table["id"],
        "client_id": table["id"],
        "name": table["name"],
        "settings": {
            "idp": _identity_provider(table, home),
            "domains": _domains(table),
            # An identity provider's mails carry no "verified": it vouches for the addresses of its own domains.
            "verified_email": _domains(table),
            "advanced": {"want_assertion_signed": True, "reject_idp_initiated_sso": True},
        },
    }


def _identity_provider(table: dict[str, Any], home: Path) -> dict[str, Any]:
    metadata = str(table["metadata"])
    if metadata.startswith("https://"):
        return {"metadata_url": metadata, "entity_id": table.get("entity_id")}
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as Parser  # type: ignore[import-untyped]

    path = home / metadata
    try:
        found = Parser.parse(path.read_text(encoding="utf-8"), entity_id=table.get("entity_id"))["idp"]
        return {
            "entity_id": found["entityId"],
            "sso_url": found["singleSignOnService"]["url"],
            "x509cert": found.get("x509cert") or found["x509certMulti"]["signing"][0],
        }
    except Exception as error:
        # Whatever the parser raises: the file is not what it should be, and the server does not start with it.
        raise WrongUsage(_("{path}: this is no metadata of an identity provider"), path=str(path)) from error


def _domains(table: dict[str, Any]) -> list[str]:
    return [str(domain).lower() for domain in table.get("domains", [])]
