"""The base of the dashboard's forms, and functions for their views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.functional import Promise, lazystr
from django.utils.translation import gettext, gettext_lazy

from inglenook.protocol.errors import ChatError
from inglenook.protocol.limits import PICTURE_BYTES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# For a field whose text counts to the letter: no help of the browser or a phone.
TYPED_EXACTLY: Final = {
    "class": "mono",
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
}
NOT_AN_EMAIL: Final = gettext_lazy("This is not an e-mail address. One looks like: a@b.example")


def format_lazy(text: str | Promise, **values: int) -> _StrPromise:
    """A translated text with numbers in it, put together when it is shown."""

    class Formatted:
        def __str__(self) -> str:
            return str(text) % values

    return lazystr(Formatted())


class PictureField(forms.FileField):
    """A picture that is drawn again (`sites/pictures.py`)."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"})
    default_error_messages: ClassVar[dict[str, str | _StrPromise]] = {
        "required": gettext_lazy("Choose a picture."),
        "empty": gettext_lazy("The file is empty."),
    }


class PlainForm(forms.Form):
    """A form that shows a service's refusal at the field at fault. Its labels have no colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: ChatError, *, field: str | None = None) -> None:
        """Shows a service's refusal beside the field at fault, or above all of them."""
        at_fault = field or error.field
        self.add_error(at_fault if at_fault in self.fields else None, error.message)


class TypedForm(PlainForm):
    """Asks for words that must be typed exactly, before what cannot be undone."""

    confirm = forms.CharField(widget=forms.TextInput(attrs=TYPED_EXACTLY))

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words.strip()
        field = self.fields["confirm"]
        field.label = gettext("To go on, write “%(words)s”") % {"words": self.words}
        field.error_messages["required"] = self._refusal

    @property
    def _refusal(self) -> str:
        text = gettext("This is not the name. Write “%(words)s” to go on.")
        return text % {"words": self.words}

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed != self.words:
            raise forms.ValidationError(self._refusal)
        return typed


def bound(form: type[PlainForm], request: HttpRequest, **kwargs: Any) -> Any:
    """The form with the values of a POST, or empty for a GET."""
    return form(request.POST, **kwargs) if request.method == "POST" else form(**kwargs)


def bytes_of(file: UploadedFile[Any]) -> bytes:
    """One byte more than a picture may have is enough to see that it is too large."""
    found: bytes = file.read(PICTURE_BYTES + 1)
    return found


def status_of(form: PlainForm) -> int:
    """422 where a field has an error, so that scripts and tests need not read the page."""
    return 422 if form.errors else 200
