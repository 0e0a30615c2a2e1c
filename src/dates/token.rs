//! What the text is cut into: words of the lexicon, numbers, numeric stamps; and the classes that numbers belong to.

/// What the grammar sees of a token: a set of classes.
pub type Symbol = u16;

/// The symbol of everything that is not known.
pub const BREAK: Symbol = 0;

/// A number as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Its value.
    pub value: f64,
    /// Written digits; 0 when written in words.
    pub digits: u8,
    /// Written digit by digit in Han numerals (`二〇二三`).
    pub digitwise: bool,
    /// `三四` (天): from the first to the second.
    pub pair: Option<u8>,
    /// An ordinal.
    pub ordinal: bool,
    /// Written with a sign or fraction, no plain integer.
    pub fraction: bool,
    /// `'98`
    pub apostrophe: bool,
}

/// Numbers joined by one kind of separator: a date, a clock time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// The numbers.
    pub parts: [i32; 3],
    /// How many.
    pub count: u8,
    /// How many digits each has.
    pub lens: [u8; 3],
    /// The separator.
    pub sep: u8,
    /// Hour, minute, second behind a date (`T12:00`).
    pub time: Option<(u8, u8, Option<u8>)>,
    /// Minutes east of UTC.
    pub zone: Option<i16>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// An entry of the lexicon.
    Word(u32),
    /// A number.
    Number(Number),
    /// A numeric stamp.
    Stamp(Stamp),
    /// Anything else.
    Break,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Its set of classes.
    pub symbol: Symbol,
    /// Begins with a capital.
    pub capital: bool,
    /// What it is.
    pub what: What,
}

impl Token {
    /// A break that begins there.
    pub fn break_at(place: usize) -> Token {
        let place = place as u32;
        Token { start: place, end: place, symbol: BREAK, capital: false, what: What::Break }
    }
}

/// Classes of numbers, decided by value and shape. The names in patterns, in order of bit.
pub const NUMBER_CLASSES: &[&str] = &[
    "n", "num", "d", "m", "h", "mm", "y4", "yy", "y3", "ord", "dord", "digits", "dm", "clock", "ymd", "md", "ym",
    "years", "pair", "dotclock", "yl", "hmm", "eymd",
];

/// The bit of a class of numbers.
const fn bit(name: &str) -> u32 {
    let name = name.as_bytes();
    let mut at = 0;
    while at < NUMBER_CLASSES.len() {
        let class = NUMBER_CLASSES[at].as_bytes();
        let mut i = 0;
        while i < name.len() && i < class.len() && name[i] == class[i] {
            i += 1;
        }
        if i == name.len() && i == class.len() {
            return 1 << at;
        }
        at += 1;
    }
    panic!("the table holds every class used here")
}

/// Bits of the classes that a number belongs to.
pub fn number_bits(n: &Number) -> u32 {
    let mut bits = 0;
    let mut set = |bit: u32| bits |= bit;
    let v = n.value as i64;
    if n.fraction {
        set(const { bit("num") });
        return bits;
    }
    if n.ordinal {
        set(const { bit("ord") });
        if (1..=31).contains(&v) {
            set(const { bit("dord") });
        }
        return bits;
    }
    if n.pair.is_some() {
        set(const { bit("pair") });
    }
    // `十一二月` may be one number, `两三点` is two.
    let short = n.digits <= 2 && !n.apostrophe && !n.digitwise;
    // `07` is a year, a day, a minute, but no count.
    let padded = n.digits == 2 && v < 10;
    if !(n.apostrophe || padded || n.digitwise && v > 99) {
        set(const { bit("n") });
        set(const { bit("num") });
    }
    if n.digits > 0 {
        set(const { bit("digits") });
    }
    if short && (1..=31).contains(&v) {
        set(const { bit("d") });
    }
    if short && (1..=12).contains(&v) {
        set(const { bit("m") });
    }
    if short && (0..=30).contains(&v) {
        set(const { bit("h") });
    }
    if short && (0..=59).contains(&v) {
        set(const { bit("mm") });
    }
    if (1000..=2999).contains(&v) && (n.digits == 4 || n.digitwise) {
        set(const { bit("y4") });
        if (1500..=2050).contains(&v) {
            set(const { bit("yl") });
        }
    }
    if (100..=2459).contains(&v) && (n.digits == 3 || n.digits == 4) && v % 100 < 60 {
        set(const { bit("hmm") });
    }
    if (n.digits == 2 || n.digitwise) && (0..=99).contains(&v) {
        set(const { bit("yy") });
    }
    if (1..=999).contains(&v) && !n.apostrophe {
        set(const { bit("y3") });
    }
    bits
}

