"""Texts that are kept encrypted."""

import pytest

from cairn.infra.sealing import CannotOpen, Vault


def test_a_sealed_text_opens_for_its_owner_alone() -> None:
    vault = Vault("the installation's secret")
    sealed = vault.seal("a signing key", owner="webhook:1")
    assert "signing" not in sealed
    assert vault.open(sealed, owner="webhook:1") == "a signing key"
    with pytest.raises(CannotOpen):
        vault.open(sealed, owner="webhook:2")
    with pytest.raises(CannotOpen):
        Vault("another secret").open(sealed, owner="webhook:1")


@pytest.mark.parametrize("damaged", ["", "v1.", "v1.AAAA", "v1.%%%", "plain text"])
def test_what_is_no_sealed_text_is_said_to_be_none(damaged: str) -> None:
    with pytest.raises(CannotOpen):
        Vault("secret").open(damaged, owner="x")


def test_the_same_text_never_looks_the_same() -> None:
    vault = Vault("secret")
    assert vault.seal("key", owner="x") != vault.seal("key", owner="x")
