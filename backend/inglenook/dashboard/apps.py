from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "inglenook.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from inglenook.dashboard import second_step  # noqa: F401  (it listens to new passkeys)
