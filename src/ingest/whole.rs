//! A file that is one dump: a text or a page.

use super::input::Input;
use super::page::{self, Told};
use super::{Incoming, Queue, reject_hole};
use crate::error::{Reject, Severity};

/// Reads all that is left of `input` as one dump.
pub(super) fn read(input: &mut Input, queue: &mut Queue<'_>) {
    let limit = queue.settings.max_dump();
    input.peek(1);
    let start = input.stored(input.position());
    let (mut body, mut holes, mut too_large) = (Vec::new(), Vec::new(), false);
    while !input.at_end() {
        holes.extend(input.hole());
        let bytes = input.peek(1);
        too_large |= body.len() + bytes.len() > limit;
        match too_large {
            true => body = Vec::new(),
            false => body.extend_from_slice(bytes),
        }
        let count = bytes.len();
        input.consume(count);
    }
    let place = input.place_since(start);
    let origin = queue.origin(None, place.0);
    let came_through = !body.is_empty() && !too_large;
    let severity = if came_through { Severity::Partial } else { Severity::Lost };
    let flags = holes.iter().map(|hole| format!("damaged:{}", hole.code)).collect();
    let damaged = !holes.is_empty();
    for hole in holes {
        queue.push(reject_hole(origin.clone(), hole, severity));
    }
    if too_large {
        return queue.push(page::too_large(origin, place, "file", queue.settings));
    }
    // Damage that was told before the first byte is all there is.
    if body.is_empty() && (damaged || place.0 > 0) {
        return;
    }
    if body.trim_ascii().is_empty() {
        return queue.push(Reject {
            origin,
            bytes: Some(place),
            layer: "file",
            code: "empty",
            severity: Severity::Skipped,
            message: "nothing stands in it".to_string(),
            hint: String::new(),
        });
    }
    let told = Told { flags, ..Told::default() };
    match page::of_bytes(body, origin.clone(), told, queue.settings) {
        Some(dump) => queue.push(Incoming::Dump(Box::new(dump))),
        None => {
            queue.push(page::not_text(origin, place, "bytes that are no text in any character set", Severity::Lost))
        }
    }
}
