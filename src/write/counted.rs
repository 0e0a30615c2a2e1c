//! A writer that counts and hashes what goes through.

use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Counts and hashes what goes through.
#[derive(Clone)]
pub struct Counted<W> {
    to: W,
    n_bytes: u64,
    hash: Sha256,
}

impl<W> Counted<W> {
    /// Nothing has gone through yet.
    pub fn new(to: W) -> Counted<W> {
        Counted { to, n_bytes: 0, hash: Sha256::new() }
    }

    /// Bytes so far.
    pub fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Lower-case hexadecimal SHA-256 of all bytes.
    pub fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.n_bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
