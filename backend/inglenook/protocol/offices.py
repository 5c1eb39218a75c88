"""Names by which a visitor would pass for the site or its team, in any part of the name. Pure.

    "Alice (team)"   parts        "Alice" · "team"        brackets and strong signs divide a name
    "Alice Support"  words        "Alice" "Support"       one of them is a word for an office
    "Admin1"         digits at its ends are no part of a word
    "TheOwner"       compounds    "the" + "owner"
    "S u p-port"     what blanks, dots and hyphens divide is read together, too

A word for an office counts as a whole: Administrata, Teamo and Moderna are names like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from .characters import UNSEEN, is_mark
from .lookalikes import SIGN_LETTERS, fold, is_reserved, plain

# In the languages of the widget. Each stands for somebody who decides, helps or speaks here by
# office.
_OFFICES: Final = """
    admin admins administrator administrators administration sysadmin sysop superuser webmaster root
    moderator moderators moderation owner owners manager management supervisor operator operators
    staff team teams support helpdesk service security employee official inglenook
    system systems announcement announcements notification notifications

    administratorin administratoren moderatorin moderatoren besitzer besitzerin inhaber inhaberin
    eigentümer eigentuemer eigentümerin betreiber betreiberin mitarbeiter mitarbeiterin personal
    kundendienst kundenservice kundenbetreuung leitung verwaltung offiziell systemnachricht

    administrateur administratrice administrateurs modérateur modératrice modérateurs modération
    propriétaire gérant gérante responsable équipe personnel assistance système officiel officielle
    opérateur employé employée

    administrador administradora administradores administración moderador moderadora moderadores
    moderación propietario propietaria dueño dueña gerente encargado encargada equipo soporte
    asistencia sistema oficial operador empleado empleada

    مشرف المشرف مشرفة المشرفة مدير المدير مديرة المديرة إدارة الإدارة فريق الفريق دعم الدعم المالك
    المالكة النظام موظف الموظف مسؤول المسؤول الرسمي خدمة الخدمة المساعدة الأدمن أدمن

    administração moderação proprietário proprietária dono equipe suporte atendimento assistência
    responsável funcionário funcionária

    amministratore amministratrice amministratori amministrazione moderatore moderatrice moderatori
    moderazione titolare gestore gestrice personale supporto assistenza ufficiale operatore
    operatrice dipendente

    beheerder beheerders beheer eigenaar eigenares medewerker medewerkers personeel klantenservice
    klantendienst ondersteuning systeem officieel

    administratorka administracja moderatorka moderatorzy moderacja właściciel właścicielka zespół
    obsługa wsparcie pomoc oficjalny oficjalna pracownik pracownica kierownik kierowniczka personel

    yönetici yöneticiler yönetim moderatör moderatörler sahibi ekip ekibi destek sistem resmi
    görevli yetkili çalışan operatör

    מנהל המנהל מנהלת המנהלת הנהלה ההנהלה צוות הצוות תמיכה התמיכה שירות השירות בעלים הבעלים מערכת
    המערכת רשמי הרשמי נציג הנציג נציגה הנציגה אדמין מודרטור

    管理者 管理人 運営 運営者 運営チーム スタッフ チーム サポート モデレーター オーナー 公式
    システム 店長 店員 担当者 事務局 お知らせ

    관리자 운영자 운영팀 운영진 매니저 직원 스태프 고객센터 지원팀 공식 시스템 소유자 사장
    상담원 공지

    管理员 管理 团队 客服 官方 系统 版主 站长 店主 店长 员工 工作人员 运营 公告 机器人
    """
# So short that they are often a part of other words: they count alone.
_SHORT_OFFICES: Final = "mod mods bot bots"
# What stands with an office in one word.
_COMPANY: Final = (
    "the our your real site chat shop web main head chief super global message messages customer"
)
_LEAST_TOGETHER: Final = 5
_BLANKS: Final = re.compile(r"[\s._'\u2019`-]+")
_DIGITS: Final = "0123456789"
_ENDS: Final = _DIGITS + "!\u00a1|\u2223+\u2020"


def _either(words: str) -> str:
    return "|".join(sorted({re.escape(fold(plain(word))) for word in words.split()}))


_OFFICE: Final = re.compile(
    f"(?:{_either(_SHORT_OFFICES)})"
    f"|(?:{_either(_COMPANY + _OFFICES)})*(?:{_either(_OFFICES)})"
    f"(?:{_either(_COMPANY + _OFFICES)})*"
)


def speaks_for_the_site(name: str, site: str, team: Iterable[str]) -> bool:
    """Whether a name holds a word for an office, the site's name, or that of one of its team.

    A site's name of several words is found anywhere; of one word, and a person's, where it is a
    whole part.
    """
    taken = (site, *team)
    # A sign may be a letter in disguise, or a border.
    parts = {name, *_parts(name, SIGN_LETTERS), *_parts(name, frozenset())}
    return any(
        is_reserved(part, taken) or _holds_an_office(part) or _holds(part, site) for part in parts
    )


def _parts(name: str, letters: frozenset[str]) -> list[str]:
    spelled = plain(UNSEEN.sub("", name))
    kept = [c if _belongs(c) or c in letters else "\n" for c in spelled]
    return [part for part in "".join(kept).split("\n") if part.strip()]


def _belongs(character: str) -> bool:
    return character.isalnum() or is_mark(character) or _BLANKS.fullmatch(character) is not None


def _holds_an_office(part: str) -> bool:
    words = _BLANKS.split(part.strip())
    if any(_OFFICE.fullmatch(reading) for word in words for reading in _readings(word)):
        return True
    pieces = [fold(piece) for word in words for piece in _humps(word)]
    return any(
        _OFFICE.fullmatch(run)
        for run, count, longest in _runs(pieces)
        if count == 1 or count == len(pieces) or longest == 1 or len(run) >= _LEAST_TOGETHER
    )


def _holds(part: str, site: str) -> bool:
    wanted = [fold(word) for word in _BLANKS.split(plain(site).strip())]
    if len(wanted) < 2 or not "".join(wanted):
        return False
    pieces = [fold(word) for word in _BLANKS.split(part.strip())]
    return any(run == "".join(wanted) for run, _, _ in _runs(pieces))


def _readings(word: str) -> set[str]:
    """A word with and without the digits and signs at its ends: `4dmin`, `Admin1`."""
    from_start = word.lstrip(_ENDS)
    return {fold(it) for it in (word, word.rstrip(_ENDS), from_start, from_start.rstrip(_ENDS))}


def _humps(word: str) -> list[str]:
    """`TheOwner` as `The` and `Owner`, `Admin2Anna` as `Admin` and `Anna`."""
    pieces, start = [], 0
    for at in range(1, len(word)):
        if word[at].isupper() and not word[at - 1].isupper():
            pieces.append(word[start:at])
            start = at
    pieces.append(word[start:])
    return [piece.rstrip(_DIGITS) or piece for piece in pieces]


def _runs(pieces: list[str]) -> Iterator[tuple[str, int, int]]:
    """Neighbours read together; how many they are, and how long the longest is."""
    for start in range(len(pieces)):
        run, longest = "", 0
        for end in range(start, len(pieces)):
            run += pieces[end]
            longest = max(longest, len(pieces[end]))
            yield run, end - start + 1, longest
