import asyncio
from pathlib import Path

import pytest

from cairn.api.edge.keyring import Keyring, digest_of
from cairn.api.edge.tests.driving import ANNAS_KEY, COMPANY, Accounts
from cairn.domains.accounts.contracts import AccountFacts, KeyFacts
from cairn.kernel.errors import Unavailable


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_a_known_key_names_its_account_without_a_question(tmp_path: Path) -> None:
    accounts = Accounts()

    async def story() -> None:
        keyring = Keyring(accounts, tmp_path / "keys.json")
        await keyring.reload()
        asked = accounts.asked
        known = await keyring.key(ANNAS_KEY)
        assert known is not None
        scope = known.scope
        assert (scope.account_id, scope.account_number, scope.actor) == (COMPANY, 7, "key:k1")
        assert accounts.asked == asked

    asyncio.run(story())


def test_a_new_key_is_looked_up_once_by_many_requests(tmp_path: Path) -> None:
    accounts = Accounts()

    async def story() -> None:
        keyring = Keyring(accounts, tmp_path / "keys.json")
        known = await asyncio.gather(*(keyring.key(ANNAS_KEY) for _ in range(50)))
        assert {one.scope.account_id for one in known if one} == {COMPANY}
        assert accounts.asked == 2  # the key, then its account

    asyncio.run(story())


def test_an_unknown_key_is_asked_for_once_a_second(tmp_path: Path) -> None:
    accounts, clock = Accounts(), Clock()

    async def story() -> None:
        keyring = Keyring(accounts, tmp_path / "keys.json", clock)
        for _ in range(5):
            assert await keyring.key("pk_new") is None
        assert accounts.asked == 1
        accounts.keys_known.append(KeyFacts(digest_of("pk_new"), "k3", COMPANY, ("full",)))
        clock.time += 1.1
        assert await keyring.key("pk_new") is not None

    asyncio.run(story())


def test_a_disabled_key_is_refused_after_the_next_reload(tmp_path: Path) -> None:
    accounts = Accounts()

    async def story() -> None:
        keyring = Keyring(accounts, tmp_path / "keys.json")
        known = await keyring.key(ANNAS_KEY)
        assert known is not None
        keyring.remember(ANNAS_KEY, known.scope)
        assert keyring.recent(ANNAS_KEY) == known.scope
        accounts.keys_known.clear()
        await keyring.reload()
        assert keyring.recent(ANNAS_KEY) is None
        assert await keyring.key(ANNAS_KEY) is None

    asyncio.run(story())


def test_known_keys_hold_while_postgresql_is_away_also_after_a_restart(tmp_path: Path) -> None:
    accounts = Accounts()

    async def story() -> None:
        await Keyring(accounts, tmp_path / "keys.json").reload()
        accounts.away = True
        restarted = Keyring(accounts, tmp_path / "keys.json")
        restarted.restore()
        known = await restarted.key(ANNAS_KEY)
        assert known is not None and known.scope.account_number == 7
        assert await restarted.account(COMPANY) == AccountFacts(COMPANY, 7)
        with pytest.raises(ConnectionError):
            await restarted.reload()
        assert await restarted.key(ANNAS_KEY) is not None
        with pytest.raises(Unavailable):
            await restarted.key("pk_unknown")

    asyncio.run(story())


def test_a_key_that_another_process_met_is_known_while_postgresql_is_away(tmp_path: Path) -> None:
    """A key made a moment ago was looked up by one web worker only; then the database went away."""
    accounts = Accounts(keys_known=[])

    async def story() -> None:
        first, second = (Keyring(accounts, tmp_path / "keys.json") for _ in range(2))
        await second.reload()
        accounts.keys_known.append(KeyFacts(digest_of("pk_new"), "k3", COMPANY, ("full",)))
        accounts.accounts_known.append(AccountFacts("NewAcc", 8))
        await first.reload()
        accounts.away = True
        known = await second.key("pk_new")
        assert known is not None and known.scope.account_id == COMPANY
        assert await second.account("NewAcc") == AccountFacts("NewAcc", 8)
        with pytest.raises(Unavailable):
            await second.key("pk_nobody_met")

    asyncio.run(story())


def test_the_kept_state_holds_no_key_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    asyncio.run(Keyring(Accounts(), tmp_path / "keys.json").reload())
    assert ANNAS_KEY.encode() not in (tmp_path / "keys.json").read_bytes()
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_damaged_state_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(b"[[[")
    keyring = Keyring(Accounts(), tmp_path / "keys.json")
    keyring.restore()
    assert asyncio.run(keyring.key(ANNAS_KEY)) is not None


def test_who_called_is_noted_together_and_not_each_time(tmp_path: Path) -> None:
    accounts, clock = Accounts(), Clock()

    async def story() -> None:
        keyring = Keyring(accounts, tmp_path / "keys.json", clock)
        for _ in range(3):
            for _ in range(100):
                await keyring.key(ANNAS_KEY)
            await keyring.reload()
        assert accounts.uses == [["key:k1"]]
        clock.time += 20
        await keyring.reload()
        assert accounts.uses == [["key:k1"], ["key:k1"]]
        await keyring.reload()
        assert len(accounts.uses) == 2

    asyncio.run(story())
