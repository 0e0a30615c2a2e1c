#!/usr/bin/env python3
""".ci/parquet.py OUT: the rows of each OUT/*.parquet, read by pyarrow, are those of OUT/*.jsonl, cell by cell."""
import glob, json, os, sys
import pyarrow as pa, pyarrow.parquet as pq

def day(iso):
    """Days since 1970 (Howard Hinnant's days_from_civil); Python's dates begin with the year 1."""
    year, month, of_month = iso.rsplit("-", 2); y, m, d = int(year), int(month), int(of_month)
    y -= m <= 2; era, yoe = y // 400, y % 400
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + (153 * ((m + 9) % 12) + 2) // 5 + d - 1 - 719468

def form(value):
    """As it stands in a cell: an object as its JSON."""
    if isinstance(value, list): return [form(v) for v in value]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, dict) else value

def cells(column):
    if pa.types.is_date32(column.type):
        return column.cast(pa.int32()).to_pylist(), lambda v: v and day(v)
    return column.to_pylist(), form

tables = 0
for path in sorted(glob.glob(f"{sys.argv[1]}/*.parquet")):
    name = os.path.basename(path).split(".")[0]
    with open(f"{sys.argv[1]}/{name}.jsonl", encoding="utf-8") as f: rows = [json.loads(l) for l in f]
    table = pq.read_table(path, arrow_extensions_enabled=False); tables += 1
    assert table.num_rows == len(rows), (name, table.num_rows, len(rows))
    assert table.column_names == list(rows[0])[:table.num_columns], (name, table.column_names)
    for column in table.column_names:
        found, as_cell = cells(table[column])
        for n, (cell, row) in enumerate(zip(found, rows)):
            assert cell == as_cell(row[column]), (name, n, column, cell, row[column])
    print(f"{name}: pyarrow reads {len(rows)} rows as they stand in JSON Lines; {', '.join(sorted({str(t) for t in table.schema.types}))}")
assert tables, "no table"
