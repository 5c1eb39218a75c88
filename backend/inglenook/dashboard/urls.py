"""The owners' pages. `entrance` and `login_link` stand at the root (config/urls.py)."""

from __future__ import annotations

from django.urls import path

from inglenook.dashboard import undo
from inglenook.dashboard.home import views as home
from inglenook.dashboard.inbox import views as inbox
from inglenook.dashboard.log import views as log
from inglenook.dashboard.look import pictures as look_pictures
from inglenook.dashboard.look import views as look
from inglenook.dashboard.look import words
from inglenook.dashboard.noticing import views as noticing
from inglenook.dashboard.people import acts as people_acts
from inglenook.dashboard.people import views as people
from inglenook.dashboard.profile import views as profile
from inglenook.dashboard.review import calm, sanctions, several, word_rules
from inglenook.dashboard.review import views as review
from inglenook.dashboard.rooms import acts, live, order, settings
from inglenook.dashboard.rooms import views as rooms
from inglenook.dashboard.search import views as search
from inglenook.dashboard.shell import app
from inglenook.dashboard.shell import views as shell
from inglenook.dashboard.sites import deletion, exports, guard, keys, on_pages, sections
from inglenook.dashboard.sites import views as sites
from inglenook.dashboard.team import views as team

app_name = "dashboard"

