from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "inglenook.api"
    label = "api"

    def ready(self) -> None:
        from corsheaders.signals import check_request_enabled

        from inglenook.api.visitor.cors import may_read

        check_request_enabled.connect(may_read, dispatch_uid="inglenook.api.visitor.cors")
