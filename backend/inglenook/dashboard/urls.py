"""The owners' pages. `entrance` and `login_link` stand at the root (config/urls.py)."""

from __future__ import annotations

from django.urls import path

from inglenook.dashboard.home import views as home
from inglenook.dashboard.look import views as look
from inglenook.dashboard.look import words
from inglenook.dashboard.profile import views as profile
from inglenook.dashboard.rooms import live
from inglenook.dashboard.rooms import views as rooms
from inglenook.dashboard.search import views as search
from inglenook.dashboard.shell import app
from inglenook.dashboard.shell import views as shell
from inglenook.dashboard.sites import guard
from inglenook.dashboard.sites import views as sites
from inglenook.dashboard.team import views as team

app_name = "dashboard"

SITE = "sites/<int:site_id>/"
ROOM = f"{SITE}rooms/<slug:slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("news/", home.news, name="home_news"),
    path("app.webmanifest", app.manifest, name="manifest"),
    path("offline/", app.offline, name="offline"),
    path("you/", profile.profile, name="profile"),
    path("you/picture/", profile.picture, name="picture"),
    path("you/picture/remove/", profile.no_picture, name="no_picture"),
    path("language/", shell.language, name="language"),
    path("away/", shell.away, name="away"),
    path("sites/new/", sites.create_site, name="create_site"),
    path(SITE, sites.site, name="site"),
    path(f"{SITE}search/", search.search, name="search"),
    path(f"{SITE}install-check/", sites.install_check, name="install_check"),
    path(f"{SITE}settings/", sites.site_settings, name="site_settings"),
    path(f"{SITE}look/", look.look, name="look"),
    path(f"{SITE}words/", words.words, name="words"),
    path(f"{SITE}look/preview/", look.look_preview, name="look_preview"),
    path(f"{SITE}origins/", guard.origins, name="origins"),
    path(f"{SITE}origins/remove/", guard.remove_origin, name="remove_origin"),
    path(f"{SITE}key/rotate/", guard.rotate_key, name="rotate_key"),
    path(f"{SITE}disable/", guard.disable_site, name="disable_site"),
    path(f"{SITE}enable/", guard.enable_site, name="enable_site"),
    path(f"{SITE}team/", team.team, name="team"),
    path(f"{SITE}team/leave/", team.leave, name="leave_team"),
    path(f"{SITE}team/<str:member_id>/role/", team.change_role, name="change_role"),
    path(f"{SITE}team/<str:member_id>/remove/", team.remove_member, name="remove_member"),
    path(f"{SITE}team/<str:member_id>/resend/", team.resend, name="resend_invitation"),
    path(f"{SITE}team/links/<str:invitation_id>/revoke/", team.revoke, name="revoke_invitation"),
    path(f"{SITE}rooms/", rooms.rooms, name="rooms"),
    path(f"{SITE}new-room/", rooms.create_room, name="create_room"),
    path(f"{SITE}new-room/short-name/", rooms.suggested_slug, name="suggested_slug"),
    path(ROOM, live.room, name="room"),
    path(f"{ROOM}changes/", live.changes, name="room_changes"),
    path(f"{ROOM}older/", live.older, name="room_older"),
    path(f"{ROOM}settings/", rooms.room_settings, name="room_settings"),
    path(f"{ROOM}archive/", rooms.archive_room, name="archive_room"),
    path(f"{ROOM}restore/", rooms.restore_room, name="restore_room"),
    path(f"{ROOM}messages/<int:seq>/delete/", live.delete_message, name="delete_message"),
]
