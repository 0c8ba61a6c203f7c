//! What the tests of the families share: reading a choice as a scenario would write it.

use crate::base::read::{Document, NoFiles, Node, Read};

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

/// What `toml` means, or else the messages of all mistakes in it.
pub fn read<T: Read>(toml: &str) -> Result<T, Vec<String>> {
    let document = Document::parse(&format!("x = {toml}")).expect("the test is TOML");
    match document.read::<Root<T>>(&NoFiles) {
        Ok((root, _)) => Ok(root.0),
        Err(mistakes) => Err(mistakes.into_iter().map(|mistake| mistake.message).collect()),
    }
}
