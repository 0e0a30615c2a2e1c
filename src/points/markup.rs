//! Items of lists that markup made: `<ol>`, `<ul>`, with the numbers that markup gives.

use super::lines::Line;
use super::outline::ListPoint;
use crate::model::Span;

/// The items of marked-up lists, their lists numbered from 0. `is_heading` tells where headings stand.
///
/// A list that goes on where an earlier one stopped is the same list, when nothing but a short block parts the two
/// (an advertisement makes page builders close `<ol>` and open it again with `start`).
pub(crate) fn items(lines: &[Line], is_heading: &[bool]) -> Vec<ListPoint> {
    let mut out: Vec<ListPoint> = Vec::new();
    // Lists that are open, by depth: list of the markup, our number for it, last item.
    let mut open: Vec<(u32, u32, usize)> = Vec::new();
    let mut n_lists = 0;
    let mut last_top: Option<Top> = None;
    for (i, line) in lines.iter().enumerate() {
        if !line.keep {
            continue;
        }
        let Some(mark) = line.list else {
            open.clear();
            if is_heading[i] {
                last_top = None;
            } else if let Some(top) = &mut last_top {
                top.n_between += 1;
                top.widest = top.widest.max(line.width);
            }
            continue;
        };
        let depth = usize::from(mark.depth.max(1));
        open.truncate(depth);
        if !mark.opens
            || open
                .last()
                .is_some_and(|o| open.len() == depth && o.0 == mark.list && out[o.2].block == line.block as usize)
        {
            // A later paragraph of an item, or a line broken inside its first: the innermost open item takes it,
            // unless items of its own stand between.
            if let Some(&(_, _, item)) = open.last().filter(|o| o.2 + 1 == out.len()) {
                out[item].body.end = line.span.end;
            }
            continue;
        }
        let ours = match open.get(depth - 1).filter(|o| o.0 == mark.list) {
            Some(o) => o.1,
            None => match last_top.filter(|_| depth == 1) {
                Some(top) if top.goes_on_with(mark.ordinal) => top.list,
                Some(top) if top.counts_down_to(mark.ordinal, next_of(lines, i)) => {
                    let more = mark.ordinal.unwrap_or(0);
                    let above = out.iter_mut().filter(|p| p.list == top.list);
                    above.for_each(|p| p.ordinal = p.ordinal.map(|n| n + more));
                    top.list
                }
                _ => {
                    n_lists += 1;
                    n_lists - 1
                }
            },
        };
        open.truncate(depth - 1);
        let parent = open.last().map(|o| o.2);
        if depth == 1 {
            let step = last_top.filter(|t| t.list == ours).and_then(|t| Some(mark.ordinal? - t.ordinal?)).unwrap_or(0);
            last_top = Some(Top { list: ours, ordinal: mark.ordinal, step, n_between: 0, widest: 0 });
        }
        open.push((mark.list, ours, out.len()));
        let start = line.span.start;
        out.push(ListPoint {
            list: ours,
            ordinal: mark.ordinal,
            level: open.len() as u8,
            parent,
            label: Span { start, end: start },
            body: line.span,
            block: line.block as usize,
        });
    }
    out
}

/// The number of the next item of the list that line `i` opens.
fn next_of(lines: &[Line], i: usize) -> Option<i64> {
    let list = lines[i].list?.list;
    let next = lines[i + 1..].iter().filter(|l| l.keep).filter_map(|l| l.list).find(|m| m.list == list && m.opens);
    next.and_then(|m| m.ordinal)
}

/// Widest block that may stand between the two halves of a list.
const MAX_BETWEEN: u32 = 48;

/// The last top list and what has come since.
#[derive(Clone, Copy)]
struct Top {
    list: u32,
    ordinal: Option<i64>,
    step: i64,
    n_between: u32,
    widest: u32,
}

impl Top {
    fn goes_on_with(&self, ordinal: Option<i64>) -> bool {
        let (Some(last), Some(next)) = (self.ordinal, ordinal) else { return false };
        let step = next - last;
        let counts_on = if self.step == 0 { step.abs() == 1 } else { step == self.step.signum() };
        counts_on && self.is_near()
    }

    /// A countdown that was parted in two: markup counts each half down to one by itself.
    fn counts_down_to(&self, first: Option<i64>, second: Option<i64>) -> bool {
        let goes_down = first.is_some_and(|n| second.map_or(n == 1, |next| next == n - 1));
        self.ordinal == Some(1) && self.step == -1 && goes_down && self.is_near()
    }

    /// Nothing but a short block has come since.
    fn is_near(&self) -> bool {
        self.n_between <= 1 && self.widest <= MAX_BETWEEN
    }
}
