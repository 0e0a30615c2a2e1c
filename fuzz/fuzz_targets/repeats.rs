//! The door `repeats`; its laws stand in `tests/doors`.
#![no_main]

#[path = "../../tests/doors/mod.rs"]
#[allow(dead_code)]
mod doors;

use std::sync::LazyLock;

static DOORS: LazyLock<doors::Doors> = LazyLock::new(doors::Doors::new);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| DOORS.repeats(bytes));
