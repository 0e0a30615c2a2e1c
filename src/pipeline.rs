//! The straight line, both passes, the only threads.
