"""A page of a PDF: its text, what of it cannot be seen, and what lies under something drawn later.

pypdf follows the text; here are followed the places of what is filled (ISO 32000-1, 8.5). What a
mark looks like, and whether it covers, is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from xlperf.leaks.findings import as_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Points = list[tuple[float, float]]
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
INVISIBLE = (3, 7)
"""Rendering modes that paint nothing (ISO 32000-1, table 106)."""
SHOWS = (b"Tj", b"TJ", b"'", b'"')
FILLS = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
PATH_ENDS = (*FILLS, b"S", b"s", b"n")
WHITES = {b"g": [1.0], b"rg": [1.0] * 3, b"k": [0.0] * 4, b"sc": [1.0] * 3, b"scn": [1.0] * 3}
NOT_WHITE = (b"cs",)
TINY, MARGIN = 4.0, 1.0
"""Points below which text is not there to be read, and points by which it may stick out of the
page. This program's choice.
"""
MIDDLE, LETTER, PLACES = 0.3, 0.42, 8
"""Height of the middle of a line and width of a letter in parts of the size, on the low side; and
how many places of a text are compared with marks.
"""
THICK = 0.4
"""Width of a stroke, in parts of the size of a text, from which it is a bar over it."""
MOST_COMPARED = 20_000_000
"""Texts times marks of a page, which takes some 10 seconds."""


class _Mark(NamedTuple):
    """Something that was drawn: its corners, the width of a stroke (0: filled), and its bounds."""

    order: int
    corners: Points
    stroke: float
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, order: int, corners: Points, stroke: float = 0.0) -> _Mark:
        """Find the bounds."""
        xs, ys = zip(*corners, strict=True)
        half = stroke / 2
        return cls(order, corners, stroke, min(xs), min(ys) - half, max(xs), max(ys) + half)

    def surrounds(self, x: float, y: float) -> bool:
        """Whether a point lies within its bounds."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def covers(self, x: float, y: float, size: float) -> bool:
        """Whether a point of a text lies in it."""
        if not self.surrounds(x, y) or self.stroke:
            return self.surrounds(x, y) and self.stroke >= THICK * size
        found = False
        for (a, b), (c, d) in zip(self.corners, [*self.corners[1:], self.corners[0]], strict=True):
            if (b > y) != (d > y) and x < (c - a) * (y - b) / (d - b) + a:
                found = not found
        return found


class _Shown(NamedTuple):
    """One operation that shows text."""

    order: int
    text: str
    places: Points
    """Points along its middle."""
    size: float
    white: bool
    mode: int


@dataclass(frozen=True, slots=True)
class _State:
    white: bool = False
    mode: int = 0
    size: float = 0.0
    bytes_of_letter: int = 1
    stroke: float = 1.0


