"""A member of the team who writes through the dashboard's socket."""

from __future__ import annotations

from tests.testkit.browser.demo import OWNER_EMAIL, Demo
from tests.testkit.browser.pages import Visit

SAY = """([path, room, body]) => new Promise((resolve, reject) => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + path, "inglenook.v1");
    const send = (frame) => socket.send(JSON.stringify(frame));
    socket.onopen = () => send({ type: "hello", v: 1, rooms: [{ room }] });
    socket.onclose = ({ code }) => reject(new Error(`closed: ${code}`));
    socket.onmessage = ({ data }) => {
        for (const frame of [JSON.parse(data)].flat()) {
            if (frame.type === "sync") send({ type: "send", cid: crypto.randomUUID(), room, body });
            if (frame.type === "ack") resolve(frame.seq);
            if (/nack|error/.test(frame.type)) reject(new Error(data));
        }
    };
})"""


class Team:
    def __init__(self, demo: Demo, visit: Visit) -> None:
        self._path = f"/ws/v1/staff/{demo.site_key}/"
        link = demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1]
        self._page = visit(link)
        self._page.get_by_role("button", name="Sign in").click()
        self._page.get_by_role("heading", name="My sites").wait_for()

    def say(self, body: str, *, room: str) -> None:
        self._page.evaluate(SAY, [self._path, room, body])
