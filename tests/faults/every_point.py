"""Every point of every scene: some thousand runs. `PYTHONPATH=tests python -m faults.every_point [SCENE]`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from faults.scenes import sending
from faults.staging import staged
from pack.servers import serving

if TYPE_CHECKING:
    from faults.injecting import Stage


def main() -> int:
    """Play all, print what was wrong and how many there were; 1 if anything was wrong."""
    only, wrong, started = sys.argv[1:], 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as place, staged(Path(place)) as (stage, scenes), serving() as inbox:
        for scene in [*scenes, sending(inbox)]:
            if not only or scene.name in only:
                wrong += _play(stage, scene)
    print(f"{wrong} wrong, in {time.perf_counter() - started:.0f} s")
    return 1 if wrong else 0


def _play(stage: Stage, scene) -> int:
    started = time.perf_counter()
    points = stage.faults(scene, lasting=True)
    found = [text for point in points for text in stage.play(scene, point)]
    kinds = Counter(
        "lasting error" if point.lasting else point.kind if point.kind.startswith("SIG") else "error"
        for point in points
    )
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    print(
        f"{scene.name}: {len(points)} points ({told}), {len(found)} wrong, {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    print("".join(f"  {text}\n" for text in found), end="", flush=True)
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
