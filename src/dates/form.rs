//! The form of a pattern, read into a tree and written as a program.

use super::lexicon::{ClassId, Classes, Lexicon};
use super::program::{Op, Program};
use super::section::{Section, Words};

/// What a match of a pattern tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A point in time, its parts by the names of the captured classes.
    Point,
    /// Two points: the first and the second capture of a class belong to the first and the second.
    Range,
    /// A length of time.
    Duration,
    /// A point so long before the reference.
    Ago,
    /// The same, in a language whose running text is annotated with the length that is named (`hace tres años`).
    Since,
    /// A point so long after the reference.
    Hence,
    /// As `Hence` where the text looks ahead, else the length (`in three days`).
    Within,
    /// A length that ends now (`the last three days`); in a question the days themselves.
    Behind,
    /// A length that begins now.
    Ahead,
    /// A point so long before the date told before.
    Earlier,
    /// A point so long after the date told before.
    Later,
    /// A named point, the one before the last (`the autumn before last`).
    BeforeLast,
    /// How often something happens.
    Set,
    /// `PRESENT_REF` and its kin.
    Ref,
    /// No date: a trap. It takes its tokens and is silent.
    Nothing,
}

impl Means {
    pub fn read(name: &str) -> Option<Means> {
        Some(match name {
            "" | "point" => Means::Point,
            "range" => Means::Range,
            "duration" => Means::Duration,
            "ago" => Means::Ago,
            "since" => Means::Since,
            "hence" => Means::Hence,
            "within" => Means::Within,
            "behind" => Means::Behind,
            "ahead" => Means::Ahead,
            "earlier" => Means::Earlier,
            "later" => Means::Later,
            "beforelast" => Means::BeforeLast,
            "set" => Means::Set,
            "ref" => Means::Ref,
            "nothing" => Means::Nothing,
            _ => return None,
        })
    }
}

/// One pattern, ready to run.
#[derive(Debug)]
pub struct Rule {
    /// What a match tells.
    pub means: Means,
    /// It counts only where the text is little more than the date itself.
    pub asked: bool,
    /// What it matches.
    pub(super) program: Program,
    /// Of each capture group: name of the slot, class, and whether it is the second of its name.
    pub groups: Vec<Group>,
}

/// A capture group of a pattern.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name of the slot that it fills.
    pub slot: String,
    /// Class of its token.
    pub class: ClassId,
}

/// A pattern as its file has it.
#[derive(Debug)]
pub struct Form {
    pub means: Means,
    pub asked: bool,
    pub ast: Ast,
}

/// Puts macros in.
pub fn expand(form: &str, section: &Section, shared: &Section) -> Result<String, String> {
    let mut form = form.to_string();
    for _ in 0..8 {
        let Some(open) = form.find('<') else { return Ok(form) };
        let close = form[open..].find('>').ok_or("`<` without `>`")? + open;
        let name = &form[open + 1..close];
        let body = section.macros.get(name).or_else(|| shared.macros.get(name));
        let body = body.ok_or_else(|| format!("no macro <{name}>"))?;
        form = format!("{}({}){}", &form[..open], body, &form[close + 1..]);
    }
    if form.contains('<') { Err("macros nest too deep".into()) } else { Ok(form) }
}

/// The form of a pattern as a tree.
#[derive(Debug)]
pub enum Ast {
    Class { name: String, slot: String },
    Literal(String),
    Sequence(Vec<Ast>),
    Choice(Vec<Ast>),
    Repeat(Box<Ast>, char),
}

pub fn parse(form: &str) -> Result<Ast, String> {
    let chars: Vec<char> = form.chars().collect();
    let mut at = 0;
    let ast = choice(&chars, &mut at)?;
    if at < chars.len() { Err(format!("`{}` is one too many", chars[at])) } else { Ok(ast) }
}

fn choice(chars: &[char], at: &mut usize) -> Result<Ast, String> {
    let mut all = vec![sequence(chars, at)?];
    while chars.get(*at) == Some(&'|') {
        *at += 1;
        all.push(sequence(chars, at)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Ast::Choice(all) })
}

