//! `Cleaned` → records: sections, points, events, and one event told several times.
