"""Rows that belong to an account, and the one getter that holds the permission."""

from typing import TypeVar

from django.db import models

from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope

Row = TypeVar("Row", bound=models.Model, covariant=True)


class Scoped(models.Manager[Row]):
    """`of` finds a row of the scope's account; another account's row is as absent as none."""

    def of(self, scope: Scope, row_id: str) -> Row:
        row = self.filter(account_id=scope.account_id, id=row_id).first()
        if row is None:
            raise NotFound(f"A {self.noun} with id {row_id} does not exist.")
        return row

    def within(self, scope: Scope) -> models.QuerySet[Row]:
        return self.filter(account_id=scope.account_id)

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)
