//! What may go to a terminal: controls and direction marks shown visibly, so that a dump cannot move the cursor,
//! rename the window or turn a line around.

/// `text` with every control character, direction mark and other invisible shown as `\u{…}`; line feeds and tabs stay.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() || is_direction_mark(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// One line of it: line feeds and tabs as blanks, cut to `width` columns (a wide character counts two).
pub fn one_line(text: &str, width: usize) -> String {
    let flat: String = visible(text).chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).collect();
    let mut used = 0;
    let mut line = String::new();
    for c in flat.chars() {
        let columns = if dateline::text::script::is_wide(c) { 2 } else { 1 };
        if used + columns > width.saturating_sub(1) {
            line.push('…');
            return line;
        }
        used += columns;
        line.push(c);
    }
    line
}

/// Columns that `text` takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| if dateline::text::script::is_wide(c) { 2 } else { 1 }).sum()
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_and_a_right_to_left_override_are_shown_not_obeyed() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\nd"), "a\\u{1b}[2Jb\\u{202e}c\nd");
    }

    #[test]
    fn a_line_is_cut_by_columns_not_characters() {
        assert_eq!(one_line("大橋通車\n一年", 8), "大橋通…");
    }
}
