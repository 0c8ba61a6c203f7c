//! Units of a resource are gone.
//!
//! Rule: while it is on, so many units cannot be had: the first free ones, then the first of those
//! that are held. Who holds one keeps it until it gives it back. Nobody who waits for one counts as
//! deadlocked by that, since it will be there again.
//!
//! | key        | default | meaning                             |
//! |------------|---------|-------------------------------------|
//! | `resource` |         | of which resource                   |
//! | `units`    | "all"   | how many units                      |

use std::num::NonZeroU32;

use crate::base::read::{Node, Placed, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "units of a resource cannot be had";

/// `lost = { resource = "gpu", units = 2 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Of which resource.
    pub resource: Placed<String>,
    /// How many; `None`: all.
    pub units: Option<Placed<NonZeroU32>>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let resource = table.need("resource");
        let units = table.optional("units", |node| match node.is_text() {
            true if node.text()? == "all" => Some(None),
            true => node.expected("\"all\" or how many units", None),
            false => Placed::read(node).map(Some),
        });
        table.finish();
        Some(Spec { resource: resource?, units: units?.flatten() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn all_units_or_so_many() {
        let units =
            |toml: &str| read::<Spec>(toml).map(|spec| spec.units.map(|units| units.value.get()));
        assert_eq!(units("{ resource = 'gpu', units = 2 }"), Ok(Some(2)));
        assert_eq!(units("{ resource = 'gpu', units = 'all' }"), Ok(None));
        assert_eq!(units("{ resource = 'gpu' }"), Ok(None));
        assert_eq!(units("{ resource = 'gpu', units = 0 }").unwrap_err().len(), 1);
    }
}
