"""Named functions of a new workbook: LAMBDAs, which Excel 365 works out without Python and without macros.

They give what the functions of the same purpose in `xlperf.functions.registry` give, with their defaults. An argument that
cannot be used makes a sentence that begins with #XLPERF!, never a number. They are written here as Excel shows them.
A file has prefixes instead: ``_xlfn.`` before newer functions, ``_xlpm.`` before names that LET and LAMBDA bind, and
``_xlop.`` where an argument may be left out is declared. Where Excel has no LAMBDA their names give #NAME?, so no cell
of the workbook calls one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlperf.config import SETTINGS_BY_KEY
from xlperf.functions.registry import BY_NAME, Argument
from xlperf.stats.rounding import TOLERANCE
from xlperf.tables.records import MOST_ASKED, SMALLEST_DESIGN_EFFECT

NEWER = re.compile(r"\b(LAMBDA|LET|ISOMITTED)\(")
WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
MOST_DECIMALS = 6
"""Decimals up to which all numbers that decide whether a percentage is attainable are whole and exact in Excel."""


@dataclass(frozen=True, slots=True)
class NamedFunction:
    """One named function."""

    name: str
    like: str
    """Function of the registry that gives the same, with the same arguments."""
    bound: tuple[str, ...]
    """Names that its LET binds."""
    body: str

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What it is called with."""
        return BY_NAME[self.like].arguments

    @property
    def usage(self) -> str:
        """How it is called: PERF_MARGIN(n, [design_effect], [z])."""
        return f"{self.name}({', '.join(map(_declared, self.arguments))})"

    @property
    def summary(self) -> str:
        """What it gives, in the words of the Python function's help."""
        return BY_NAME[self.like].summary

    @property
    def shown(self) -> str:
        """The formula as Excel shows it, without its equals sign."""
        return f"LAMBDA({','.join(map(_declared, self.arguments))},{self.body})"

    @property
    def stored(self) -> str:
        """The formula as a file holds it, without its equals sign."""
        declared = ",".join(
            f"_xlop.{item.name}" if item.optional else item.name for item in self.arguments
        )
        names = {item.name for item in self.arguments} | set(self.bound)
        pieces = f"LAMBDA({declared},{self.body})".split('"')  # every second piece is a text
        pieces[::2] = (
            WORD.sub(lambda word: _prefixed(word.group(), names), piece) for piece in pieces[::2]
        )
        pieces[::2] = (NEWER.sub(r"_xlfn.\1(", piece) for piece in pieces[::2])
        return '"'.join(pieces)


def _declared(item: Argument) -> str:
    return f"[{item.name}]" if item.optional else item.name


def _prefixed(word: str, names: set[str]) -> str:
    return f"_xlpm.{word}" if word in names else word


def _fault(name: str, argument: str, sound: str, need: str, otherwise: str) -> str:
    """Sentence where an argument is not sound; else the rest. Excel works out every part of AND, so IF stands here."""
    return f'IF(IF(ISNUMBER({argument}),{sound},FALSE),{otherwise},"#XLPERF! {name}: {argument} must be {need}.")'


_width = SETTINGS_BY_KEY["z"]


def _asked(name: str, otherwise: str) -> str:
    sound = f"(n>=1)*(n<={MOST_ASKED})*(n=INT(n))>0"
    return _fault(name, "n", sound, f"a whole number, 1 to {MOST_ASKED:,}", otherwise)


def _percent(name: str, otherwise: str) -> str:
    sound = "(percent<=100)*((percent>1)+(percent=0))>0"
    return _fault(
        name, "percent", sound, "per cent, above 1 to 100 (84.5 and not 0.845), or 0", otherwise
    )


def _survey(name: str, otherwise: str) -> str:
    """Effect of the design and width, with their defaults, as `effect` and `wide`."""
    least, most = _width.least, _width.most
    effect = _fault(
        name,
        "effect",
        f"effect>={SMALLEST_DESIGN_EFFECT}",
        f"{SMALLEST_DESIGN_EFFECT} or more",
        otherwise,
    )
    wide = _fault(name, "wide", f"(wide>={least})*(wide<={most})>0", f"{least} to {most}", effect)
    given = f"effect,IF(ISOMITTED(design_effect),1,design_effect),wide,IF(ISOMITTED(z),{_width.default},z)"
    return f"LET({given},{wide})".replace(": effect must", ": design_effect must").replace(
        ": wide must", ": z must"
    )


