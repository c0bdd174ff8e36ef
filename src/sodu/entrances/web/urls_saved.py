"""Addresses of what people keep: exports, saved views, schedules."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.web.views import exports, saved_views, schedules, unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("export/<slug:slug>", exports.export, name="export"),
    path("exports", exports.exports, name="exports"),
    path("exports/<uuid:export_id>", exports.download, name="export_download"),
    path("exports/<uuid:export_id>/cancel", exports.cancel, name="export_cancel"),
    path("exports/<uuid:export_id>/delete", exports.delete, name="export_delete"),
    path("views", saved_views.views, name="saved_views"),
    path("views/save/<slug:slug>", saved_views.save, name="view_save"),
    path("views/<int:view_id>", saved_views.open_view, name="view_open"),
    path("views/<int:view_id>/change", saved_views.change, name="view_change"),
    path("views/<int:view_id>/delete", saved_views.delete, name="view_delete"),
    path("views/<int:view_id>/schedule", schedules.new, name="schedule_new"),
    path("schedules", schedules.schedules, name="schedules"),
    path("schedules/<int:schedule_id>", schedules.schedule, name="schedule"),
    path("schedules/<int:schedule_id>/pause", schedules.pause, name="schedule_pause"),
    path("schedules/<int:schedule_id>/resume", schedules.resume, name="schedule_resume"),
    path("schedules/<int:schedule_id>/delete", schedules.delete, name="schedule_delete"),
    path("schedules/<int:schedule_id>/leave", schedules.leave, name="schedule_leave"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
]
