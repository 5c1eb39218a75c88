from __future__ import annotations

from random import Random

import pytest

from inglenook.sites.hosts import is_shared_suffix
from inglenook.sites.origins import EntryError, OriginEntry, parse_entry, parse_origin
from tests.hostile.corpus import BROKEN_ORIGINS


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("https://shop.example", "https://shop.example"),
        ("  https://shop.example\n", "https://shop.example"),
        ("HTTPS://Shop.Example:443", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://shop.example", "http://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("https://*.Shop.example:443", "https://*.shop.example"),
        ("https://*.shop.example:8443", "https://*.shop.example:8443"),
        ("https://*.bücher.example", "https://*.xn--bcher-kva.example"),
        ("https://*.shop.co.uk", "https://*.shop.co.uk"),
        ("https://*.anna.github.io", "https://*.anna.github.io"),
        ("http://localhost:*", "http://localhost:*"),
        ("http://127.0.0.1:*", "http://127.0.0.1:*"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://localhost", "https://localhost"),
        ("https://intranet", "https://intranet"),
        ("http://192.168.1.5:3000", "http://192.168.1.5:3000"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://github.io", "https://github.io"),
    ],
)
def test_it_accepts_an_entry_in_its_one_form(typed: str, canonical: str) -> None:
    entry = parse_entry(typed)
    assert str(entry) == canonical
    assert parse_entry(canonical) == entry


@pytest.mark.parametrize(
    ("typed", "code", "suggestion"),
    [
        # a slash, a path, what a copied address has
        ("https://shop.example/", "trailing_slash", "https://shop.example"),
        ("https://shop.example/basket", "path", "https://shop.example"),
        ("https://shop.example:8443/basket?x=1#y", "path", "https://shop.example:8443"),
        ("https://shop.example?utm=1", "path", "https://shop.example"),
        ("https://shop.example#top", "path", "https://shop.example"),
        ("https://shop.example\\x", "path", "https://shop.example"),
        # no scheme, or another
        ("shop.example", "no_scheme", "https://shop.example"),
        ("Shop.Example/", "no_scheme", "https://shop.example"),
        ("www.shop.example/basket", "no_scheme", "https://www.shop.example"),
        ("shop.example:8443", "no_scheme", "https://shop.example:8443"),
        ("//shop.example", "no_scheme", "https://shop.example"),
        ("localhost", "no_scheme", "http://localhost:*"),
        ("localhost:3000", "no_scheme", "http://localhost:3000"),
        ("127.0.0.1:8000", "no_scheme", "http://127.0.0.1:8000"),
        ("[::1]:8000", "no_scheme", "http://[::1]:8000"),
        ("*.shop.example", "no_scheme", "https://*.shop.example"),
        (".shop.example", "no_scheme", "https://*.shop.example"),
        ("me@shop.example", "no_scheme", "https://shop.example"),
        ("https:shop.example", "slashes", "https://shop.example"),
        ("https:/shop.example", "slashes", "https://shop.example"),
        ("https:\\\\shop.example", "slashes", "https://shop.example"),
        ("https:///shop.example", "slashes", "https://shop.example"),
        ("wss://shop.example", "scheme", "https://shop.example"),
        ("ws://localhost:3000", "scheme", "http://localhost:3000"),
        ("ftp://shop.example", "scheme", None),
        ("file:///home/anna/index.html", "scheme", None),
        ("chrome-extension://abcdef", "scheme", None),
        ("mailto:me@shop.example", "scheme", None),
        ("javascript:alert(1)", "scheme", None),
        # stars
        ("*", "wildcard_all", None),
        ("https://*", "wildcard_all", None),
        ("http://*", "wildcard_all", None),
        ("https://*:8443", "wildcard_all", None),
        ("*:*", "wildcard_all", None),
        ("https://.shop.example", "leading_dot", "https://*.shop.example"),
        ("https://*shop.example", "wildcard", "https://*.shop.example"),
        ("https://www.*.example", "wildcard", None),
        ("https://shop.*", "wildcard", None),
        ("https://*.*.shop.example", "wildcard", None),
        ("https://*.10.0.0.1", "wildcard", None),
        ("http://*.shop.example", "wildcard_http", "https://*.shop.example"),
        ("https://*.com", "public_suffix", None),
        ("*.com", "public_suffix", None),
        ("https://*.localhost", "public_suffix", None),
        ("https://*.co.uk", "public_suffix", None),
        ("https://*.com.au", "public_suffix", None),
        ("https://*.github.io", "public_suffix", None),
        ("https://*.s3.amazonaws.com", "public_suffix", None),
        ("https://*.MyShopify.com", "public_suffix", None),
        # user names
        ("https://anna@shop.example", "userinfo", "https://shop.example"),
        ("https://anna:pw@shop.example/", "userinfo", "https://shop.example"),
        ("https://shop.example@evil.com", "userinfo", "https://evil.com"),
        # ports
        ("https://shop.example:", "port", "https://shop.example"),
        ("https://shop.example:0443", "port", "https://shop.example"),
        ("https://shop.example:08443", "port", "https://shop.example:8443"),
        ("https://shop.example:0", "port", None),
        ("https://shop.example:65536", "port", None),
        ("https://shop.example:99999999999999999999", "port", None),
        ("https://shop.example:abc", "port", None),
        ("https://shop.example:-1", "port", None),
        ("https://shop.example:٤٤٣", "port", None),
        ("https://shop.example:*", "port_wildcard", "https://shop.example"),
        ("https://localhost:*", "port_wildcard", "https://localhost"),
        ("http://[::1]:*", "port_wildcard", "http://[::1]"),
        # names
        ("https://shop.example.", "trailing_dot", "https://shop.example"),
        ("https://shop..example", "host", None),
        ("https://shop.example..", "host", None),
        ("https://", "host", None),
        ("https://.", "host", None),
        ("https://[::1", "host", None),
        ("https://[::1%eth0]", "host", None),
        ("https://256.1.1.1", "host", None),
        ("https://sh$op.example", "host", None),
        ("https://💩.example", "host", None),
        ("https://[::1]x", "invalid", None),
        # not one origin
        ("", "empty", None),
        ("   ", "empty", None),
        ("null", "null", None),
        ("https://shop.example https://b.example", "blank", None),
        ("https://shop.example,https://b.example", "blank", None),
        ("https://shop.example\nhttps://b.example", "blank", None),
        ("https://shop.\x00example", "blank", None),
        ("https://shop.\u200bexample", "blank", None),
        ("https://" + "a" * 300, "too_long", None),
    ],
)
def test_it_explains_a_mistake_and_corrects_it_where_that_is_plain(
    typed: str, code: str, suggestion: str | None
) -> None:
    with pytest.raises(EntryError) as refused:
        parse_entry(typed)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)
    assert refused.value.message == str(refused.value)
    assert refused.value.message[-1] in ".*"
    if suggestion is not None:
        assert str(parse_entry(suggestion)) == suggestion