_LIMITS = (
    "LET(share,percent/100,size,n/effect,"
    "centre,(share*size+wide^2/2)/(size+wide^2),"
    "half,wide*SQRT(size*share*(1-share)+wide^2/4)/(size+wide^2),"
    "CHOOSE({1,2},IF(share=0,0,100*MAX(0,MIN(centre-half,share))),IF(share=1,100,100*MIN(1,MAX(centre+half,share)))))"
)
WILSON = NamedFunction(
    "PERF_WILSON",
    "XP_WILSON",
    ("effect", "wide", "share", "size", "centre", "half"),
    _percent("PERF_WILSON", _asked("PERF_WILSON", _survey("PERF_WILSON", _LIMITS))),
)
MARGIN = NamedFunction(
    "PERF_MARGIN",
    "XP_MARGIN",
    ("effect", "wide"),
    _asked("PERF_MARGIN", _survey("PERF_MARGIN", "100*wide*SQRT(0.25*effect/n)")),
)
_POSSIBLE = (
    # the shares of n that print so lie within half a unit; a tie may have been rounded up, or to even
    "LET(units,ROUND(percent*10^places,0),all,200*10^places,"
    "lowest,-INT((1-2*units)*n/all),highest,INT((2*units+1)*n/all),"
    "tie,((2*units+1)*n=highest*all)*MOD(units,2),"
    "MAX(0,lowest)<=MIN(n,highest-tie))"
)
_OWN_DECIMALS = "".join(
    f"IF(ROUND(percent,{places})=ROUND(percent,10),{places}," for places in range(MOST_DECIMALS + 1)
)
_OWN_DECIMALS += f"{MOST_DECIMALS + 1}" + ")" * (MOST_DECIMALS + 1)
_PLACES = f"IF(ISOMITTED(decimals),{_OWN_DECIMALS},decimals)"
_PRINTED = (
    f"IF(ROUND(percent,places)=ROUND(percent,10),{_POSSIBLE},"
    '"#XLPERF! PERF_ATTAINABLE: percent has more decimals than that.")'
)
ATTAINABLE = NamedFunction(
    "PERF_ATTAINABLE",
    "XP_ATTAINABLE",
    ("places", "units", "all", "lowest", "highest", "tie"),
    _percent(
        "PERF_ATTAINABLE",
        _asked(
            "PERF_ATTAINABLE",
            f"LET(places,{_PLACES},"
            + _fault(
                "PERF_ATTAINABLE",
                "places",
                f"(places>=0)*(places<={MOST_DECIMALS})*(places=INT(places))>0",
                f"a whole number, 0 to {MOST_DECIMALS}",
                _PRINTED,
            ).replace(": places must", ": decimals must")
            + ")",
        ),
    ),
)
_PLACE = (
    # twelve digits decide whether two figures are the same; around `own` that is a width of its own size
    f"LET(near,{TOLERANCE!r}*ABS(own),"
    'equal,SUMPRODUCT((group<>"")*(group>=own-near)*(group<=own+near)),'
    'place,1+IF(LOWER(way)="up",SUMPRODUCT((group<>"")*(group>own+near)),'
    'SUMPRODUCT((group<>"")*(group<own-near))),'
    'IF(equal=0,"#XLPERF! PERF_POSITION: own must be one of the figures of group.",'
    'place&IF((MOD(place,100)>=11)*(MOD(place,100)<=13),"th",CHOOSE(1+MIN(4,MOD(place,10)),"th","st","nd","rd","th"))'
    '&IF(equal>1,"=","")&" of "&COUNT(group)))'
)
POSITION = NamedFunction(
    "PERF_POSITION",
    "XP_POSITION",
    ("way", "near", "equal", "place"),
    _fault(
        "PERF_POSITION",
        "own",
        "TRUE",
        "a number",
        'IF((COUNT(group)<2)+(COUNT(group)<>COUNTA(group)),"#XLPERF! PERF_POSITION: group must be two numbers or more; '
        'cells may be blank.",LET(way,IF(ISOMITTED(direction),"down",direction),'
        f'IF((LOWER(way)="up")+(LOWER(way)="down"),{_PLACE},"#XLPERF! PERF_POSITION: direction must be up or down.")))',
    ),
)
NAMED: tuple[NamedFunction, ...] = (WILSON, MARGIN, ATTAINABLE, POSITION)
