from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "inglenook.dashboard"
    label = "dashboard"
