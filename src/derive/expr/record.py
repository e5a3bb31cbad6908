"""Records: frozen dataclasses that cost a quarter to define.

`dataclass(frozen=True)` writes and compiles six functions for each class, half a millisecond in all, which a command
pays for every class that it imports. Five of them say the same of every class; they are written here once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record:
    """Base of classes that name their fields as a dataclass does, and are dataclasses. A field is set once.

    Records are equal where they are of one class and have equal fields.

    >>> class Place(Record):
    ...     row: int
    ...     column: int = 0
    >>> Place(1) == Place(1, 0), Place(1)
    (True, Place(row=1, column=0))
    """

    _names: ClassVar[tuple[str, ...]]
    _values: ClassVar[Callable[[Any], Any]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        made = dataclass(eq=False, repr=False)(cls)
        if not all(f.compare and f.repr and f.hash is None for f in fields(made)):
            raise TypeError(f"{cls.__name__}: the fields of a record are all compared and shown")
        cls._names = tuple(f.name for f in fields(made))
        cls._values = attrgetter(*(cls._names or ["__class__"]))

    @property
    def field_values(self) -> tuple[Any, ...]:
        """The values of the fields, in order."""
        return tuple([getattr(self, name) for name in self._names])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._values(self) == other._values(other)

    def __hash__(self) -> int:
        return hash(self._values(self))

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in zip(self._names, self.field_values, strict=True))
        return f"{type(self).__name__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: Any) -> None:
        known = self.__dict__
        if name in known or name not in self._names:
            raise FrozenInstanceError(f"cannot assign to {name!r}")
        known[name] = value

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")
