"""Mails of the workspace: whether any can be sent, and what a failure leaves in the log."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail

logger = logging.getLogger(__name__)


class MailFailed(Exception):
    """The mail server, or what stands for it, did not take a mail."""


def sends_mail() -> bool:
    """Whether mail can be sent.

    Without `EMAIL_URL` the settings name Django's backend that sends nothing (`config/mail.py`).
    """
    return bool(settings.EMAIL_BACKEND != "django.core.mail.backends.dummy.EmailBackend")


def send(*, to: str, subject: str, text: str) -> None:
    """Raises MailFailed."""
    try:
        send_mail(subject, text, None, [to])
    except Exception as error:  # noqa: BLE001  # any backend may be set
        raise failure(error) from None


def failure(error: Exception) -> MailFailed:
    """What to raise instead.

    What a mail server says may hold the address, so the log has its code alone.
    """
    why = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    logger.error("a mail could not be sent", extra={"why": why})
    return MailFailed()
