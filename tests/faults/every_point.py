"""Faults at every point of every scene, or at a sample of them: some 3,000 runs, in an hour.

`python -m tests.faults.every_point [--most 50] [SCENE ...]`
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.injecting import sample
from tests.faults.scenes import sending
from tests.faults.staging import staged
from tests.release.servers import serving

if TYPE_CHECKING:
    from tests.faults.injecting import Fault, Scene, Stage


def main() -> int:
    """Play them, print what was wrong and how many there were; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*", help="names of scenes; without any, all")
    parser.add_argument("--most", type=int, help="points of a scene to choose; without it, all")
    options, started = parser.parse_args(), time.perf_counter()
    played = wrong = 0
    with (
        tempfile.TemporaryDirectory() as place,
        staged(Path(place)) as (stage, scenes),
        serving() as inbox,
    ):
        for scene in [*scenes, sending(inbox)]:
            if not options.scenes or scene.name in options.scenes:
                points, untrue = _play(stage, scene, options.most)
                played, wrong = played + points, wrong + untrue
    print(f"{played} points, {wrong} wrong, in {time.perf_counter() - started:.0f} s")
    return 1 if wrong else 0


def _play(stage: Stage, scene: Scene, most: int | None) -> tuple[int, int]:
    """Play a scene; gives how many points it was played at, and at how many of them something was
    wrong.
    """
    started, all_points = time.perf_counter(), stage.faults(scene, lasting=True)
    points = all_points if most is None else sample(all_points, most)
    found = [texts for point in points if (texts := stage.play(scene, point))]
    told = ", ".join(f"{number} {kind}" for kind, number in Counter(map(_kind, points)).items())
    print(
        f"{scene.name}: {len(points)} points of {len(all_points)} ({told}), {len(found)} wrong, "
        f"{time.perf_counter() - started:.0f} s",
        flush=True,
    )
    print("".join(f"  {text}\n" for texts in found for text in texts), end="", flush=True)
    return len(points), len(found)


def _kind(point: Fault) -> str:
    if point.lasting:
        return "lasting error"
    return point.kind if point.kind.startswith("SIG") else "error"


if __name__ == "__main__":
    sys.exit(main())
