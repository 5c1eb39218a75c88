from __future__ import annotations

from typing import Any

import pytest

from inglenook.chat.body_html import body_html

Run = dict[str, Any]


def run(kind: str, at: int, length: int, **more: str) -> Run:
    return {"kind": kind, "at": at, "len": length, **more}


@pytest.mark.parametrize(
    ("body", "entities", "html"),
    [
        ("plain", [], "plain"),
        ("<b>&'\"", [], "&lt;b&gt;&amp;&#x27;&quot;"),
        ("a *b* c", [run("bold", 2, 3)], "a <strong>b</strong> c"),
        ("_i_", [run("italic", 0, 3)], "<em>i</em>"),
        ("`<i>`", [run("code", 0, 5)], "<code>&lt;i&gt;</code>"),
        ("*a _b_*", [run("bold", 0, 7), run("italic", 3, 3)], "<strong>a <em>b</em></strong>"),
        # Offsets count UTF-16 units: this emoji is two.
        ("🎉 *b* 🎉", [run("bold", 3, 3)], "🎉 <strong>b</strong> 🎉"),
        ("hi @Otter!", [run("mention", 3, 6, id="v_1")], 'hi <span class="mention">@Otter</span>!'),
        ("one\ntwo", [], "one\ntwo"),
    ],
)
def test_runs_become_elements_and_all_else_is_text(
    body: str, entities: list[Run], html: str
) -> None:
    assert body_html(body, entities) == html


def test_a_link_gives_no_credit_and_no_way_back() -> None:
    html = body_html("see a.example", [run("link", 4, 9, url='https://a.example/?q="x"')])
    assert html == (
        'see <a href="https://a.example/?q=&quot;x&quot;" rel="noopener noreferrer nofollow ugc" '
        'target="_blank">a.example</a>'
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", ""])
def test_a_stored_row_cannot_make_another_kind_of_link(url: str) -> None:
    assert body_html("press", [run("link", 0, 5, url=url)]) == "press"


@pytest.mark.parametrize(
    "entities",
    [
        [run("bold", 3, 99)],
        [run("bold", 0, 3), run("italic", 2, 3)],
        [run("bold", 3, 0)],
        [run("unknown", 0, 3)],
    ],
)
def test_runs_that_do_not_fit_lose_no_text(entities: list[Run]) -> None:
    html = body_html("abcdef", entities)
    assert "".join(character for character in html if character in "abcdef").endswith("ef")
