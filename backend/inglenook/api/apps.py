from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "inglenook.api"
    label = "api"

    def ready(self) -> None:
        from corsheaders.signals import check_request_enabled

        from inglenook.api.owner.idempotency import forget_answers_about
        from inglenook.api.visitor.cors import may_read
        from inglenook.visitors.signals import visitor_erased

        check_request_enabled.connect(may_read, dispatch_uid="inglenook.api.visitor.cors")
        visitor_erased.connect(forget_answers_about, dispatch_uid="inglenook.api.owner.idempotency")
