"""`python -m documents.fuzz SECONDS [SEED]`, run in `tests/`: mutants until the time is over, troubles printed once each."""

from __future__ import annotations

import hashlib
import re
import sys
import time
from pathlib import Path
from random import Random

from documents.fuzz.mutate import case, seeds
from documents.fuzz.properties import troubles

limit, first = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
keep = Path(sys.argv[3]) if len(sys.argv) > 3 else None
paths, seen, stop, number = seeds(), set[str](), time.monotonic() + limit, first
while time.monotonic() < stop:
    data, name = case(paths, Random(number))
    for trouble in troubles(data, name):
        sort = re.sub(r"[\d.]+|'.*'", "", trouble)[:2000]
        sort = sort.rpartition('File "')[2] if "Traceback" in sort else sort.partition(":")[0]
        if sort not in seen:
            seen.add(sort)
            print(f"seed {number} ({name}): {trouble}\n", flush=True)
            if keep:
                label = hashlib.sha256(data).hexdigest()[:8]
                (keep / f"{number}-{label}{Path(name).suffix}").write_bytes(data)
    number += 1
print(f"{number - first} mutants, {len(seen)} kinds of trouble")
