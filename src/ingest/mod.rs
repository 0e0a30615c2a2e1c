//! Reading dumps: walk, sniff, decompress, decode, then html | text | jsonl | warc → `Dump`.
