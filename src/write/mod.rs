//! Writing tables: CSV, JSON, JSON Lines, timelines; temp file, fsync, rename.
