"""Bar P7: how many claims of ordinary notes are read, judged and explained in a second of CPU."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from harness import Result, interleaved, reported

HERE = Path(__file__).resolve().parent.parent
FOLDERS = ("tests/check/examples", "tests/check/held", "derivations/notes")
PER_SECOND = 50

# CPU seconds for each claim, by the code that a worker of `derive check` runs, in one process. What is loaded once
# (imports, the rules, the grammar) is loaded by a small note before; the causes of what is refuted are looked for.
CHECK = """
import resource, sys, time
from derive.check.run import worker
class Pipe(list):
    send = list.append
    def close(self): pass
def check(path, data):
    pipe = Pipe()
    worker.work(worker.Task(path, data, 5.0), pipe)
    return sum(word[2].counted for word in pipe if word[0] == "found")
def used():
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in both)
check("first.md", rb"Let $x \\in \\mathbb{R}$. Then $(x+1)^2 = x^2+2x+1$, $\\frac{d}{dx} x^2 = x$ and $x^2 > -1$.")
notes = [(path, open(path, "rb").read()) for path in sys.argv[1:]]
began = used()
claims = sum(check(path, data) for path, data in notes)
print((used() - began) / claims)
"""


def claims(rounds: int) -> Iterator[Result]:
    """Notes of many hands; a claim is what the report counts: definitions are read as well, and not counted."""
    notes = sorted(str(p) for f in FOLDERS for p in (HERE / f).iterdir() if p.suffix in (".md", ".tex"))
    seconds = interleaved({"check": reported(CHECK, *notes)}, min(rounds, 3), warm=False)["check"]
    share = [PER_SECOND * s for s in seconds]
    rate = statistics.median(1 / s for s in seconds)
    note = f"{rate:.0f} claims per CPU second, in {len(notes)} notes, likely causes included, start-up excluded"
    median, low, high = statistics.median(share), min(share), max(share)
    yield Result("P7", f"derive check, {PER_SECOND} claims", "one CPU second", median, low, high, limit=1.0, note=note)
