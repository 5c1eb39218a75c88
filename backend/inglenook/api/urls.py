"""Every address below /api/v1/. Parts of the path are plain text: what they may be is judged in the views, as JSON."""

from __future__ import annotations

from django.urls import path

from inglenook.api.me import me
from inglenook.api.messages import message, messages, reaction
from inglenook.api.openapi import openapi
from inglenook.api.rooms import events, rooms, seen, typing
from inglenook.api.session import session

urlpatterns = [
    path("openapi.json", openapi),
    path("<str:site_key>/session", session),
    path("<str:site_key>/me", me),
    path("<str:site_key>/rooms", rooms),
    path("<str:site_key>/rooms/<str:slug>/events", events),
    path("<str:site_key>/rooms/<str:slug>/typing", typing),
    path("<str:site_key>/rooms/<str:slug>/seen", seen),
    path("<str:site_key>/rooms/<str:slug>/messages", messages),
    path("<str:site_key>/rooms/<str:slug>/messages/<str:seq>", message),
    path("<str:site_key>/rooms/<str:slug>/messages/<str:seq>/reactions/<str:emoji>", reaction),
]
