from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "inglenook.api"
    label = "api"
