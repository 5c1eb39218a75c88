"""Names that would pass for the site or its team, in whatever part and writing; and names that only
look a little like it.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol.text import normalise_name, speaks_for_the_site
from inglenook.visitors.names import FIRST_WORDS, SECOND_WORDS

SITE = "Candle Shop"
TEAM = ("Olive", "Morris Miller")


def is_refused(name: str, site: str = SITE) -> bool:
    return speaks_for_the_site(name, site, TEAM)


@pytest.mark.parametrize(
    "name",
    [
        *("Alice (team)", "Alice Support", "Admin1", "The owner", "System message"),
        *("Team Otter", "[MOD] Alice", "Alice <staff>", "«Support»", "★Admin★", "Support™"),
        *(
            "Alice — Team",
            "Alice/Admin",
            "Alice,Admin",
            "Alice|admin",
            "Alice @team",
            "Alice+admin",
        ),
        *("Owner of the shop", "Dr. Admin", "Official", "Inglenook Bot", "Customer service"),
        *("007admin", "Admin_007", "Admin\u00b2", "Admin №1", "Admin2Anna"),
        *("TheOwner", "theowner", "AdminAlice", "supportteam", "SiteOwner", "realadmin"),
    ],
)
def test_an_office_is_found_in_every_part_of_a_name(name: str) -> None:
    assert is_refused(name)


@pytest.mark.parametrize(
    "name",
    [
        *("A d m i n", "a.d.m.i.n", "S.Y.S.T.E.M", "s t a f f", "Sup-port", "Alice Sup port"),
        *("aDmIn", "OWNER", "ADM1N", "4dmin", "@dmin", "Adm!n", "$upport", "m0d", "0wner", "†eam"),
        *("|Admin|", "Support!", "!Admin1", "Rnoderator", "ᴀᴅᴍɪɴ", "Ａｄｍｉｎ", "𝓐𝓭𝓶𝓲𝓷"),
        *("\u0410dm\u0456n", "Supр\u043ert", "st\u00e4ff", "Ad\u200bmin", "Admin\u2060istrator"),
        *("Ⓐⓓⓜⓘⓝ", "⒜⒟⒨⒤⒩", "🅰🅳🅼🅸🅽", "🇦 🇩 🇲 🇮 🇳", "🅐dmin"),
    ],
)
def test_it_is_found_in_every_disguise(name: str) -> None:
    assert is_refused(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Moderatorin Anna", "Kundendienst", "Eigentümer", "Eigentuemer", "Mitarbeiter Max"),
        *("Équipe", "Équipe Bougie", "Modératrice", "Service client", "Propriétaire"),
        *("Anna (equipo)", "Soporte", "Moderación", "La dueña", "Administradora"),
        *("أحمد (الفريق)", "المشرف", "الـفـريق", "ادارة", "فريق الدعم"),
        *("Equipe", "Suporte", "João (atendimento)", "Amministratrice", "Assistenza", "Il gestore"),
        *("Beheerder Jan", "Klantenservice", "Zespół", "Wlasciciel", "Anna (obsługa)"),
        *("Yönetici", "Destek", "Ali (ekip)", "הצוות", "דנה (תמיכה)", "מנהלת"),
        *(
            "スタッフ",
            "田中（運営）",
            "公式スタッフ",
            "관리자",
            "민수 (운영팀)",
            "管理员",
            "官方客服",
        ),
    ],
)
def test_it_is_found_in_every_language_of_the_widget(name: str) -> None:
    assert is_refused(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Candle Shop", "candleshop", "Candle Shop help", "Alice (Candle Shop)", "x CandleShop!"),
        *("Olive", "[Olive]", "Olive (the real one)", "O l i v e", "Alice | Morris Miller"),
    ],
)
def test_the_sites_and_the_teams_names_are_found_in_parts(name: str) -> None:
    assert is_refused(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Administrata", "Teamo", "Moderna", "Steam", "Beam", "Modesty", "Model", "Modena"),
        *("Owen", "Ownby", "Supporter", "Teammate", "Systema", "Rooter", "Adam", "Robot", "Abbot"),
        *("Staffan", "Staffordshire Anna", "Botticelli", "Bo Tanner", "Mo Dean", "Personalised"),
        *(
            "Amber Otter",
            "Anna Miller",
            "Max1990",
            "J. Smith",
            "O'Brien",
            "Al Iceland",
            "王小明",
            "🙂",
        ),
        *("Candle", "Shopper", "Shop Otter", "Olive Oyl", "Olivera", "Morris", "Miller"),
        *("مالك", "نظام", "رسمي", "🇩🇪"),
        *("Giulia", "Gestora", "Jan Beheerse", "Zespolska", "Desta", "Ekin", "דוד", "רותם"),
        *("佐藤", "公一", "김민수", "공유", "管仲", "官慧"),
    ],
)
def test_other_names_are_left_alone(name: str) -> None:
    assert not is_refused(name)


def test_a_sites_name_of_one_word_is_its_own_only_as_a_whole_part() -> None:
    for name in ("Emma", "Anna (Emma)", "EMMA!"):
        assert is_refused(name, site="Emma")
    for name in ("Emma Watson", "Emmanuel"):
        assert not is_refused(name, site="Emma")
    assert not is_refused("Anna", site="🙂")


def test_no_name_that_we_give_speaks_for_the_site() -> None:
    assert [
        word for word in {*FIRST_WORDS, *SECOND_WORDS} if speaks_for_the_site(word, "", ())
    ] == []
    pairs = zip(FIRST_WORDS, SECOND_WORDS, strict=False)
    names = [f"{one.title()} {other.title()}" for one, other in pairs]
    assert [name for name in names if speaks_for_the_site(name, "", ())] == []


@given(st.text(max_size=40))
def test_it_never_raises(name: str) -> None:
    speaks_for_the_site(name, SITE, TEAM)


@given(st.text(alphabet="abcxyz -.", max_size=12), st.text(alphabet="abcxyz -.", max_size=12))
def test_what_stands_round_an_office_does_not_hide_it(before: str, after: str) -> None:
    name = normalise_name(f"{before} admin {after}")
    assert is_refused(name)
