"""`python -m derive.documents FILE`: how a note is read, for debugging."""

import sys

from derive.documents import read_file

for path in sys.argv[1:]:
    note = read_file(path)
    for d in note.diagnostics:
        print(f"{path}:{d.place.line}:{d.place.column}: {d.message}")
    for x in note.statements:
        print(f"{x.line}:{x.column} {x.kind}: {x.lhs_text} {x.relation} {x.rhs_text}")
        for text in (x.problem, x.reading, *x.assumptions):
            if text:
                print(f"      {text}")
