"""The product's own settings, in a folder of this run's, on SQLite or on a real PostgreSQL.

    pytest                                       SQLite, in a file: several
                                                 connections see the same rows
    INGLENOOK_TEST_DATABASE=postgres pytest      PostgreSQL, started if need be

What the developer's shell and `.env` say about the product is ignored.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.testkit import services
from tests.testkit.process import remove_at_exit
from tests.testkit.server import FOREIGN

FOLDER = remove_at_exit(Path(tempfile.mkdtemp(prefix="inglenook-tests-")))
DATABASE = os.environ.get("INGLENOOK_TEST_DATABASE", "sqlite")

for name in [name for name in os.environ if FOREIGN.match(name)]:
    if not name.startswith(("TEST_", "INGLENOOK_TEST_", "INGLENOOK_CHROMIUM", "DJANGO_")):
        del os.environ[name]
os.environ["INGLENOOK_ENV_FILE"] = os.devnull
os.environ["INGLENOOK_DATA_DIR"] = str(FOLDER)
os.environ["INGLENOOK_SECRET_KEY"] = "a secret of the tests alone, long enough, guarding nothing"
if DATABASE == "postgres":
    os.environ["DATABASE_URL"] = services.postgres().new_database()

from inglenook.config.settings import *  # noqa: E402, F403  settings are names

if DATABASE == "sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}  # noqa: F405  from the line above

# Pages are rendered without `collectstatic` having been run.
STORAGES = {
    "files": STORAGES["files"],  # noqa: F405  from the line above
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# WhiteNoise warns of folders that do not exist, and warnings are errors here.
for folder in (STATIC_ROOT, EMBED_DIR):  # noqa: F405  from the line above
    folder.mkdir(parents=True, exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Argon2 is slow on purpose; the one test of it names it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
