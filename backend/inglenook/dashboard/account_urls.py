"""The pages of allauth that we offer.

Its e-mail management is left out: an account is known by one address here.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import path, re_path

from inglenook.dashboard.first_owner import leads_to_set_up
from inglenook.dashboard.passwords import ForgottenPasswordView, MailSentView

urlpatterns = [
    path("login/", leads_to_set_up(views.login), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", leads_to_set_up(views.signup), name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", ForgottenPasswordView.as_view(), name="account_reset_password"),
    path("password/reset/done/", MailSentView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
