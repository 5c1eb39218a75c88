from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "inglenook.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from inglenook.dashboard import (  # noqa: F401  (they listen to sign-ins and new passkeys)
            own_sessions,
            second_step,
        )
