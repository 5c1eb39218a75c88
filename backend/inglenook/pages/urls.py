"""Every address below /s/."""

from __future__ import annotations

from django.urls import path

from inglenook.pages import views

app_name = "pages"
urlpatterns = [
    path("<str:site_key>/", views.site, name="site"),
    path("<str:site_key>/r/<str:slug>/", views.room, name="room"),
    path("<str:site_key>/r/<str:slug>/news/", views.news, name="news"),
    path("<str:site_key>/r/<str:slug>/name/", views.name, name="name"),
    path("<str:site_key>/r/<str:slug>/files/<str:public_id>", views.file, name="file"),
    path("<str:site_key>/r/<str:slug>/you/", views.you, name="you"),
    path("<str:site_key>/r/<str:slug>/you/what-i-wrote.json", views.own_copy, name="own_copy"),
    path("<str:site_key>/r/<str:slug>/report/<int:seq>/", views.report, name="report"),
]
