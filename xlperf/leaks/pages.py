"""A page of a PDF: its text, what of it cannot be seen, and what lies under something drawn later.

pypdf follows the text; here are followed the bounds of what is filled (ISO 32000-1, 8.5). What a
mark looks like, and whether it covers, is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pypdf import Transformation

    Points = Sequence[tuple[float, float]]

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
"""What an image or a shading fills; what it looks like is not known."""
INVISIBLE = (3, 7)
"""Rendering modes that paint nothing (ISO 32000-1, table 106)."""
FILLS, STROKES = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), (b"S", b"s")
DRAWN = (b"sh", b"INLINE IMAGE")
PAINTS = (*FILLS, *STROKES, *DRAWN, b"n")
WHITES = {b"g": [1.0], b"rg": [1.0] * 3, b"k": [0.0] * 4, b"sc": [1.0] * 3, b"scn": [1.0] * 3,
          b"cs": None}  # fmt: skip
"""White in each way to set a colour; a colour space alone is never white."""
TINY, MARGIN = 4.0, 1.0
"""Points below which text is not there to be read, and points by which it may stick out of the
page. This program's choice.
"""
MIDDLE, LETTER, PLACES = 0.3, 0.42, 8
"""Height of the middle of a line and width of a letter in parts of the size, on the low side; and
how many places of a text are compared with marks.
"""
THICK, HAIRLINE = 0.4, 0.01
"""Width of a stroke, in parts of the size of a text, from which it is a bar over it; and the
thinnest stroke in points.
"""
MOST_COMPARED = 20_000_000
"""Texts times marks of a page, which takes some 10 seconds."""


class _Mark(NamedTuple):
    """Bounds of something that was drawn; the width of its stroke, 0 where it is filled."""

    left: float
    bottom: float
    right: float
    top: float
    stroke: float

    def distance(self, x: float, y: float) -> float:
        """How far a point lies outside, along one of the axes."""
        return max(self.left - x, x - self.right, self.bottom - y, y - self.top, 0)


class _State(NamedTuple):
    white: bool = False
    mode: int = 0
    size: float = 0.0
    bytes_of_letter: int = 1
    stroke: float = 1.0


@dataclass
class PageText:
    """A page being read, by what pypdf's visitors of its operations are given."""

    page: Any
    operators: set[str] = field(default_factory=set)
    """Every operation that the page has."""
    said: list[str] = field(default_factory=list)
    """Texts that marked content has instead of what is drawn (ISO 32000-1, 14.6.2, 14.9.4)."""
    unseen: dict[tuple[str, str], None] = field(default_factory=dict)
    """Why a text cannot be seen (empty: something is drawn over it), and the text."""
    _state: _State = field(default_factory=_State)
    _saved: list[_State] = field(default_factory=list)
    _forms: list[Transformation] = field(default_factory=list)
    """Where the page and each form that is open lie on the page."""
    _path: list[list[tuple[float, float]]] = field(default_factory=list)
    _marks: list[_Mark] = field(default_factory=list)
    _shown: list[tuple[str, Points, float]] = field(default_factory=list)
    """Texts that can be seen so far, places along their middle, and their sizes."""
    _compared: int = 0

    def read(self) -> str:
        """Give the text of the page; `ValueError` for more drawings than can be compared."""
        from pypdf import Transformation

        self._forms = [Transformation()]
        read = self.page.extract_text
        return str(read(visitor_operand_before=self._before, visitor_operand_after=self._after))

    def _before(self, operator: bytes, operands: Sequence[Any], cm: Any, tm: Any) -> None:
        self.operators.add(operator.decode("latin-1"))
        values = [float(value) for value in operands if isinstance(value, (int, float))]
        if operator in (b"Tj", b"TJ", b"'", b'"'):
            self._show(operands[-1], self._place(cm, tm))
        elif operator in (b"BDC", b"DP") and isinstance(operands[-1], dict):
            self.said += [str(value) for value in operands[-1].values() if _is_text(value)]
        elif operator in (b"re", b"m", b"l", b"c", b"v", b"y"):
            self._build(operator, values, self._place(cm))
        elif operator in PAINTS:
            self._paint(operator, self._place(cm))
        elif operator == b"Do":
            self._object(_named(self.page, "/XObject", operands[0]), self._place(cm))
        else:
            self._set(operator, operands, values)

    def _after(self, operator: bytes, *_: object) -> None:
        if operator == b"Do":
            self._forms.pop()

    def _build(self, operator: bytes, values: list[float], place: Transformation) -> None:
        if operator == b"re":
            x, y, width, height = values
            corners = [(x + a * width, y + b * height) for a, b in SQUARE]
            self._path.append(_moved(corners, place))
            return
        if operator == b"m" or not self._path:
            self._path.append([])
        self._path[-1] += _moved(list(zip(values[::2], values[1::2], strict=True)), place)

    def _paint(self, operator: bytes, place: Transformation) -> None:
        if operator in FILLS:
            self._mark([points for points in self._path if len(points) > 2])
        elif operator in STROKES:
            width = self._state.stroke * max(map(abs, place.ctm[:4]))
            lines = [pair for points in self._path for pair in pairwise(points)]
            self._mark(lines, max(width, HAIRLINE))
        elif operator in DRAWN:
            self._mark([_moved(SQUARE, place)])
        self._path = []

    def _set(self, operator: bytes, operands: Sequence[Any], values: list[float]) -> None:
        change = self._state._replace
        if operator == b"q":
            self._saved.append(self._state)
        elif operator == b"Q" and self._saved:
            self._state = self._saved.pop()
        elif operator in WHITES:
            self._state = change(white=values == WHITES[operator])
        elif operator == b"w":
            self._state = change(stroke=values[0])
        elif operator == b"Tr":
            self._state = change(mode=int(values[0]))
        elif operator == b"Tf" and len(operands) == 2:
            font = _named(self.page, "/Font", operands[0])
            wide = 2 if font is None or font.get("/Subtype") == "/Type0" else 1
            self._state = change(size=values[-1], bytes_of_letter=wide)

    def _place(self, *matrices: Sequence[float]) -> Transformation:
        """Where the last matrix leads to on the page."""
        from pypdf import Transformation

        place = self._forms[-1]
        for matrix in matrices:
            place = Transformation(tuple(matrix)).transform(place)  # type: ignore[arg-type]
        return place

    def _object(self, item: Any, place: Transformation) -> None:
        matrix = None if item is None else item.get("/Matrix")
        self._forms.append(place)
        if matrix is not None:
            self._forms[-1] = self._place(tuple(map(float, matrix)))
        if item is not None and item.get("/Subtype") != "/Form":
            self._mark([_moved(SQUARE, place)])

    def _mark(self, drawn: Iterable[Points], stroke: float = 0.0) -> None:
        """Take in what was drawn, and each text that it lies over."""
        for points in drawn:
            (xs, ys), half = zip(*points, strict=True), stroke / 2
            mark = _Mark(min(xs), min(ys) - half, max(xs), max(ys) + half, stroke)
            self._marks.append(mark)
            self._compared += len(self._shown)
            if self._compared > MOST_COMPARED:
                raise ValueError("a page has too many drawings to be compared with its text")
            for text, places, size in self._shown:
                covers = not stroke or stroke >= THICK * size
                if covers and any(mark.distance(*place) == 0 for place in places):
                    self.unseen["", text] = None

    def _show(self, shown: Any, place: Transformation) -> None:
        state, pieces = self._state, shown if isinstance(shown, list) else [shown]
        texts = [piece for piece in pieces if isinstance(piece, (bytes, str))]
        text = "".join(t.decode("latin-1") if isinstance(t, bytes) else t for t in texts)
        step = sum(map(len, texts)) / state.bytes_of_letter * LETTER * state.size / PLACES
        places = _moved([(step * n, MIDDLE * state.size) for n in range(PLACES)], place)
        size = abs(state.size) * max(abs(place.ctm[1]), abs(place.ctm[3]))
        if text.strip() and (why := self._why(*places[0], size)):
            self.unseen[why, text] = None
        elif text.strip():
            self._shown.append((text, places, size))

    def _why(self, x: float, y: float, size: float) -> str:
        """Why a text cannot be seen; empty when it can."""
        for box in (self.page.cropbox, self.page.mediabox):
            page = _Mark(box.left, box.bottom, box.right, box.top, 0)
            if page.distance(x, y) > MARGIN:
                return "outside the page"
        if self._state.mode in INVISIBLE:
            return "invisible"
        if size < TINY:
            return "tiny"
        behind = any(mark.distance(x + MARGIN, y) == 0 for mark in self._marks)
        return "white" if self._state.white and not behind else ""


def _moved(points: Points, place: Transformation) -> list[tuple[float, float]]:
    a, b, c, d, e, f = place.ctm
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]


def _named(page: Any, kind: str, name: Any) -> Any:
    """A resource of a page; None when there is none."""
    return ((page.get("/Resources") or {}).get(kind) or {}).get(name)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and not str(value).startswith("/")
