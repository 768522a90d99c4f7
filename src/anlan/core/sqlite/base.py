"""Django's SQLite backend; every `BEGIN IMMEDIATE` waits its turn first."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from anlan.core.sqlite.turn import Turn

__all__ = ["DatabaseWrapper"]


class DatabaseWrapper(base.DatabaseWrapper):
    """The stock backend, and a turn that is held exactly as long as a transaction is open."""

    turn: Turn | None = None

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if ":memory:" in name or "mode=memory" in name:
            return
        if self.turn is None:
            self.turn = Turn(name)
        self.turn.take()

    def _give_turn(self) -> None:
        if self.turn is not None:
            self.turn.give()

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            # A COMMIT refused as busy leaves the transaction open, and the turn ours.
            if self.connection is None or not self.connection.in_transaction:
                self._give_turn()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            if self.turn is not None:
                self.turn.close()
                self.turn = None
