from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "inglenook.pages"
    label = "pages"
