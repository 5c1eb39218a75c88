"""Install says why a page has no chat, and turns green by itself once that is mended."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.test_unlisted_origin import sign_in
from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit

REFUSED = "Content Security Policy|inglenook|Inglenook|ERR_"
FORBIDDEN = "The page's Content-Security-Policy forbids the chat to connect."
SLOWER = "The page's Content-Security-Policy forbids WebSockets."


def policy(connect: str) -> str:
    """A script that gives the page a policy of its own, as early as there is a head."""
    return f"""new MutationObserver((_, watcher) => {{
        if (!document.head) return;
        watcher.disconnect();
        const meta = document.createElement("meta");
        meta.httpEquiv = "Content-Security-Policy";
        meta.content = "connect-src {connect}";
        document.head.append(meta);
    }}).observe(document, {{ childList: true, subtree: true }})"""


def install_page(demo: Demo, visit: Visit) -> Page:
    owner = sign_in(demo, visit)
    owner.goto(f"{demo.base_url}/dashboard/")
    owner.get_by_role("link", name="Install", exact=True).click()
    return owner


def test_a_policy_that_forbids_all_is_named_and_goes_by_itself(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/shop", complaints=REFUSED, before=policy("'self'"))
    Chat(page).launcher.click()
    owner = install_page(demo, visit)
    finding = owner.get_by_role("listitem").filter(has_text=FORBIDDEN)
    expect(finding).to_be_visible(timeout=COMING_BACK_MS)
    finding.get_by_role("link", name="To the lines").click()
    lines = owner.get_by_role("region", name="Lines of the policy")
    expect(lines).to_be_in_viewport()
    expect(lines).to_contain_text(f"connect-src {demo.base_url}")
    page.close()

    Chat(visit(f"{demo.pages_url}/shop")).open()
    expect(finding).to_have_count(0, timeout=COMING_BACK_MS)
    expect(owner.get_by_text("Working", exact=True)).to_be_visible()


def test_a_policy_without_the_socket_is_named_though_the_chat_works(
    demo: Demo, visit: Visit
) -> None:
    before = policy(f"'self' {demo.base_url}")
    page = visit(f"{demo.pages_url}/shop", complaints=REFUSED, before=before)
    chat = Chat(page)
    chat.launcher.click()
    expect(chat.log).to_be_visible(timeout=2 * COMING_BACK_MS)
    chat.say("By a slower way")
    chat.expect_message("By a slower way")
    owner = install_page(demo, visit)
    expect(owner.get_by_text(SLOWER)).to_be_visible(timeout=COMING_BACK_MS)
