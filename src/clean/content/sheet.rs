//! The sheet that features are written on: a row a block, and the columns' names on demand.

/// Writes one row, with the names of its columns on demand.
pub(super) struct Sheet<'n> {
    pub values: Vec<f32>,
    pub names: Option<&'n mut Vec<String>>,
}

impl Sheet<'_> {
    pub(super) fn put(&mut self, name: &str, value: f32) {
        self.values.push(value);
        if let Some(names) = &mut self.names {
            names.push(name.to_string());
        }
    }

    /// The same with a name that is put together only when names are asked for.
    pub(super) fn put_named(&mut self, name: impl FnOnce() -> String, value: f32) {
        self.values.push(value);
        if let Some(names) = &mut self.names {
            names.push(name());
        }
    }
}