SITE = "sites/<int:site_id>/"
PERSON = f"{SITE}people/<str:visitor_id>/"
ROOM = f"{SITE}rooms/<slug:slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("news/", home.news, name="home_news"),
    path("noticed/", noticing.noticed, name="noticed"),
    path("app.webmanifest", app.manifest, name="manifest"),
    path("offline/", app.offline, name="offline"),
    path("you/", profile.profile, name="profile"),
    path("you/picture/", profile.picture, name="picture"),
    path("you/picture/remove/", profile.no_picture, name="no_picture"),
    path("language/", shell.language, name="language"),
    path("away/", shell.away, name="away"),
    path("sites/new/", sites.create_site, name="create_site"),
    path("sites/deleted/", deletion.deleted_sites, name="deleted_sites"),
    path("sites/deleted/<int:site_id>/restore/", deletion.restore, name="restore_site"),
    path(SITE, sites.site, name="site"),
    path(f"{SITE}notices/", noticing.notices, name="notices"),
    path(f"{SITE}search/", search.search, name="search"),
    path(f"{SITE}install-check/", sites.install_check, name="install_check"),
    path(f"{SITE}settings/", sites.site_settings, name="site_settings"),
    path(f"{SITE}look/", look.look, name="look"),
    path(f"{SITE}words/", words.words, name="words"),
    path(f"{SITE}look/preview/", look.look_preview, name="look_preview"),
    path(f"{SITE}look/pictures/<slug:part>/", look_pictures.upload, name="site_picture"),
    path(f"{SITE}look/pictures/<slug:part>/remove/", look_pictures.remove, name="no_site_picture"),
    path(f"{SITE}settings/delete/", deletion.delete, name="delete_site"),
    path(f"{SITE}settings/writing/", sections.writing, name="writing"),
    path(f"{SITE}settings/consent/", sections.consent, name="consent"),
    path(f"{SITE}settings/questions/", sections.questions, name="questions"),
    path(f"{SITE}settings/hours/", sections.hours, name="hours"),
    path(f"{SITE}settings/kept/", sections.kept, name="kept"),
    path(f"{SITE}settings/kept/preview/", sections.kept_preview, name="kept_preview"),
    path(f"{SITE}settings/exports/", exports.room_exports, name="room_exports"),
    path(f"{SITE}settings/exports/new/", exports.export_room, name="export_room"),
    path(f"{SITE}settings/exports/<int:job_id>/", exports.exported_file, name="exported_file"),
    path(f"{SITE}settings/keys/", keys.keys, name="keys"),
    path(f"{SITE}settings/keys/identity/", keys.identity_secret, name="identity_secret"),
    path(f"{SITE}settings/keys/public/<slug:key>/end/", keys.end_site_key, name="end_site_key"),
    path(f"{SITE}settings/keys/<slug:key_id>/end/", keys.end_api_key, name="end_api_key"),
    path(f"{SITE}origins/", guard.origins, name="origins"),
    path(f"{SITE}origins/remove/", guard.remove_origin, name="remove_origin"),
    path(f"{SITE}on-my-pages/", on_pages.on_pages, name="on_pages"),
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
    path(f"{ROOM}files/<str:public_id>", live.file, name="room_file"),
    path(f"{ROOM}changes/", live.changes, name="room_changes"),
    path(f"{ROOM}older/", live.older, name="room_older"),
    path(f"{ROOM}side/", live.side, name="room_side"),
    path(f"{ROOM}settings/", settings.room_settings, name="room_settings"),
    path(f"{ROOM}settings/retention/", settings.retention_preview, name="retention_preview"),
    path(f"{ROOM}preset/", settings.room_preset, name="room_preset"),
    path(f"{ROOM}move/", order.move, name="move_room"),
    path(f"{ROOM}archive/", rooms.archive_room, name="archive_room"),
    path(f"{ROOM}restore/", rooms.restore_room, name="restore_room"),
    path(f"{ROOM}clear/", settings.clear_room, name="clear_room"),
    path(f"{ROOM}delete/", settings.delete_room, name="delete_room"),
    path(f"{ROOM}messages/<int:seq>/", acts.message_acts, name="message_acts"),
    path(f"{ROOM}messages/<int:seq>/act/", acts.act_on_message, name="act_on_message"),
    path(f"{ROOM}messages/<int:seq>/delete/", live.delete_message, name="delete_message"),
    path(f"{SITE}held/<int:held_id>/act/", acts.act_on_held, name="act_on_held"),
    path(f"{SITE}undo/", undo.undo, name="undo"),
    path(f"{SITE}calm/", calm.calm, name="calm"),
    path(f"{SITE}review/", review.review, name="review"),
    path(f"{SITE}review/several/", several.several, name="several"),
    path(f"{SITE}review/sanctions/", sanctions.sanctions, name="sanctions"),
    path(f"{SITE}review/sanctions/new/", sanctions.create_sanction, name="create_sanction"),
    path(
        f"{SITE}review/sanctions/<int:sanction_id>/lift/",
        sanctions.lift_sanction,
        name="lift_sanction",
    ),
    path(f"{SITE}review/words/", word_rules.word_rules, name="word_rules"),
    path(f"{SITE}review/words/new/", word_rules.create_word_rule, name="create_word_rule"),
    path(f"{SITE}review/words/check/", word_rules.check_text, name="check_text"),
    path(f"{SITE}review/words/<int:rule_id>/", word_rules.word_rule, name="word_rule"),
    path(
        f"{SITE}review/words/<int:rule_id>/switch/",
        word_rules.switch_word_rule,
        name="switch_word_rule",
    ),
    path(
        f"{SITE}review/words/<int:rule_id>/remove/",
        word_rules.remove_word_rule,
        name="remove_word_rule",
    ),
    path(f"{SITE}inbox/", inbox.inbox, name="inbox"),
    path(f"{SITE}inbox/lines/", inbox.inbox_lines, name="inbox_lines"),
    path(f"{SITE}inbox/<slug:slug>/", inbox.conversation, name="conversation"),
    path(f"{SITE}log/", log.log, name="log"),
    path(f"{SITE}log/log.csv", log.log_file, name="log_file"),
    path(f"{SITE}people/", people.people, name="people"),
    path(PERSON, people.person, name="person"),
    path(f"{PERSON}note/", people_acts.note, name="note_person"),
    path(f"{PERSON}trust/", people_acts.trust, name="trust_person"),
    path(f"{PERSON}delete-messages/", people_acts.delete_messages, name="delete_of_person"),
    path(f"{PERSON}export/", people_acts.export, name="export_person"),
    path(f"{PERSON}erase/", people_acts.erase_person, name="erase_person"),
    path(f"{SITE}review/<slug:name>/", review.case, name="case"),
    path(f"{SITE}review/<slug:name>/decide/", review.decide, name="decide"),
]
