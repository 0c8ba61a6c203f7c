//! Weights that a scenario gives by name and a machine asks for by id: of classes, of pools.
//!
//! Invariant: until the names are bound to ids, and for what has no weight, there is none.

use std::collections::BTreeMap;

use crate::base::read::Table;
use crate::base::unit::Factor;

/// Weights by name, `weights = { gold = 3, basic = 1 }`; each above zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    by_name: BTreeMap<String, Factor>,
    by_id: Vec<Option<f64>>,
}

impl Weights {
    /// Reads the key `weights`; without it there are none.
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        Weights { by_name: table.or("weights", BTreeMap::new()), by_id: Vec::new() }
    }

    /// Resolves the names, given all in the order of their ids.
    ///
    /// # Errors
    /// The first name that is not known.
    pub fn bind(&mut self, known: &[String]) -> Result<(), String> {
        let mut by_id = vec![None; known.len()];
        for (name, weight) in &self.by_name {
            let id = known.iter().position(|other| other == name).ok_or_else(|| name.clone())?;
            by_id[id] = Some(weight.get());
        }
        self.by_id = by_id;
        Ok(())
    }

    /// The weight of the one with this id, if it has one.
    #[inline]
    pub fn get(&self, id: usize) -> Option<f64> {
        self.by_id.get(id).copied().flatten()
    }
}
