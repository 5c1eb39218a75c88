from django.apps import AppConfig


class SettingsConfig(AppConfig):
    """An app, so that its system checks run with Django's own and it sets the timeouts of new
    database connections.
    """

    name = "inglenook.config"
    label = "config"

    def ready(self) -> None:
        from inglenook.config import checks, postgres_session  # noqa: F401  (registers checks)

        postgres_session.connect()
