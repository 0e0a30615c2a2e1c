//! What is found: temporal expressions, as the tagger hands them on.

use crate::model::Span;
use crate::model::edtf::Edtf;
use jiff::civil::Date;

/// What kind of time an expression tells (the types of TIMEX3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A day or anything longer, or a range of them.
    Date,
    /// Finer than a day: a clock time or a part of a day.
    Time,
    /// How long something takes.
    Duration,
    /// How often something happens.
    Set,
}

impl Kind {
    /// The word of TIMEX3.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Date => "DATE",
            Kind::Time => "TIME",
            Kind::Duration => "DURATION",
            Kind::Set => "SET",
        }
    }
}

/// How a value was got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The words say all of it.
    Stated,
    /// Relative words against the reference date: `yesterday`, `今年`.
    Relative,
    /// What the words leave out came from other dates of the text, or from the reference date.
    Context,
    /// A weekday decided: `11 月 16 日週四`, or a weekday counted from a known day.
    Weekday,
    /// The text does not fix it.
    Unresolved,
}

impl Basis {
    /// The word in the `basis` column.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Relative => "relative",
            Basis::Context => "context",
            Basis::Weekday => "weekday",
            Basis::Unresolved => "unresolved",
        }
    }
}

/// Hedge or part, in the words of TIMEX3's `mod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modifier {
    /// Early, beginning of.
    Start,
    /// Middle of.
    Mid,
    /// Late, end of.
    End,
    /// About.
    Approx,
    /// Less than, nearly.
    LessThan,
    /// More than.
    MoreThan,
    /// At most, within.
    EqualOrLess,
    /// At least.
    EqualOrMore,
    /// Earlier than.
    Before,
    /// Later than.
    After,
    /// From then on.
    Since,
    /// Up to then.
    Until,
}

impl Modifier {
    /// The word of TIMEX3.
    pub fn name(self) -> &'static str {
        match self {
            Modifier::Start => "START",
            Modifier::Mid => "MID",
            Modifier::End => "END",
            Modifier::Approx => "APPROX",
            Modifier::LessThan => "LESS_THAN",
            Modifier::MoreThan => "MORE_THAN",
            Modifier::EqualOrLess => "EQUAL_OR_LESS",
            Modifier::EqualOrMore => "EQUAL_OR_MORE",
            Modifier::Before => "BEFORE",
            Modifier::After => "AFTER",
            Modifier::Since => "SINCE",
            Modifier::Until => "UNTIL",
        }
    }
}

/// One temporal expression of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Where it stands, in bytes.
    pub span: Span,
    /// What kind of time it tells.
    pub kind: Kind,
    /// TIMEX3 value: `2023-11-17`, `2022-FA`, `P3D`, `XXXX-WXX-4`, `PRESENT_REF`.
    pub value: String,
    /// The date as data; none for durations, sets, vague times, and what the text does not fix.
    pub edtf: Option<Edtf>,
    /// Hedge or part.
    pub modifier: Option<Modifier>,
    /// How the value was got.
    pub basis: Basis,
}

/// Where the document's own date came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceBasis {
    /// It was given.
    Given,
    /// The text's own evidence: a date line, weekdays, stated years.
    Inferred,
}

/// A text with its temporal expressions read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagged {
    /// In order of place, disjoint.
    pub expressions: Vec<Expression>,
    /// What is annotated otherwise in prose, with its place in `expressions`: a range (`1914–18`) or a date with its time
    /// (`today at 9`) are two, and in some languages `three years ago` is a length.
    pub annotated: Vec<(usize, Vec<Expression>)>,
    /// The document's own date. Inferred ones may know the year alone: then it is the last date told of that year.
    pub reference: Option<(Date, ReferenceBasis)>,
}

impl Tagged {
    /// The expressions as running text is annotated (ISO-TimeML): both ends of a range stand by themselves, and so do a date
    /// and its time over a preposition. In a script without blanks `11月16日～20日` stays one.
    pub fn apart(self) -> Vec<Expression> {
        let mut annotated = self.annotated.into_iter().peekable();
        let mut all = Vec::with_capacity(self.expressions.len());
        for (i, expression) in self.expressions.into_iter().enumerate() {
            match annotated.next_if(|(at, _)| *at == i) {
                Some((_, instead)) => all.extend(instead),
                None => all.push(expression),
            }
        }
        all
    }
}
