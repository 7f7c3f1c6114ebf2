"""Which text of a PDF page no reader sees: found by following the drawing operations.

The graphics state is followed as ISO 32000-1 describes it (8.4, 9.3), as far as it decides about
text: matrices, colour of fills, size, rendering mode. What is painted behind or over a text is
known for rectangles; of other shapes only that something may be there, which is taken in favour of
the text.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from xlperf.leaks.findings import as_number
from xlperf.leaks.looks import BLACK, LEAST_CONTRAST, TINY, WHITE, contrast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
INVISIBLE, CLIPPING = 3, 7
"""Rendering modes that paint nothing (ISO 32000-1, table 106)."""
SHOWS = (b"Tj", b"TJ", b"'", b'"')
FILLS = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
PATH_ENDS = (*FILLS, b"S", b"s", b"n")
MOST_DEPTH = 12
"""Forms inside forms that are followed."""
MARGIN = 1.0
"""Points by which a text may stick out of the page."""
INSIDE = 2.0
"""Points from the start of a text's base line to a point that its first letter covers."""
UNKNOWN = "unknown"


class Hidden(Enum):
    """Why a text cannot be seen."""

    INVISIBLE = "invisible: rendering mode 3"
    COLOUR = "in the colour of the background"
    TINY = "tiny"
    OUTSIDE = "outside the page"
    COVERED = "covered by a filled shape"


@dataclass(slots=True)
class _State:
    matrix: Matrix = IDENTITY
    fill: str = BLACK
    solid: bool = True
    mode: int = 0
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class _Paint:
    """Something filled: its bounds, its colour, and whether it fills its bounds for certain."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    colour: str
    certain: bool

    def covers(self, x: float, y: float) -> bool:
        """Whether a point is within the bounds."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True, slots=True)
class _TextOperation:
    """One operation that shows text: where, how, and in which stream and place of it."""

    order: int
    x: float
    y: float
    size: float
    colour: str
    mode: int
    stream: int
    index: int


@dataclass
class _Page:
    """A page being followed."""

    page: Any
    order: int = 0
    paints: list[_Paint] = field(default_factory=list)
    text_operations: list[_TextOperation] = field(default_factory=list)
    streams: list[tuple[Any, list[Any]]] = field(default_factory=list)
    """Resources and operations of the page and of each form drawn on it."""

    def follow(
        self, content: Any, resources: Any, matrix: Matrix, state: _State, depth: int = 0
    ) -> None:
        """Follow the operations of a stream."""
        from pypdf.generic import ContentStream

        if content is None or depth > MOST_DEPTH:
            return
        stream = ContentStream(content, self.page.pdf, "bytes")  # codes of glyphs, not yet text
        number = len(self.streams)
        self.streams.append((resources, list(stream.operations)))
        walk = _Walk(self, resources, number, depth, copy(state))
        walk.state.matrix = matrix
        for index, (operands, operator) in enumerate(stream.operations):
            self.order += 1
            walk.step(operands, operator, index)


