from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "inglenook.jobs"
    label = "jobs"

    def ready(self) -> None:
        from inglenook.jobs import previews  # noqa: F401  (its receiver connects on import)
