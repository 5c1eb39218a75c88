import codecs

from django.apps import AppConfig

# Python opens the file of a codec when it is first used. Then there may be no descriptor left for
# it: Django writes the path of every refused request into the log by the first of these.
CODECS = ("unicode_escape", "idna", "punycode", "latin-1")


class OpsConfig(AppConfig):
    name = "inglenook.ops"
    label = "ops"

    def ready(self) -> None:
        for codec in CODECS:
            codecs.lookup(codec)
