from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "inglenook.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inglenook.sites import logins  # noqa: F401  (it listens to what ends a login)
