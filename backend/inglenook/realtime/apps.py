from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "inglenook.realtime"
    label = "realtime"
