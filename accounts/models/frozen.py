"""Rows that are written once: history is never changed, corrections are new rows."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class Frozen(Exception):
    """Somebody tried to change or delete a row of history."""


class WrittenOnce[M: models.Model](models.QuerySet[M]):
    def _refuse(self) -> NoReturn:
        raise Frozen(f"{self.model.__name__} rows are written once; add a new one instead")

    def update(self, **kwargs: Any) -> int:
        self._refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._refuse()


class History(models.Model):
    """Base of a model whose rows are written once."""

    objects = WrittenOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen(f"{type(self).__name__} rows are written once; add a new one instead")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Frozen(f"{type(self).__name__} rows are never deleted")
