"""What no chat of this design can go below on this machine: the answers of the server alone, with
nothing drawn, and the same panel as plain HTML, with nothing asked.
"""

from __future__ import annotations

import html
import json

from playwright.sync_api import Page

from bench.page.stage import Stage, manifest

# The panel as it is now, as HTML with its sheets and what embed.js has set.
TAKEN = """() => {
    const host = document.querySelector("html > inglenook-chat");
    const root = host.shadowRoot;
    const css = root.adoptedStyleSheets.flatMap((sheet) =>
        [...sheet.cssRules].map((rule) => rule.cssText));
    for (const { classList } of root.querySelectorAll(".measured")) classList.remove("measured");
    const rows = [...root.querySelectorAll("[data-seq]")];
    for (const row of rows.slice(0, -SHOWN)) (row.parentElement ?? row).remove();
    return { css: css.join(""), style: host.style.cssText,
        html: root.querySelector(".ing").outerHTML };
}"""
# Into the page at the click, to its end, with the cursor in the field.
PLAIN = """
document.querySelector("button").onclick = ({ timeStamp }) => {
    const host = document.createElement("inglenook-chat");
    host.style.cssText = STYLE;
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    document.documentElement.append(host);
    root.innerHTML = document.querySelector("template").innerHTML;
    root.querySelector("textarea").focus();
    const scroller = root.querySelector(".scroller");
    scroller.scrollTop = scroller.scrollHeight;
    requestAnimationFrame(() => { window.floor = performance.now() - timeStamp; });
};
"""
# The same files and answers in the same order, and nothing made of them.
ASKED = """
document.querySelector("button").onclick = async ({ timeStamp }) => {
    await Promise.all(FILES.map((file) => fetch(file).then((answer) => answer.arrayBuffer())));
    const { ws_url, token } = await (await fetch(`${API}/session`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ token: null, room: ROOM }),
    })).json();
    const socket = new WebSocket(ws_url, "inglenook.v1");
    socket.onopen = () => socket.send(
        JSON.stringify({ type: "hello", v: 1, token, rooms: [{ room: ROOM }] }));
    socket.onmessage = ({ data }) => {
        if (/"type":"sync"/.test(data))
            requestAnimationFrame(() => { window.floor ??= performance.now() - timeStamp; });
    };
};
"""
# As many as the first frame of an open chat draws.
FIRST_ROWS = 24


def _given(script: str, **values: object) -> str:
    names = "".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
    return f"<script>{names}{script}</script>".replace("</template", "<\\/template")


def plain_page(stage: Stage, shown: Page) -> str:
    """The address of a page that draws what is shown, and a button for it."""
    taken = shown.evaluate(TAKEN.replace("SHOWN", str(FIRST_ROWS)))
    tags = f"<button>Chat</button><template>{taken['html']}</template>"
    return stage.site.page("plain", tags + _given(PLAIN, CSS=taken["css"], STYLE=taken["style"]))


def asking_page(stage: Stage, room: str) -> str:
    """The address of a page that asks what an opening chat asks, and a button for it."""
    base = stage.demo.base_url
    files = [f"{base}/{name}" for name in manifest()["open"]]
    api = f"{base}/api/v1/{html.escape(stage.demo.site_key)}"
    return stage.site.page(
        "asking", "<button>Chat</button>" + _given(ASKED, FILES=files, API=api, ROOM=room)
    )


def floor_of(stage: Stage, url: str) -> float:
    """From the click until the next frame, in milliseconds."""
    with stage.visit(url) as (page, _):
        page.get_by_role("button", name="Chat").click()
        page.wait_for_function("() => window.floor")
        return float(page.evaluate("() => window.floor"))
