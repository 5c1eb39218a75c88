"""The pages of allauth that we offer.

Its e-mail management is left out: an account is known by one address here.
"""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as elsewhere
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as sessions
from django.urls import path, re_path
from django.views.generic import RedirectView

from inglenook.dashboard.first_owner import leads_to_set_up
from inglenook.dashboard.passwords import ForgottenPasswordView, MailSentView, signup
from inglenook.dashboard.single_sign_on import says_when_away

SIGNING_IN = [
    path("login/", leads_to_set_up(views.login), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", leads_to_set_up(signup), name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", views.confirm_email, name="account_confirm_email"),
]
PASSWORDS = [
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", ForgottenPasswordView.as_view(), name="account_reset_password"),
    path("password/reset/done/", MailSentView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    # The page for signing in says that it is done.
    path(
        "password/reset/key/done/",
        RedirectView.as_view(pattern_name="account_login"),
        name="account_reset_password_from_key_done",
    ),
]
SECOND_STEP = [
    path("security/", mfa.index, name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("code/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    # The list of passkeys stands on the page about signing in.
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("passkeys/login/", leads_to_set_up(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]
ELSEWHERE = [
    path("sso/", elsewhere.connections, name="socialaccount_connections"),
    path("sso/cancelled/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/error/", elsewhere.login_error, name="socialaccount_login_error"),
    path("sso/signup/", elsewhere.signup, name="socialaccount_signup"),
    path(
        "oidc/<str:provider_id>/login/",
        says_when_away(openid_connect.login),
        name="openid_connect_login",
    ),
    path(
        "oidc/<str:provider_id>/login/callback/",
        says_when_away(openid_connect.callback),
        name="openid_connect_callback",
    ),
]
urlpatterns = [
    *SIGNING_IN,
    *PASSWORDS,
    *SECOND_STEP,
    *ELSEWHERE,
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]
