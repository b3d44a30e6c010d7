"""That a column is one of many keys that are known already: said in one value, however many they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, Func, TextField, Value


class Given(Func):
    """``Given("pk", keys)``: for numbers. A list of as many parameters would be slower to say than to look up."""

    output_field = BooleanField()
    template, arg_joiner = "(%(expressions)s)))", " IN (SELECT value FROM json_each("

    def __init__(self, column: str, keys: Iterable[int]) -> None:
        super().__init__(F(column), Value(",".join(map(str, keys)), TextField()))

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self._between("[]").as_sql(compiler, connection, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        told = {"template": "(%(expressions)s::bigint[]))", "arg_joiner": " = ANY("}
        return self._between("{}").as_sql(compiler, connection, **told, **more)

    def _between(self, brackets: str) -> Given:
        column, keys = self.get_source_expressions()
        found = self.copy()
        found.set_source_expressions([column, Value(f"{brackets[0]}{keys.value}{brackets[1]}", TextField())])
        return found
