"""Records that do not change: as `dataclass(frozen=True, slots=True)` and `typing.NamedTuple` make
them, in a tenth of the time.

`dataclass` writes the source of six methods for each class and compiles it: 0.6 ms a class, 7 % of
the time of a whole refresh. Here all records share these methods. What `dataclasses` finds out
about the fields stays its work, so `fields`, `replace` and `asdict` work as usual.

`typing.NamedTuple` makes two classes for each, and compiles the method that makes a tuple: 0.2 ms a
class, another 6 %. Here there is one class, and all with the same number of fields share that
compiled method, under other names (`types.CodeType.replace`). Of the methods of a named tuple there
are `_replace` and `_asdict`, and its `_fields`.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cache, cached_property
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from dataclasses import Field
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414, TID251 - for type checkers

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a record of a class with annotated fields, as `dataclass` would with ``frozen=True,
    slots=True``.

    A method that the class has itself stays. A class with a `cached_property` gets no slots, as
    that keeps its value in the record.
    """
    slots = not any(isinstance(value, cached_property) for value in vars(cls).values())
    record = dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    items = fields(record)  # type: ignore[arg-type]
    compared = [item.name for item in items if item.compare]
    hashed = [item.name for item in items if (item.compare if item.hash is None else item.hash)]
    methods = {
        "__init__": _initializer(record, items),
        "__eq__": _comparison(compared),
        "__hash__": _hashing(hashed),
        "__repr__": _text,
        "__setattr__": _refuse_change,
        "__delattr__": _refuse_change,
    }
    if slots:  # without, Python copies all that a record holds
        methods |= {"__getstate__": _state, "__setstate__": _restore}
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(record, name, method)
    return record


def _initializer(record: type, items: tuple[Field[Any], ...]) -> Callable[..., None]:
    ordered = sorted(items, key=lambda item: bool(item.kw_only))
    places = [item for item in ordered if not item.kw_only]
    code = _template_of_initializer(len(ordered)).replace(
        co_varnames=("self", *(item.name for item in ordered)),
        co_argcount=1 + len(places),
        co_kwonlyargcount=len(ordered) - len(places),
        co_qualname=f"{record.__name__}.__init__",
    )
    puts = {f"put_{place}": _put(record, item) for place, item in enumerate(ordered)}
    defaults = {item.name: value for item in ordered if (value := _default(item)) is not MISSING}
    by_place = _by_place(record.__name__, [item.name for item in places], defaults)
    made = FunctionType(code, puts, argdefs=by_place)
    made.__kwdefaults__ = {name: defaults[name] for name in [*defaults][len(by_place) :]}
    return made


@cache
def _template_of_initializer(size: int) -> CodeType:
    names = [f"field_{place}" for place in range(size)]
    puts = "; ".join(f"put_{place}(self, {name})" for place, name in enumerate(names)) or "pass"
    made: dict[str, Any] = {}
    exec(f"def __init__({', '.join(['self', *names])}): {puts}", made)  # noqa: S102 - text from here
    code: CodeType = made["__init__"].__code__
    return code


class _Fresh:
    """Stands for a default that each record gets its own of."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def _default(item: Field[Any]) -> Any:
    return item.default if item.default_factory is MISSING else _Fresh(item.default_factory)


def _by_place(record: str, names: Sequence[str], defaults: Mapping[str, object]) -> tuple[Any, ...]:
    """Give the defaults of the last of these fields. Raises TypeError if one after them has
    none.
    """
    given = [name for name in names if name in defaults]
    if given != [*names[len(names) - len(given) :]]:
        raise TypeError(f"{record} has a field without a default after one with a default")
    return tuple(defaults[name] for name in given)


def _put(record: type, item: Field[Any]) -> Callable[[object, Any], None]:
    """Give what sets a field of a new record."""
    if "__slots__" in record.__dict__:
        put: Callable[[object, Any], None] = getattr(record, item.name).__set__
    else:

        def put(self: object, value: object) -> None:
            object.__setattr__(self, item.name, value)

    if item.default_factory is MISSING:
        return put
    return lambda self, value: put(self, value.make() if type(value) is _Fresh else value)


def _comparison(names: list[str]) -> Callable[[object, object], bool]:
    values = _values(names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(values(self) == values(other))

    return __eq__


def _hashing(names: list[str]) -> Callable[[object], int]:
    values = _values(names)
    return lambda self: hash(values(self))


def _values(names: list[str]) -> Callable[[object], Any]:
    return attrgetter(*names) if names else lambda _record: ()


def _text(record: Any) -> str:
    shown = (f"{item.name}={getattr(record, item.name)!r}" for item in fields(record) if item.repr)
    return f"{type(record).__qualname__}({', '.join(shown)})"


def _refuse_change(record: object, name: str, *_value: object) -> NoReturn:
    raise FrozenInstanceError(f"a {type(record).__name__} does not change: {name}")


def _state(record: Any) -> list[object]:
    """Give what `pickle` and `copy` store of a record with slots."""
    return [getattr(record, item.name) for item in fields(record)]


def _restore(record: Any, state: list[object]) -> None:
    for item, value in zip(fields(record), state, strict=True):
        object.__setattr__(record, item.name, value)


# -- named tuples
# --------------------------------------------------------------------------------------------------


@cache
def _template(size: int) -> Any:
    """Make a named tuple with so many fields: others take its parts."""
    return namedtuple("_Template", [f"field_{place}" for place in range(size)])


class _Tuple(tuple[Any, ...]):
    """What all named tuples can do."""

    __slots__ = ()
    _fields: tuple[str, ...]
    _shown: str

    def _replace(self, **named: object) -> _Tuple:
        values = tuple(map(named.pop, self._fields, self))
        if named:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(named)}")
        return tuple.__new__(type(self), values)

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown % self})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


class _TupleType(type):
    """Makes the class of a named tuple out of its annotated fields."""

    def __new__(cls, name: str, _bases: tuple[type, ...], members: dict[str, Any]) -> type:
        names = tuple(members.get("__annotations__", ()))
        defaults = _by_place(
            name, names, {item: members[item] for item in names if item in members}
        )
        template = _template(len(names))
        new = template.__new__
        code = new.__code__.replace(
            co_varnames=("_cls", *names), co_name="__new__", co_qualname=f"{name}.__new__"
        )
        members |= {item: getattr(template, f"field_{place}") for place, item in enumerate(names)}
        members |= {
            "__slots__": (),
            "__match_args__": names,
            "__new__": FunctionType(code, new.__globals__, argdefs=defaults),
            "_fields": names,
            "_shown": ", ".join(f"{item}=%r" for item in names),
        }
        return type.__new__(type, name, (_Tuple,), members)


if not TYPE_CHECKING:
    NamedTuple = type.__new__(_TupleType, "NamedTuple", (), {})
