//! `Cleaned` → records: sections, points, dated events, and one event told several times.

mod chronicle;

pub use chronicle::{Telling, chronicle, join};
