from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "inglenook.jobs"
    label = "jobs"
