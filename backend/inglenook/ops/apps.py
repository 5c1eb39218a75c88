from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "inglenook.ops"
    label = "ops"
