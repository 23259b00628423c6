"""Real stores for the tests: one embedded PostgreSQL and one ClickHouse host for a whole run, also under xdist.

They start when this file is loaded, before Django's settings read where they are. `CAIRN_TEST_DATABASE_URL` and
`CAIRN_TEST_CLICKHOUSE_URL` name servers to use instead.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import hypothesis
import pytest

from cairn import wiring
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.embedded import EmbeddedClickHouse
from cairn.infra.clickhouse.migrate import migrate
from cairn.infra.postgres.embedded import EmbeddedPostgres

# The same examples in every run; `--hypothesis-profile=default` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile("steady")

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
PREFIX = f"cairn-test-{os.geteuid()}-"


@dataclass(slots=True)
class Stores:
    """What one run started; the process that started it stops it."""

    folder: Path
    postgres: EmbeddedPostgres | None = None
    clickhouse: EmbeddedClickHouse | None = None

    def start(self) -> None:
        os.environ["CAIRN_TEST_FOLDER"] = str(self.folder)
        if not os.environ.get("CAIRN_TEST_CLICKHOUSE_URL"):
            self.clickhouse = EmbeddedClickHouse(self.folder / "clickhouse", durable=False)
            self.clickhouse.launch()
            os.environ["CAIRN_TEST_CLICKHOUSE_URL"] = self.clickhouse.url("test")
        if not os.environ.get("CAIRN_TEST_DATABASE_URL"):
            self.postgres = EmbeddedPostgres(self.folder / "postgres", durable=False)
            self.postgres.start()
            os.environ["CAIRN_TEST_DATABASE_URL"] = self.postgres.url()
        if self.clickhouse is not None:
            self.clickhouse.wait().close()

    def stop(self) -> None:
        if self.postgres is not None:
            self.postgres.stop(immediately=True)
        if self.clickhouse is not None:
            self.clickhouse.stop(immediately=True)
        self.postgres = self.clickhouse = None
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep() -> None:
    """Remove what runs that were killed left; their processes died with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def begin() -> Stores | None:
    """Start the stores once per run and point this process at them, each xdist worker at a database of its own."""
    stores = None
    if not WORKER:
        sweep()
        stores = Stores(Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")))
        stores.folder.chmod(0o711)  # As root, PostgreSQL's user passes through.
        atexit.register(stores.stop)
        stores.start()
    suffix = f"_{WORKER}" if WORKER else ""
    head, mark, options = os.environ["CAIRN_TEST_CLICKHOUSE_URL"].partition("?")
    os.environ["CAIRN_CLICKHOUSE_URL"] = f"{head}{suffix}{mark}{options}"
    os.environ["CAIRN_DATABASE_URL"] = os.environ["CAIRN_TEST_DATABASE_URL"]
    os.environ["CAIRN_DATA_DIR"] = str(Path(os.environ["CAIRN_TEST_FOLDER"]) / f"data{suffix}")
    os.environ["CAIRN_SECRET_KEY"] = "a secret for tests"
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.settings"
    # An xdist worker inherits the line above, and pytest-django has read the settings before this file was loaded.
    wiring.settings.cache_clear()
    django.setup()
    return stores


_stores = begin()

# These read the settings, which are right from here on.
from cairn.domains.accounts import actions as accounts  # noqa: E402
from cairn.kernel import clock  # noqa: E402
from cairn.kernel.scope import Scope  # noqa: E402
from tests.people import PASSWORD, Person, owner  # noqa: E402


def pytest_unconfigure() -> None:
    if _stores is not None:
        _stores.stop()


@pytest.fixture
def anna(db: None) -> Person:
    """Owns an account."""
    return owner("Anna")


@pytest.fixture
def bob(anna: Person) -> Person:
    """Shares Anna's account, with a user and a key of his own."""
    user_id = accounts.add_user(anna.scope, email="bob@example.com", password=PASSWORD, now=clock.now())
    key = accounts.create_key(anna.scope, name="Bob's key", scopes=["full"], now=clock.now())
    scope = Scope(anna.account_id, anna.scope.account_number, f"user:{user_id}")
    return Person("bob@example.com", PASSWORD, user_id, scope, key.private_key)


@pytest.fixture
def charlie(db: None) -> Person:
    """A stranger: owns another account."""
    return owner("Charlie")


@pytest.fixture
def scope(anna: Person) -> Scope:
    """Anna's account."""
    return anna.scope


@pytest.fixture(scope="session")
def migrated_clickhouse() -> Iterator[ClickHouse]:
    """This worker's database, with all tables."""
    clickhouse = wiring.clickhouse()
    clickhouse.drop_database()
    migrate(clickhouse)
    yield clickhouse
    clickhouse.drop_database()


@pytest.fixture
def clickhouse(migrated_clickhouse: ClickHouse) -> ClickHouse:
    """ClickHouse with all tables, all of them empty."""
    filled = migrated_clickhouse.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0"
        " AND name != 'schema_migrations'"
    )
    for (name,) in filled:
        migrated_clickhouse.command("TRUNCATE TABLE {name:Identifier}", {"name": name})
    return migrated_clickhouse
