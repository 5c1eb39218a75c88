"""Every way of signing in stands in the list of sessions.

allauth lists those that went through its own pages; login links, the set-up page and invitations
sign in by Django alone.
"""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(user_logged_in, dispatch_uid="inglenook.dashboard.own_sessions")
def _signed_in(request: HttpRequest, user: Any, **_: object) -> None:
    request.user = user
    UserSession.objects.create_from_request(request)
