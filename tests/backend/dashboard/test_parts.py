"""The parts that pages are built of: what each draws of what it gets, and that it escapes it."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from inglenook.dashboard.forms import PlainForm
from inglenook.dashboard.shell import faces
from inglenook.sites.models import Site

EVIL = "<b>&"


def part(of: str, **values: Any) -> str:
    return " ".join(render_to_string(f"dashboard/parts/_{of}.html", values).split())


def test_a_button_is_a_link_where_it_leads_somewhere() -> None:
    link = part("button", text="Go", url="/there/", kind="plain", about="to the room")
    assert link.startswith('<a class="button plain" href="/there/">Go')
    assert '<span class="visually-hidden"> to the room</span>' in link
    button = part("button", text=EVIL, name="act", value="mute", icon_name="mute")
    assert '<button class="button " type="submit" name="act" value="mute">' in button
    assert "&lt;b&gt;&amp;" in button
    assert "<svg" in button


def test_a_badge_counts_to_99_and_says_of_what() -> None:
    assert part("badge", number=0) == ""
    assert ">7<" in part("badge", number=7, label="reports")
    assert "reports" in part("badge", number=7, label="reports")
    assert "99+" in part("badge", number=100)
    assert 'class="badge quiet"' in part("badge", number=3, is_quiet=True)


def test_a_tag_and_an_empty_state_say_it_in_words() -> None:
    assert part("tag", text=EVIL, kind="warn") == '<span class="tag warn">&lt;b&gt;&amp;</span>'
    empty = part(
        "empty", title="No case", text="Nothing waits.", url="/rooms/", label="To the rooms"
    )
    assert "<p>Nothing waits.</p>" in empty
    assert 'href="/rooms/">To the rooms</a>' in empty
    assert "<a" not in part("empty", text="Nothing waits.")


def test_a_switch_has_its_label_its_hint_and_what_is_wrong() -> None:
    class Form(PlainForm):
        sound = forms.BooleanField(label="Sound", help_text="A soft one.")

    fresh = part("switch", field=Form()["sound"])
    assert '<label for="id_sound">Sound</label>' in fresh
    assert 'id="id_sound_helptext">A soft one.</span>' in fresh
    assert 'type="checkbox"' in fresh
    assert "required" in fresh
    refused = part("switch", field=Form({})["sound"])
    assert 'id="id_sound_error"' in refused


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amber Otter", "AO"), ("olive", "O"), ("Jean-Luc van Dam", "JD"), ("🎉", "·"), ("", "·")],
)
def test_a_face_has_the_letters_of_a_name(name: str, letters: str) -> None:
    assert faces.initials(name) == letters


def test_a_person_keeps_one_colour_and_the_team_has_its_arch() -> None:
    assert faces.voice_of("v_abc") == faces.voice_of("v_abc")
    assert {faces.voice_of(f"v_{number}") for number in range(8)} == set(faces.VOICES)
    assert faces.voice_of(None) in faces.VOICES
    assert 'class="face team "' in faces.face("Olive Oil", "m_1", is_team=True)
    assert ">O</span>" in faces.face("Olive Oil", "m_1", is_team=True)
    assert "<b>" not in faces.face(EVIL, "v_1")


@pytest.mark.parametrize(
    ("accent", "ground", "ink"),
    [
        ("#3d5a45", "#3d5a45", "#ffffff"),
        ("#ffe680", "#ffe680", "#000000"),
        ('red"/><script>', "#a8431f", "#ffffff"),
        (None, "#a8431f", "#ffffff"),
    ],
)
def test_a_sites_mark_has_its_colour_and_letters_that_can_be_read(
    accent: str | None, ground: str, ink: str
) -> None:
    drawn = faces.site_mark(Site(name="Wick & Clay", theme={"accent": accent}))
    assert f'fill="{ground}"' in drawn
    assert f'fill="{ink}">WC</text>' in drawn
    assert "script" not in drawn