@dataclass
class _Walk:
    """The operations of one stream being followed."""

    page: _Page
    resources: Any
    stream: int
    depth: int
    state: _State
    saved_states: list[_State] = field(default_factory=list)
    text: Matrix = IDENTITY
    line: Matrix = IDENTITY
    leading: float = 0.0
    path: list[list[tuple[float, float]]] = field(default_factory=list)
    """The pieces of the path being drawn, as points."""
    bent: set[int] = field(default_factory=set)
    """Pieces that have a curve."""

    def step(self, operands: Sequence[Any], operator: bytes, index: int) -> None:
        """Take one operation."""
        values = [_real(operand) for operand in operands]
        if operator in SHOWS:
            self._show(operator, index)
        elif operator in PATH_ENDS:
            self._paint(operator)
        elif operator in TEXT_MOVES:
            self._move(operator, values)
        elif operator in COLOURS:
            self._colour(operator, operands, values)
        elif operator in (b"re", b"m", b"l", b"c", b"v", b"y"):
            self._draw(operator, values)
        else:
            self._other(operator, operands, values)

    def _other(self, operator: bytes, operands: Sequence[Any], values: list[float]) -> None:
        match operator:
            case b"q":
                self.saved_states.append(copy(self.state))
            case b"Q" if self.saved_states:
                self.state = self.saved_states.pop()
            case b"cm" if len(values) == 6:
                self.state.matrix = _times(_matrix(values), self.state.matrix)
            case b"gs" if operands:
                self._graphics(operands[0])
            case b"Do" if operands:
                self._form(operands[0])
            case b"sh" | b"INLINE IMAGE":
                self._image()
            case _:
                self._text_state(operator, values)

    def _text_state(self, operator: bytes, values: list[float]) -> None:
        match operator:
            case b"BT":
                self.text = self.line = IDENTITY
            case b"Tf" if len(values) == 2:
                self.state.size = values[1]
            case b"Tr" if values:
                self.state.mode = int(values[0])
            case b"TL" if values:
                self.leading = values[0]
            case _:
                pass

    def _move(self, operator: bytes, values: list[float]) -> None:
        match operator:
            case b"Tm" if len(values) == 6:
                self.text = self.line = _matrix(values)
            case b"Td" | b"TD" if len(values) == 2:
                if operator == b"TD":
                    self.leading = -values[1]
                self._next(values[0], values[1])
            case b"T*":
                self._next(0.0, -self.leading)
            case _:
                pass

    def _next(self, x: float, y: float) -> None:
        self.text = self.line = _times((1.0, 0.0, 0.0, 1.0, x, y), self.line)

    def _colour(self, operator: bytes, operands: Sequence[Any], values: list[float]) -> None:
        if operator == b"cs":
            self.state.fill = BLACK
        elif (
            operands
            and not isinstance(operands[-1], (int, float))
            and as_number(str(operands[-1])) is None
        ):
            self.state.fill = UNKNOWN  # a pattern
        else:
            self.state.fill = _hex(values)

    def _graphics(self, name: Any) -> None:
        """Take in an extended graphics state: what is transparent hides nothing."""
        states = _get(self.resources, "/ExtGState")
        found = _get(states, name)
        if found is not None and "/ca" in found:
            self.state.solid = _real(found["/ca"]) >= 1

    def _draw(self, operator: bytes, values: list[float]) -> None:
        if operator == b"re" and len(values) == 4:
            x, y, width, height = values
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            self.path.append([self._point(*corner) for corner in corners])
            return
        if operator == b"m" or not self.path:
            self.path.append([])
        if operator not in (b"m", b"l"):
            self.bent.add(len(self.path) - 1)
        self.path[-1] += [
            self._point(x, y) for x, y in zip(values[::2], values[1::2], strict=False)
        ]

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return _apply(self.state.matrix, x, y)

    def _paint(self, operator: bytes) -> None:
        if operator in FILLS:
            for number, points in enumerate(self.path):
                self._painted(
                    points, self.state.fill, known=number not in self.bent and self.state.solid
                )
        self.path, self.bent = [], set()

    def _painted(self, points: list[tuple[float, float]], colour: str, *, known: bool) -> None:
        """Note that something was painted; it fills its bounds for certain if it is an upright
        rectangle.
        """
        if not points:
            return
        xs, ys = {round(x, 2) for x, _ in points}, {round(y, 2) for _, y in points}
        upright = known and len(xs) <= 2 and len(ys) <= 2
        paint = _Paint(self.page.order, min(xs), min(ys), max(xs), max(ys), colour, upright)
        self.page.paints.append(paint)

    def _image(self) -> None:
        """An image or shading fills the unit square; what it looks like is not known."""
        corners = [self._point(x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        self._painted(corners, UNKNOWN, known=False)

    def _form(self, name: Any) -> None:
        found = _get(_get(self.resources, "/XObject"), name)
        if found is None:
            return
        if found.get("/Subtype") != "/Form":
            self._image()
            return
        own = [_real(value) for value in found.get("/Matrix", IDENTITY)]
        matrix = _times(_matrix(own), self.state.matrix) if len(own) == 6 else self.state.matrix
        resources = _get(found, "/Resources") or self.resources
        self.page.follow(found, resources, matrix, self.state, self.depth + 1)

    def _show(self, operator: bytes, index: int) -> None:
        if operator in (b"'", b'"'):
            self._next(0.0, -self.leading)
        place = _times(self.text, self.state.matrix)
        x, y = place[4], place[5]
        size = abs(self.state.size) * max(abs(place[3]), abs(place[1]))
        self.page.text_operations.append(
            _TextOperation(
                self.page.order, x, y, size, self.state.fill, self.state.mode, self.stream, index
            )
        )


TEXT_MOVES = (b"Tm", b"Td", b"TD", b"T*")
COLOURS = (b"g", b"rg", b"k", b"sc", b"scn", b"cs")


def hidden_text(page: Any) -> Iterator[tuple[Hidden, str]]:
    """Text of a page that cannot be seen, with the reason; text drawn in one way comes together."""
    page_read = _Page(page)
    page_read.follow(page.get_contents(), _get(page, "/Resources"), IDENTITY, _State())
    reasons: dict[Hidden, dict[int, set[int]]] = {}
    bounds = _visible(page)
    for operation in page_read.text_operations:
        reason = _reason(operation, page_read.paints, bounds)
        if reason is not None:
            reasons.setdefault(reason, {}).setdefault(operation.stream, set()).add(operation.index)
    for reason, streams in reasons.items():
        text = " ".join(_only(page_read, stream, places) for stream, places in streams.items())
        if text.strip():
            yield reason, text


def _reason(
    operation: _TextOperation, paints: list[_Paint], bounds: tuple[float, float, float, float]
) -> Hidden | None:
    if operation.mode in (INVISIBLE, CLIPPING):
        return Hidden.INVISIBLE
    left, bottom, right, top = bounds
    if not (
        left - MARGIN <= operation.x <= right + MARGIN
        and bottom - MARGIN <= operation.y <= top + MARGIN
    ):
        return Hidden.OUTSIDE
    if operation.size < TINY:
        return Hidden.TINY
    x, y = operation.x + INSIDE, operation.y + INSIDE
    here = [paint for paint in paints if paint.covers(x, y)]
    behind = [paint for paint in here if paint.order < operation.order]
    nearest = behind[-1].colour if behind else WHITE
    if (
        UNKNOWN not in (nearest, operation.colour)
        and contrast(operation.colour, nearest) < LEAST_CONTRAST
        and (not behind or behind[-1].certain or contrast(operation.colour, WHITE) < LEAST_CONTRAST)
    ):
        return Hidden.COLOUR
    over = (
        paint
        for paint in here
        if paint.order > operation.order and paint.certain and paint.colour != UNKNOWN
    )
    return Hidden.COVERED if any(over) else None


def _only(page_read: _Page, stream: int, places: set[int]) -> str:
    """Read the text of some operations of a stream: those that show other text are left out."""
    from pypdf import PageObject
    from pypdf.generic import ContentStream, NameObject

    resources, operations = page_read.streams[stream]
    content = ContentStream(None, page_read.page.pdf, "bytes")
    content.operations = [
        operation
        for index, operation in enumerate(operations)
        if operation[1] not in SHOWS or index in places
    ]
    page = PageObject.create_blank_page(width=10_000, height=10_000)
    page[NameObject("/Resources")] = resources
    page[NameObject("/Contents")] = content
    return " ".join(str(page.extract_text()).split())


def _visible(page: Any) -> tuple[float, float, float, float]:
    """Bounds of what a viewer shows of a page: the crop box within the media box."""
    crop, media = page.cropbox, page.mediabox
    return (
        max(float(crop.left), float(media.left)),
        max(float(crop.bottom), float(media.bottom)),
        min(float(crop.right), float(media.right)),
        min(float(crop.top), float(media.top)),
    )


def _get(owner: Any, key: Any) -> Any:
    """An entry of a dictionary, followed to the object itself; None when there is none."""
    if owner is None or key not in owner:
        return None
    value = owner[key]
    return value.get_object() if hasattr(value, "get_object") else value


def _hex(values: list[float]) -> str:
    """Colour of one (grey), three (red, green, blue) or four (cyan, magenta, yellow, black)
    components.
    """
    if len(values) == 1:
        values = values * 3
    elif len(values) == 4:
        values = [(1 - ink) * (1 - values[3]) for ink in values[:3]]
    if len(values) != 3:
        return UNKNOWN
    return "".join(f"{round(255 * min(1.0, max(0.0, value))):02X}" for value in values)


def _real(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else as_number(str(value)) or 0.0


def _matrix(values: Sequence[float]) -> Matrix:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies `first`, then `second` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    k, m, n, o, p, q = second
    return (
        a * k + b * n,
        a * m + b * o,
        c * k + d * n,
        c * m + d * o,
        e * k + f * n + p,
        e * m + f * o + q,
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
