//! Reading temporal expressions: scan, resolve, calendars.