fn sequence(chars: &[char], at: &mut usize) -> Result<Ast, String> {
    let mut all: Vec<Ast> = Vec::new();
    while let Some(&c) = chars.get(*at) {
        let until = |close: char, at: &mut usize| -> Result<String, String> {
            let from = *at + 1;
            let len = chars[from..].iter().position(|x| *x == close);
            let len = len.ok_or_else(|| format!("`{c}` without `{close}`"))?;
            *at = from + len + 1;
            Ok(chars[from..from + len].iter().collect())
        };
        match c {
            ' ' => *at += 1,
            '|' | ')' => break,
            '{' => {
                let inner = until('}', at)?;
                let (name, slot) = inner.split_once(':').unwrap_or((&inner, &inner));
                all.push(Ast::Class { name: name.to_string(), slot: slot.to_string() });
            }
            '\'' | '`' => all.push(Ast::Literal(until(c, at)?)),
            '(' => {
                *at += 1;
                all.push(choice(chars, at)?);
                if chars.get(*at) != Some(&')') {
                    return Err("`(` without `)`".into());
                }
                *at += 1;
            }
            '?' | '*' | '+' => {
                let last = all.pop().ok_or_else(|| format!("`{c}` has nothing before it"))?;
                all.push(Ast::Repeat(Box::new(last), c));
                *at += 1;
            }
            _ => return Err(format!("`{c}` is not part of a form; literals stand in quotes")),
        }
    }
    Ok(Ast::Sequence(all))
}

/// Literals are words of a class of their own: variants are separated by `|` inside the quotes.
pub fn add_literals(ast: &Ast, lexicon: &mut Lexicon) {
    match ast {
        Ast::Literal(text) => lexicon.add(&format!("'{text}"), &Words::Plain(text.clone()), false),
        Ast::Class { name, .. } => {
            lexicon.classes.id(name);
        }
        Ast::Sequence(all) | Ast::Choice(all) => all.iter().for_each(|a| add_literals(a, lexicon)),
        Ast::Repeat(a, _) => add_literals(a, lexicon),
    }
}

pub struct Writer<'a> {
    pub classes: &'a Classes,
    pub groups: Vec<Group>,
    pub program: Program,
}

impl Writer<'_> {
    pub fn write(&mut self, ast: &Ast) {
        match ast {
            Ast::Class { name, slot } => {
                let class = self.classes.get(name).expect("every class of a form was entered before");
                self.program.push(Op::Take { class, group: Some(self.groups.len() as u16) });
                self.groups.push(Group { slot: slot.clone(), class });
            }
            Ast::Literal(text) => {
                let class = self.classes.get(&format!("'{text}")).expect("every literal was entered before");
                self.program.push(Op::Take { class, group: None });
            }
            Ast::Sequence(all) => all.iter().for_each(|a| self.write(a)),
            Ast::Choice(all) => self.choice(all),
            Ast::Repeat(a, '?') => {
                let split = self.program.push(Op::Split(0, 0));
                self.write(a);
                self.program.set(split, Op::Split(split + 1, self.program.end()));
            }
            Ast::Repeat(a, '+') => self.more(a),
            // `a*` is `(a+)?`: so a pattern that can be empty is tried once.
            Ast::Repeat(a, _) => {
                let split = self.program.push(Op::Split(0, 0));
                self.more(a);
                self.program.set(split, Op::Split(split + 1, self.program.end()));
            }
        }
    }

    fn more(&mut self, ast: &Ast) {
        let start = self.program.end();
        self.write(ast);
        self.program.push(Op::Split(start, self.program.end() + 1));
    }

    fn choice(&mut self, all: &[Ast]) {
        let mut jumps = Vec::new();
        for (i, a) in all.iter().enumerate() {
            if i + 1 == all.len() {
                self.write(a);
                break;
            }
            let split = self.program.push(Op::Split(0, 0));
            self.write(a);
            jumps.push(self.program.push(Op::Jump(0)));
            self.program.set(split, Op::Split(split + 1, self.program.end()));
        }
        let end = self.program.end();
        jumps.into_iter().for_each(|j| self.program.set(j, Op::Jump(end)));
    }
}
