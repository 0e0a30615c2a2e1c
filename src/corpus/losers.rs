//! What is kept on disk of each article that is a copy: a row of one width, and a note in as many bytes as it takes.

use crate::corpus::facts::Id;
use crate::corpus::known::{Relation, Standing};

/// What is kept of an article that is a copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loser {
    pub id: Id,
    pub of: Id,
    pub similarity: f32,
    pub relation: Relation,
    /// Its place in `Known::notes`.
    pub note: (u64, u32),
    pub n_blocks: u32,
}

/// Bytes of a loser's row, which begins with its identifier …
pub(super) const LOSER: usize = 41;
/// … and of a row that leads to it: the identifier of the copy that stays, then its own.
pub(super) const COPY: usize = 20;

impl Loser {
    pub fn row(&self) -> [u8; LOSER] {
        let mut row = [0; LOSER];
        row[..10].copy_from_slice(&self.id.0);
        row[10..20].copy_from_slice(&self.of.0);
        row[20..24].copy_from_slice(&self.similarity.to_be_bytes());
        row[24] = self.relation as u8;
        row[25..29].copy_from_slice(&self.n_blocks.to_be_bytes());
        row[29..37].copy_from_slice(&self.note.0.to_be_bytes());
        row[37..].copy_from_slice(&self.note.1.to_be_bytes());
        row
    }

    pub fn of_row(row: &[u8; LOSER]) -> Loser {
        let four = |i: usize| [row[i], row[i + 1], row[i + 2], row[i + 3]];
        let ten = |i: usize| Id(*row[i..].first_chunk().expect("the row is longer"));
        let place = u64::from_be_bytes(*row[29..].first_chunk().expect("the row is longer"));
        Loser {
            id: ten(0),
            of: ten(10),
            similarity: f32::from_be_bytes(four(20)),
            relation: Relation::ALL[row[24] as usize],
            n_blocks: u32::from_be_bytes(four(25)),
            note: (place, u32::from_be_bytes(four(37))),
        }
    }
}

/// What is kept of a loser beside its row, in as many bytes as it takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Note {
    pub url: Option<String>,
    pub published: Option<String>,
    /// Where the copy that stays for it stands.
    pub source: String,
    pub record: Option<u64>,
    /// Both have as many blocks.
    pub same_blocks: bool,
    /// Empty when the tokens are the same.
    pub blocks: Vec<Standing>,
}

/// The share of a block that is furniture; the others are of 254.
const FRAME: u8 = u8::MAX;
const WHOLE: f32 = 254.0;

impl Note {
    pub fn bytes(&self) -> Vec<u8> {
        let line = |text: Option<&str>| text.unwrap_or_default().replace('\n', " ") + "\n";
        let mut bytes = line(self.url.as_deref()) + &line(self.published.as_deref()) + &line(Some(&self.source));
        bytes += &line(self.record.map(|r| r.to_string()).as_deref());
        let mut bytes = bytes.into_bytes();
        bytes.push(u8::from(self.same_blocks));
        for block in &self.blocks {
            let (share, number) = match block {
                Standing::Frame => (FRAME, None),
                Standing::Share(share, number) => ((share * WHOLE) as u8, *number),
            };
            // Beyond 65,534 blocks the share is told without the number.
            let number = number.and_then(|n| u16::try_from(n).ok()).unwrap_or(u16::MAX);
            bytes.push(share);
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    pub fn of_bytes(bytes: &[u8]) -> Note {
        let mut parts = bytes.splitn(5, |b| *b == b'\n');
        let mut text = || parts.next().filter(|t| !t.is_empty()).map(|t| String::from_utf8_lossy(t).into_owned());
        let (url, published, source) = (text(), text(), text().unwrap_or_default());
        let record = text().and_then(|r| r.parse().ok());
        let (same_blocks, rest) = match parts.next().and_then(<[u8]>::split_first) {
            Some((&same, rest)) => (same == 1, rest),
            None => (false, &[][..]),
        };
        let (blocks, _) = rest.as_chunks::<3>();
        let standing = |&[share, a, b]: &[u8; 3]| match share {
            FRAME => Standing::Frame,
            share => {
                let number = u16::from_be_bytes([a, b]);
                Standing::Share(f32::from(share) / WHOLE, (number != u16::MAX).then_some(number.into()))
            }
        };
        Note { url, published, source, record, same_blocks, blocks: blocks.iter().map(standing).collect() }
    }
}
