from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "inglenook.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inglenook.sites import (  # noqa: F401  (they listen to what ends and begins a login)
            last_seen,
            logins,
            members,
        )
