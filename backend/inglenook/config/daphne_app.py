"""Daphne as an app: its `runserver` serves sockets too.

Daphne's own config imports its server, and with it Twisted, into every process and every command:
more than half of the time of each start. Whoever serves by daphne imports that itself.
"""

from __future__ import annotations

from django.apps import AppConfig


class DaphneAppConfig(AppConfig):
    name = "daphne"
    verbose_name = "Daphne"