/// Bits of the classes that a stamp belongs to.
pub fn stamp_bits(s: &Stamp) -> u32 {
    let mut bits = 0;
    let mut set = |bit: u32| bits |= bit;
    let [a, b, c] = s.parts;
    let [la, lb, lc] = s.lens;
    match (s.count, s.sep) {
        (2, b':') if a <= 29 && b < 60 && lb == 2 && la <= 2 => set(const { bit("clock") }),
        (3, b':') if a <= 29 && b < 60 && c < 60 && lb == 2 && lc == 2 && la <= 2 => set(const { bit("clock") }),
        (_, b':') => {}
        (2, b'.') => {
            set(const { bit("num") });
            if la <= 2 && lb <= 2 && day_month(a, b) {
                set(const { bit("dm") });
            }
            if la <= 2 && lb == 2 && a <= 24 && b < 60 {
                set(const { bit("dotclock") });
            }
            if la == 4 && (1000..=2999).contains(&a) && lb == 2 && (1..=12).contains(&b) {
                set(const { bit("ym") });
            }
        }
        (2, b'/') => {
            if la <= 2 && lb <= 2 && (day_month(a, b) || day_month(b, a)) {
                set(const { bit("md") });
            }
            if la == 4 && year(a) && (1..=12).contains(&b) || lb == 4 && year(b) && (1..=12).contains(&a) {
                set(const { bit("ym") });
            }
            if la == 4 && year(a) && lb == 2 && (a + 1) % 100 == b {
                set(const { bit("years") });
            }
        }
        (2, b'-') => {
            if la == 4 && year(a) && lb == 2 && (1..=12).contains(&b) {
                set(const { bit("ym") });
            }
            if lb == 4 && year(b) && la <= 2 && (1..=12).contains(&a) {
                set(const { bit("ym") });
            }
            if la == 4 && year(a) && (lb == 4 && year(b) && b > a || lb == 2 && b > a % 100) {
                set(const { bit("years") });
            }
            if la <= 2 && lb == 2 && (day_month(a, b) || day_month(b, a)) {
                set(const { bit("md") });
            }
        }
        (3, _) if is_era_date(s) => set(const { bit("eymd") }),
        (3, _) => set(const { bit("ymd") }),
        _ => {}
    }
    bits
}

fn year(y: i32) -> bool {
    (1000..=2999).contains(&y)
}

fn day_month(d: i32, m: i32) -> bool {
    (1..=31).contains(&d) && (1..=12).contains(&m)
}

/// A year of an era, a month, a day: `110/9/12`, `30.4.1` in texts that count so.
pub fn is_era_date(s: &Stamp) -> bool {
    let [_, m, d] = s.parts;
    let short = s.lens[0] <= 3 && s.lens[1] <= 2 && s.lens[2] <= 2 && matches!(s.sep, b'.' | b'/' | b'-');
    short && day_month(d, m) && !is_date(s)
}

/// Three parts that make a date in one order or another.
pub fn is_date(s: &Stamp) -> bool {
    date_parts(s, false).is_some() || date_parts(s, true).is_some()
}

/// Year, month and day of three parts; two digits of a year are widened later (returned as they are).
pub fn date_parts(s: &Stamp, day_first: bool) -> Option<(i32, u8, u8)> {
    let [a, b, c] = s.parts;
    let [la, lb, lc] = s.lens;
    let ok = |y: i32, m: i32, d: i32| day_month(d, m).then_some((y, m as u8, d as u8));
    if s.sep == b',' {
        return None;
    }
    if la == 4 && year(a) && lb <= 2 && lc <= 2 {
        return ok(a, b, c);
    }
    if la <= 2 && lb <= 2 && (lc == 4 && year(c) || lc == 2 && s.sep != b':') {
        let year_first = lc == 2 && a > 31;
        if year_first {
            return ok(a, b, c);
        }
        let (d, m) = if day_first { (a, b) } else { (b, a) };
        return ok(c, m, d).or_else(|| ok(c, d, m));
    }
    None
}
