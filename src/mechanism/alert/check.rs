//! What the tests of this family share: reading, and a subject of which everything is known.

use super::*;
use crate::base::read::{Document, NoFiles};

/// The value of the key `x` alone.
struct Root<T>(T);

impl<T: Read> Read for Root<T> {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let x = table.need("x");
        table.finish();
        Some(Root(x?))
    }
}

/// What `toml` means.
pub fn read<T: Read>(toml: &str) -> T {
    let document = Document::parse(&format!("x = {toml}")).unwrap();
    let read = document.read::<Root<T>>(&NoFiles);
    read.unwrap_or_else(|mistakes| panic!("{toml}: {mistakes:?}")).0.0
}

/// What is wrong with it: what is said, and the help.
pub fn mistakes<T: Read>(toml: &str) -> Vec<(String, Option<String>)> {
    let document = Document::parse(&format!("x = {toml}")).unwrap();
    let mistakes = document.read::<Root<T>>(&NoFiles).err().expect("it is wrong");
    mistakes.into_iter().map(|mistake| (mistake.message, mistake.help)).collect()
}

/// So many seconds.
pub fn s(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// A subject as a list of what is to be seen of it.
#[derive(Default)]
pub struct Seen {
    pub values: Vec<(Metric, Option<Span>, f64)>,
    pub slower: Vec<(Span, Span, f64)>,
    pub history: Vec<(Metric, Span, f64)>,
}

impl Sees for Seen {
    fn value(&self, metric: Metric, window: Option<Span>) -> Option<f64> {
        let found = self.values.iter().find(|it| (it.0, it.1) == (metric, window));
        found.map(|it| it.2)
    }

    fn slower(&self, limit: Span, window: Span) -> Option<f64> {
        let found = self.slower.iter().find(|it| (it.0, it.1) == (limit, window));
        found.map(|it| it.2)
    }

    fn history(&self, metric: Metric, over: Span) -> Vec<(Span, f64)> {
        let seen = self.history.iter().filter(|it| it.0 == metric && it.1 < over);
        seen.map(|it| (it.1, it.2)).collect()
    }
}
