from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "inglenook.chat"
    label = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inglenook.chat import publish  # noqa: F401  (its receivers connect on import)
