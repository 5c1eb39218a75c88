"""`inglenook demo`: the product, and a foreign website that embeds it, on ports of its own.

All in one process: when it ends, by Ctrl-C, by SIGTERM or by a crash, nothing is left behind.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from django.conf import settings

import inglenook
from inglenook.cli.database import prepare_database
from inglenook.cli.demo_content import OWNER_EMAIL, ensure_demo_site, reset_demo_site
from inglenook.cli.environment import demo_port as default_demo_port
from inglenook.cli.environment import served_port
from inglenook.cli.output import Refusal, say
from inglenook.cli.owners import login_url
from inglenook.cli.serving import prepare_to_serve, refuse_busy_port, run_server
from inglenook.protocol.errors import ChatError
from inglenook.sites import snippets
from inglenook.sites.models import Account
from inglenook.sites.selectors import live_keys


def demo(*, host: str, port: int | None, server: str, demo_port: int | None, reset: bool) -> None:
    if reset:
        _reset()
        return
    port = port or served_port()
    demo_port = demo_port or default_demo_port()
    if port in (demo_port, demo_port + 1) or demo_port > 65534:
        raise Refusal(
            f"the demo pages need ports {demo_port} and {demo_port + 1}, the product {port}. "
            "Choose others with --port and --demo-port."
        )
    for wanted in (demo_port, demo_port + 1):
        refuse_busy_port("127.0.0.1", wanted, option="--demo-port")
    # Whoever works on the widget builds it while this runs: files are looked at with each request.
    settings.WHITENOISE_AUTOREFRESH = True
    prepare_to_serve(host, port)
    key = live_keys(ensure_demo_site(demo_port))[0]
    pages = _demo_server_module().DemoServer(
        base_url=settings.BASE_URL, site_key=key, port=demo_port
    )
    pages.start()
    try:
        run_server(host, port, server, words=_table(key, demo_port))
    finally:
        pages.close()


def _reset() -> None:
    prepare_database()
    try:
        site = reset_demo_site()
    except ChatError as error:
        raise Refusal(error.message) from error
    say(f"{site.name} is as it was at first.")


def demo_folder() -> Path:
    """The folder of the demo pages: in an installed package, else at the top of the repository."""
    package = Path(inglenook.__file__).resolve().parent
    for folder in (package / "demo_site", package.parent.parent / "demo_site"):
        if (folder / "server.py").is_file():
            return folder
    raise Refusal("the demo pages are not part of this installation.")


def _demo_server_module() -> ModuleType:
    # Not an import: the pages are somebody else's website, which happens to lie beside us.
    path = demo_folder() / "server.py"
    spec = importlib.util.spec_from_file_location("inglenook_demo_site", path)
    if spec is None or spec.loader is None:
        raise Refusal(f"{path} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def _table(key: str, demo_port: int) -> str:
    link = login_url(Account.objects.get(email=OWNER_EMAIL))
    return f"""
Inglenook is running.

  Demo pages   http://127.0.0.1:{demo_port}
  Dashboard    {link}
               (signs you in as {OWNER_EMAIL}, once)
  The tag      {snippets.script_tag(settings.BASE_URL, key)}

Everything is kept in {settings.DATA_DIR}. Ctrl-C stops it.
"""