@dataclass
class PageText:
    """A page being read: give `before` and `after` to pypdf as its visitors of operations."""

    page: Any
    order: int = 0
    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    forms: list[Sequence[float]] = field(default_factory=lambda: [IDENTITY])
    """Where the page and each form that is open lie on the page."""
    path: list[Points] = field(default_factory=list)
    marks: list[_Mark] = field(default_factory=list)
    shown: list[_Shown] = field(default_factory=list)

    operators: set[str] = field(default_factory=set)
    """Every operation that the page has."""
    said: list[str] = field(default_factory=list)
    """Texts that marked content has instead of what is drawn (ISO 32000-1, 14.6.2, 14.9.4)."""

    def read(self) -> str:
        """Give the text of the page, and learn where it stands."""
        return str(
            self.page.extract_text(
                visitor_operand_before=self._before, visitor_operand_after=self._after
            )
        )

    def unseen(self) -> Iterator[tuple[str, str]]:
        """Why a text cannot be seen (empty: something is drawn over it), and the text.

        Raises
        ------
        ValueError
            The page has more texts and marks than can be compared.
        """
        if len(self.shown) * len(self.marks) > MOST_COMPARED:
            raise ValueError("a page has too many drawings to be compared with its text")
        crop, media = self.page.cropbox, self.page.mediabox
        low = [
            max(float(a), float(b)) for a, b in zip(crop.lower_left, media.lower_left, strict=True)
        ]
        high = [
            min(float(a), float(b))
            for a, b in zip(crop.upper_right, media.upper_right, strict=True)
        ]
        for item in self.shown:
            reason = self._reason(item, low, high)
            if reason is not None and item.text.strip():
                yield reason, item.text

    def _reason(self, item: _Shown, low: Sequence[float], high: Sequence[float]) -> str | None:
        x, y = item.places[0]
        if item.mode in INVISIBLE:
            return "invisible"
        if not all(
            a - MARGIN <= at <= b + MARGIN for a, at, b in zip(low, (x, y), high, strict=True)
        ):
            return "outside the page"
        if item.size < TINY:
            return "tiny"
        behind = (mark for mark in self.marks if mark.order < item.order)
        if item.white and not any(mark.surrounds(x + MARGIN, y) for mark in behind):
            return "white"
        xs, ys = zip(*item.places, strict=True)
        left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
        near = (
            mark
            for mark in self.marks
            if mark.order > item.order
            and mark.left <= right
            and mark.right >= left
            and mark.bottom <= top
            and mark.top >= bottom
        )
        covered = any(mark.covers(*at, item.size) for mark in near for at in item.places)
        return "" if covered else None

    # -- visitors

    def _before(self, operator: bytes, operands: Sequence[Any], cm: Any, tm: Any) -> None:
        self.order += 1
        self.operators.add(operator.decode("latin-1"))
        values = [_real(operand) for operand in operands]
        matrix = _times(cm, self.forms[-1])
        if operator in (b"BDC", b"DP") and isinstance(operands[-1], dict):
            self.said += [str(value) for value in operands[-1].values() if _is_text(value)]
        if operator in SHOWS:
            self._show(operands, _times(tm, matrix))
        elif operator in PATH_ENDS:
            self._paint(operator, matrix)
        elif operator == b"re" and len(values) == 4:
            x, y, width, height = values
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            self.path.append([_apply(matrix, *corner) for corner in corners])
        elif operator in (b"m", b"l", b"c", b"v", b"y"):
            if operator == b"m" or not self.path:
                self.path.append([])
            pairs = zip(values[::2], values[1::2], strict=False)
            self.path[-1] += [_apply(matrix, x, y) for x, y in pairs]
        elif operator in (b"sh", b"INLINE IMAGE"):
            self._image(matrix)
        elif operator == b"Do" and operands:
            self._object(_get(_get(_get(self.page, "/Resources"), "/XObject"), operands[0]), matrix)
        else:
            self._set(operator, operands, values)

    def _after(self, operator: bytes, operands: Sequence[Any], _cm: Any, _tm: Any) -> None:
        if operator == b"Do" and operands:
            self.forms.pop()

    def _set(self, operator: bytes, operands: Sequence[Any], values: list[float]) -> None:
        if operator in WHITES or operator in NOT_WHITE:
            self.state = replace(self.state, white=values == WHITES.get(operator))
        elif operator == b"q":
            self.saved.append(self.state)
        elif operator == b"Q" and self.saved:
            self.state = self.saved.pop()
        elif operator == b"w" and values:
            self.state = replace(self.state, stroke=values[0])
        elif operator == b"Tr" and values:
            self.state = replace(self.state, mode=int(values[0]))
        elif operator == b"Tf" and len(values) == 2:
            font = _get(_get(_get(self.page, "/Resources"), "/Font"), operands[0])
            wide = 2 if _get(font, "/Subtype") in ("/Type0", None) else 1
            self.state = replace(self.state, size=values[1], bytes_of_letter=wide)

    def _paint(self, operator: bytes, matrix: Sequence[float]) -> None:
        for points in self.path:
            if operator in FILLS and len(points) > 2:
                self.marks.append(_Mark.of(self.order, points))
            elif operator in (b"S", b"s"):
                width = self.state.stroke * max(map(abs, matrix[:4]))
                for start, end in pairwise(points):
                    self.marks.append(_Mark.of(self.order, [start, end], width))
        self.path = []

    def _image(self, matrix: Sequence[float]) -> None:
        """An image or shading fills the unit square; what it looks like is not known."""
        square = ((0, 0), (1, 0), (1, 1), (0, 1))
        self.marks.append(_Mark.of(self.order, [_apply(matrix, x, y) for x, y in square]))

    def _object(self, item: Any, matrix: Sequence[float]) -> None:
        form = item is None or item.get("/Subtype") == "/Form"
        own = [] if item is None else [_real(value) for value in item.get("/Matrix", IDENTITY)]
        self.forms.append(_times(own, matrix) if len(own) == 6 else matrix)
        if not form:
            self._image(matrix)

    def _show(self, operands: Sequence[Any], place: Sequence[float]) -> None:
        shown = operands[-1] if operands else ""
        pieces = [piece for piece in (shown if isinstance(shown, list) else [shown])
                  if isinstance(piece, (bytes, str))]  # fmt: skip
        size, letters = self.state.size, sum(map(len, pieces)) / self.state.bytes_of_letter
        steps = (letters * LETTER * size * step / PLACES for step in range(PLACES))
        places = [_apply(place, step, MIDDLE * size) for step in steps]
        height = abs(size) * max(abs(place[3]), abs(place[1]))
        text = "".join(p if isinstance(p, str) else p.decode("latin-1") for p in pieces)
        self.shown.append(
            _Shown(self.order, text, places, height, self.state.white, self.state.mode)
        )


def _get(owner: Any, key: Any) -> Any:
    """An entry of a dictionary, followed to the object itself; None when there is none."""
    if owner is None or key not in owner:
        return None
    value = owner[key]
    return value.get_object() if hasattr(value, "get_object") else value


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and not str(value).startswith("/")


def _real(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else as_number(str(value)) or 0.0


def _times(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """The matrix that applies `first`, then `second` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    k, m, n, o, _, _ = second
    origin = _apply(second, e, f)
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, *origin


def _apply(matrix: Sequence[float], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
