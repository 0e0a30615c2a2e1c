//! What is said on standard error: sentences for people, or a JSON object a line for machines.

use super::{Tone, terminal};
use clap::ValueEnum;
use serde_json::{Value, json};

/// How it is said.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// Sentences
    Text,
    /// A JSON object a line: `level`, `message`, and what belongs to it
    Json,
}

/// Says things on standard error.
#[derive(Clone, Copy)]
pub struct Log {
    pub format: LogFormat,
    /// Only errors are said.
    pub quiet: bool,
}

impl Log {
    /// What happened: `text` for people; for machines its first words, `message`, with `fields` in place of the rest.
    pub fn info(self, message: &str, fields: Value, text: impl FnOnce() -> String) {
        if !self.quiet {
            self.say("info", message, fields, text);
        }
    }

    /// What people must know even when little is to be said.
    pub fn notice(self, message: &str) {
        self.say("notice", message, json!({}), || message.to_string());
    }

    /// Why the run could not go on, or what is not as it should be.
    pub fn error(self, message: &str) {
        let shown = terminal::visible(message);
        self.say("error", message, json!({}), || format!("{}: {shown}", Tone::Error.paint("error")));
    }

    fn say(self, level: &str, message: &str, fields: Value, text: impl FnOnce() -> String) {
        match self.format {
            LogFormat::Text => anstream::eprintln!("{}", text()),
            LogFormat::Json => {
                let mut line = json!({ "level": level, "message": message });
                if let (Value::Object(line), Value::Object(fields)) = (&mut line, fields) {
                    line.extend(fields);
                }
                eprintln!("{line}");
            }
        }
    }
}
