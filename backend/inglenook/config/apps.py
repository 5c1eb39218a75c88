from django.apps import AppConfig


class SettingsConfig(AppConfig):
    """An app for one reason: its system checks run with Django's own."""

    name = "inglenook.config"
    label = "config"

    def ready(self) -> None:
        from inglenook.config import checks  # noqa: F401  (registers them)
