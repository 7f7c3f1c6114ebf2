"""The pictures of the documents, made from the shipped workbook: `python -m tests.docs.pictures`.

Workbook and report are drawn by LibreOffice and pdftoppm. The tab of the ribbon is drawn from its
XML, without the icons, which are Excel's own.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import textwrap
from pathlib import Path
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from PIL import Image
from pypdf import PdfReader

from tests.shipped import ROOT, SHIPPED
from tests.tools import converted
from xlperf.cli import main
from xlperf.newbook.look import NAVY

PICTURES = ROOT / "docs" / "pictures"
RIBBON = ROOT / "xlperf" / "newbook" / "ribbon.xml"
UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
CHARTS = (0.055, 0.480, 0.950, 0.900)
"""The second two charts of a page of the sheet *Charts*: left, top, right and bottom as shares of
the page.
"""
REPORT = (0, 0, 1, 0.81)
REPORT_WORDS = ("Reduce domestic burglary: number a month", "Figure")
"""Words of the page of the report that is shown."""
DASHBOARD_WORDS = ("Key to colours and signs",)
OTHER_TABS = ("File", "Home", "Performance", "Insert", "Data", "Review")


def page(pdf: Path, number: int, dots: int, name: str) -> Image.Image:
    """Draw one page of a PDF, counted from 1."""
    stem = pdf.with_name(name)
    place = ["-f", str(number), "-l", str(number), "-r", str(dots), "-singlefile"]
    subprocess.run(["pdftoppm", *place, "-png", str(pdf), str(stem)], check=True)
    return Image.open(stem.with_suffix(".png")).convert("RGB")


def page_with(pdf: Path, words: tuple[str, ...]) -> int:
    """Number of the first page with these words."""
    texts = [sheet.extract_text() for sheet in PdfReader(pdf).pages]
    return next(i for i, text in enumerate(texts, 1) if all(word in text for word in words))


def cut(image: Image.Image, shares: tuple[float, float, float, float]) -> Image.Image:
    """Cut a part out of a picture."""
    width, height = image.size
    left, top, right, bottom = shares
    return image.crop(
        (int(left * width), int(top * height), int(right * width), int(bottom * height))
    )


def save(image: Image.Image, name: str) -> None:
    """Save a picture with few colours, so that the repository stays small."""
    image.quantize(128).save(PICTURES / name, optimize=True)


def groups() -> list[tuple[str, list[tuple[str, bool]]]]:
    """Groups of the tab: label, and the label of each button with whether it is large."""
    return [
        (
            group.get("label", ""),
            [(button.get("label", ""), button.get("size") == "large") for button in group],
        )
        for group in ET.parse(RIBBON).iter(f"{UI}group")
    ]


def ribbon() -> Figure:
    """Draw the tab."""
    figure = Figure(figsize=(11, 1.75), dpi=110)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 110), ylim=(0, 17.5))
    axes.axis("off")
    font = {"family": ["Carlito", "DejaVu Sans"], "fontsize": 11, "color": "#262626"}
    at = 2.0
    for tab in OTHER_TABS:
        chosen = tab == "Performance"
        axes.text(at, 15.2, tab, **font | ({"weight": "bold", "color": NAVY} if chosen else {}))
        width = 0.85 * len(tab) + 3
        if chosen:
            axes.plot([at, at + width - 3], [14.5, 14.5], color=NAVY, linewidth=2.5)
        at += width
    axes.add_patch(FancyBboxPatch((1, 0.7), 108, 12.6, "round,pad=0.2", fc="#FAFAFA", ec="#D0D0D0"))
    at = 2.5
    for label, buttons in groups():
        start = at
        for text, large in (button for button in buttons if button[1]):
            axes.add_patch(
                FancyBboxPatch((at + 3, 8.4), 3, 3, "round,pad=0.2", fc="white", ec=NAVY)
            )
            lines = textwrap.fill(text, 10) if large else text
            axes.text(at + 4.5, 7.4, lines, ha="center", va="top", linespacing=1.0, **font)
            at += 10
        small = [text for text, large in buttons if not large]
        for row, text in enumerate(small):
            height = 10 - 3 * row
            axes.add_patch(
                FancyBboxPatch((at + 0.3, height), 1.1, 1.1, "round,pad=0.15", fc="white", ec=NAVY)
            )
            axes.text(at + 2.2, height - 0.15, text, **font)
        at += 3.5 + 1.0 * max(map(len, small), default=-3)
        axes.text((start + at) / 2, 1.4, label, ha="center", **font | {"color": "#707070"})
        axes.plot([at, at], [1.5, 12.5], color="#D0D0D0", linewidth=1)
        at += 1.5
    return figure


def draw(folder: Path) -> None:
    """Draw all pictures; work is done in `folder`."""
    book = Path(shutil.copy(SHIPPED, folder / "Dashboard.xlsm"))
    assert main(["refresh", str(book)]) == 0
    assert main(["publish", str(book), "--to", str(folder / "pack"), "--first-issue"]) == 0
    sheets = converted(book, "pdf", folder)
    dashboard = page_with(sheets, DASHBOARD_WORDS)
    save(page(sheets, dashboard, 110, "dashboard"), "dashboard.png")
    save(cut(page(sheets, dashboard + 2, 130, "charts"), CHARTS), "charts.png")
    report = next((folder / "pack").glob("*Report*.pdf"))
    save(cut(page(report, page_with(report, REPORT_WORDS), 90, "report"), REPORT), "report.png")
    ribbon().savefig(folder / "ribbon.png")
    save(Image.open(folder / "ribbon.png").convert("RGB"), "ribbon.png")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
