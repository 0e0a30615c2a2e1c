//! Writing tables: CSV, JSON, JSON Lines, timelines; temp file, fsync, rename.

pub mod counted;
pub mod drafts;
pub mod folder;
pub mod packed;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod rows;
pub mod schema;
pub mod timelines;
pub mod verify;