def test_a_file_learns_how_to_become_a_page() -> None:
    with pytest.raises(EntryError, match="http://localhost"):
        parse_entry("file:///home/anna/index.html")


# Suffixes that must stay refused, whatever the library's next list holds.
SHARED = """
    asso.fr gob.es gob.mx gouv.fr go.id go.jp go.kr go.th govt.nz gv.at id.au ltd.uk me.uk
    ne.jp nhs.uk nom.br or.at or.id or.jp or.kr or.th plc.uk sch.uk web.id co.com uk.com
    us.com eu.com de.com eu.org amplifyapp.com azureedge.net azurestaticapps.net
    azurewebsites.net bitbucket.io blogspot.com bubbleapps.io cloudapp.net cloudfront.net
    codeberg.page deno.dev elasticbeanstalk.com firebaseapp.com fly.dev framer.app
    framer.website github.dev github.io gitlab.io gitpod.io glitch.me hatenablog.com
    herokuapp.com loca.lt lovable.app myshopify.com neocities.org netlify.app ngrok.app
    ngrok.dev ngrok.io ngrok-free.app ngrok-free.dev notion.site now.sh onrender.com
    pages.dev pythonanywhere.com railway.app readthedocs.io repl.co replit.app replit.dev
    run.app s3.amazonaws.com squarespace.com stackblitz.io streamlit.app surge.sh
    trycloudflare.com tumblr.com vercel.app vercel.dev web.app webflow.io weebly.com
    wixsite.com wordpress.com workers.dev wpengine.com
    """


@pytest.mark.parametrize("suffix", [*SHARED.split(), "co.zz", "com.ad", "kobe.jp", "anything.ck"])
def test_a_wildcard_over_a_suffix_that_strangers_share_is_refused(suffix: str) -> None:
    with pytest.raises(EntryError) as refused:
        parse_entry(f"https://*.{suffix}")
    assert refused.value.code == "public_suffix"
    # Below some suffixes (`*.sch.uk`) the next name is still shared.
    assert str(parse_entry(f"https://*.shop.a.{suffix}")) == f"https://*.shop.a.{suffix}"


def test_the_exceptions_of_the_public_suffix_list_are_names_of_one_owner() -> None:
    assert str(parse_entry("https://*.www.ck")) == "https://*.www.ck"
    assert str(parse_entry("https://*.city.kobe.jp")) == "https://*.city.kobe.jp"


def test_a_name_under_which_strangers_have_websites_is_known() -> None:
    assert all(map(is_shared_suffix, ("com", "co.uk", "com.br", "github.io", "eu.com")))
    assert not any(map(is_shared_suffix, ("shop.example", "shop.co.uk", "co.example", "t.co")))


def _entry_or_error(typed: str) -> OriginEntry | EntryError:
    try:
        return parse_entry(typed)
    except EntryError as error:
        return error


def test_ten_thousand_random_lines_get_an_entry_or_an_explanation() -> None:
    rng = Random(20)
    alphabet = "htps:/.*@[]?#\\%-_ 019abzü\u200b\n\x00💩shop.example,;"
    for _ in range(10_000):
        line = "".join(rng.choices(alphabet, k=rng.randrange(30)))
        line = rng.choice(["", "https://", "http://", "https://*."]) + line
        parse_origin(line)
        answer = _entry_or_error(line)
        if isinstance(answer, EntryError):
            assert answer.message
            kept = answer.suggestion
        else:
            kept = str(answer)
        assert kept is None or str(parse_entry(kept)) == kept


@pytest.mark.parametrize("typed", BROKEN_ORIGINS)
def test_no_entry_is_wider_than_what_was_written(typed: str) -> None:
    answer = _entry_or_error(typed)
    if isinstance(answer, OriginEntry):
        assert answer.subdomains == ("*." in typed)
        assert answer.host != "*"
