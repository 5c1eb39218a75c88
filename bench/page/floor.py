"""What no chat of this design can go below on this machine: the answers of the server alone, with
nothing drawn, and the same panel as plain HTML, with nothing asked.

The plain panel is the chat's own elements and styles without its scripts. It can be opened, typed
into, sent from and scrolled, so that what the browser itself needs for that can be measured.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

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
    const surplus = Math.max(0, rows.length - SHOWN);
    for (const row of rows.slice(0, surplus)) (row.parentElement ?? row).remove();
    return { css: css.join(""), style: host.style.cssText,
        html: root.querySelector(".ing").outerHTML };
}"""
# Into the page at the click, to its end, with the cursor in the field; before it the files that a
# chat needs to be typed into, if any. Enter appends a row.
PLAIN = """
document.querySelector("button").onclick = async ({ timeStamp }) => {
    if (FILES.length)
        await Promise.all(FILES.map((file) => fetch(file).then((answer) => answer.arrayBuffer())));
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
    window.append = (text) => {
        const last = [...root.querySelectorAll("[data-seq]")].at(-1);
        const row = last.cloneNode(true);
        row.querySelector("div[dir=auto]").textContent = text;
        last.after(row);
        scroller.scrollTop = scroller.scrollHeight;
    };
    root.querySelector("textarea").onkeydown = (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        append(event.target.value);
        event.target.value = "";
    };
    requestAnimationFrame(() => { window.floor = performance.now() - timeStamp; });
};
"""
# From each call until the frame that shows the row has been drawn, in milliseconds.
APPEND = """async (times) => {
    const took = [];
    for (let number = 0; number < times; number++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const start = performance.now();
        append(`appended ${number}`);
        took.push(await new Promise((resolve) => {
            const drawn = new MessageChannel();
            requestAnimationFrame(() => {
                drawn.port1.onmessage = () => resolve(performance.now() - start);
                drawn.port2.postMessage(0);
            });
        }));
    }
    return took;
}"""
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
ALL_ROWS = 1_000


def _given(script: str, **values: object) -> str:
    names = "".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
    return f"<script>{names}{script}</script>".replace("</template", "<\\/template")


def plain_page(
    stage: Stage, shown: Page, name: str, *, rows: int = FIRST_ROWS, files: Sequence[str] = ()
) -> str:
    """The address of a page that draws the last `rows` of what is shown, and a button for it. It
    fetches the product's `files` first. What is shown loses its other rows.
    """
    taken = shown.evaluate(TAKEN.replace("SHOWN", str(rows)))
    tags = f"<button>Chat</button><template>{taken['html']}</template>"
    addresses = [f"{stage.demo.base_url}/{file}" for file in files]
    script = _given(PLAIN, CSS=taken["css"], STYLE=taken["style"], FILES=addresses)
    return stage.site.page(name, tags + script)


def asking_page(stage: Stage, room: str) -> str:
    """The address of a page that asks what an opening chat asks, and a button for it."""
    base = stage.demo.base_url
    files = [f"{base}/{name}" for name in manifest()["open"]]
    api = f"{base}/api/v1/{html.escape(stage.demo.site_key)}"
    return stage.site.page(
        "asking", "<button>Chat</button>" + _given(ASKED, FILES=files, API=api, ROOM=room)
    )


def press(page: Page) -> float:
    """Presses the button of such a page. From the click until the next frame, in milliseconds."""
    page.get_by_role("button", name="Chat", exact=True).first.click()
    page.wait_for_function("() => window.floor")
    return float(page.evaluate("() => window.floor"))


def floor_of(stage: Stage, url: str, network: dict[str, Any] | None = None) -> float:
    """The same, for a visitor with an empty profile."""
    with stage.visit(url) as (page, line):
        if network:
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", network)
        return press(page)
