//! `--memory`: what a run may hold at most follows from it, by counting.
//!
//! A run holds the engines, one batch with its rows, on each thread one dump that is being read, and in pass one what
//! was learnt. Dumps of more than 256 KiB are read one at a time, so that what one of them may take is counted
//! once and not for each thread; how large it may be, and how many nodes its tree may have, follows from the memory alone,
//! so that the number of threads changes no result.

use crate::config::Config;
use crate::error::Error;

/// The engines (25 MB), a batch in hand and its rows: a run over 100 MB of JSON Lines on two threads took 125 MB at most.
const FIXED: u64 = 96 << 20;
/// Dumps up to this size are read side by side. Nine pages in ten are smaller; a guess.
pub(super) const SMALL: usize = 256 << 10;
/// What a thread takes for one of them: in the worst case its tree has a node for every three bytes.
const A_THREAD: u64 = 48 << 20;
/// One part in so many of the memory is for the one large dump.
const FOR_LARGE: u64 = 4;
/// … which takes so many times its size at most, on top of its tree …
const TIMES_A_DUMP: u64 = 16;
/// … whose nodes take so many bytes with all that is made of them (221 MB for 400,000, `tests/faults/ingest.py`).
const A_NODE: u64 = 600;
/// One part in so many is for what is learnt; the rest goes to disk.
const FOR_LEARNING: u64 = 4;

/// Lowers the caps of `config` so that the largest dump fits into its part of `memory`.
pub fn bound(config: &mut Config, memory: u64) {
    let large = memory / FOR_LARGE;
    config.ingest.max_dump_bytes = config.ingest.max_dump_bytes.min(large / TIMES_A_DUMP);
    config.parse.max_nodes = config.parse.max_nodes.min((large / A_NODE) as usize);
}

/// What learning may take of `memory`, when `n_threads` fit into it.
///
/// # Errors
/// When they do not; with the figure that would do.
pub(super) fn for_learning(memory: u64, n_threads: usize) -> Result<usize, Error> {
    let working = FIXED + n_threads as u64 * A_THREAD;
    // Learning is over when the tables are read and none is made while it goes on: the larger of the two counts.
    let least = working * FOR_LARGE / (FOR_LARGE - 1);
    if memory < least {
        let mib = |bytes: u64| bytes.div_ceil(1 << 20);
        return Err(Error::Config(format!(
            "--memory {}M: {n_threads} threads take {}M at least; give --memory {}M or fewer --jobs",
            mib(memory),
            mib(least),
            mib(least)
        )));
    }
    Ok((memory / FOR_LEARNING) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_memory_is_refused_with_the_figure_that_would_do() {
        let refused = for_learning(64 << 20, 2).unwrap_err().to_string();
        assert_eq!(refused, "--memory 64M: 2 threads take 256M at least; give --memory 256M or fewer --jobs");
        assert!(for_learning(256 << 20, 2).is_ok());
        assert!(for_learning(256 << 20, 8).is_err());
    }

    #[test]
    fn caps_follow_from_the_memory_and_are_never_raised() {
        let mut config = Config::default();
        bound(&mut config, 256 << 20);
        assert_eq!((config.ingest.max_dump_bytes, config.parse.max_nodes), (4 << 20, 111_848));
        let mut config = Config::default();
        bound(&mut config, 1 << 40);
        assert_eq!(config, Config::default());
    }
}
