from django.apps import AppConfig


class SettingsConfig(AppConfig):
    """An app for two reasons: its system checks run with Django's own, and connections are told how
    long to wait.
    """

    name = "inglenook.config"
    label = "config"

    def ready(self) -> None:
        from inglenook.config import checks, postgres_session  # noqa: F401  (registers checks)

        postgres_session.connect()
