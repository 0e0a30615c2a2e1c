//! `Dump` → `Document`: blocks in reading order, each with its place, and what the page says about itself.

pub mod text;
