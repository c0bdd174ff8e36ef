"""What events are called, for people: every action that is written down has its words here."""

from __future__ import annotations

from sodu.values.text import mark as _

SIGN_IN, SIGN_OUT = "sign-in", "sign-out"

ACTIONS = {
    SIGN_IN: _("Signed in"),
    SIGN_OUT: _("Signed out"),
    "sessions-end": _("Signed out elsewhere"),
    "join": _("Joined by a link"),
    "factor-use": _("Second factor asked"),
    "factor-add": _("Second factor added"),
    "factor-remove": _("Second factor removed"),
    "factor-reset": _("Recovery codes made anew"),
    "password-change": _("Password changed"),
    "password-reset": _("Password reset by mail"),
    "single-sign-on": _("Connected to single sign-on"),
    "settings": _("Settings changed"),
    "invite": _("Invited"),
    "invitation-withdraw": _("Invitation withdrawn"),
    "role-change": _("Role changed"),
    "account-limit": _("Limited to accounts"),
    "deactivate": _("Deactivated"),
    "reactivate": _("Reactivated"),
    "token-issue": _("Token issued"),
    "token-revoke": _("Token revoked"),
    "view": _("Viewed"),
    "export": _("Exported"),
    "explain": _("Explained a figure"),
    "load": _("Loaded"),
    "withdraw": _("Withdrew a batch"),
    "check": _("Checked the record"),
    "api": _("Asked by the API"),
    "export-made": _("Export made"),
    "export-cancel": _("Export cancelled"),
    "export-delete": _("Export deleted"),
    "export-expired": _("Export expired"),
    "download": _("Downloaded an export"),
    "save": _("Saved a view"),
    "view-delete": _("Deleted a view"),
    "schedule": _("Scheduled"),
    "schedule-pause": _("Schedule paused"),
    "schedule-resume": _("Schedule resumed"),
    "schedule-delete": _("Schedule deleted"),
    "unsubscribe": _("Left a schedule"),
    "send": _("Sent by e-mail"),
}
"""Each action by its name; one that is not here is shown by its name."""

OWN_SIGN_INS = (SIGN_IN, SIGN_OUT, "sessions-end", "join", "factor-use", "password-reset")
"""What the login history lists."""

OUTCOMES = {"done": _("Done"), "refused": _("Refused"), "failed": _("Failed")}
