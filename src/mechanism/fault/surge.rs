//! More tasks come.
//!
//! Rule: while it is on, a workload's arrivals are `factor` times as many: besides its own process
//! there are independent copies of it, of which the last is thinned to the fraction that is left.
//! The workload's own tasks come as they would have. Rows of a trace come so many times. Tasks of
//! a surge do not count in the workload's `limit`, but none come when that is reached.
//!
//! | key        | default | meaning                                         |
//! |------------|---------|-------------------------------------------------|
//! | `workload` |         | which; not a closed loop                        |
//! | `factor`   |         | how many times as many; above 1, at most 100    |

use crate::base::read::{Node, Placed, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a workload sends so many times as many tasks";

/// `surge = { workload = "inquiries", factor = 3 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whose arrivals.
    pub workload: Placed<String>,
    /// How many times as many.
    pub factor: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let workload = table.need("workload");
        let factor = table.need_node("factor").and_then(|node| {
            let factor = node.number()?;
            if factor > 1.0 && factor <= 100.0 {
                return Some(factor);
            }
            let help = "it multiplies the arrivals: 3 is three times as many";
            node.expected("a number above 1, at most 100", Some(String::from(help)))
        });
        table.finish();
        Some(Spec { workload: workload?, factor: factor? })
    }
}

impl Spec {
    /// The copies of the arrival process, each with the share of its arrivals that come.
    pub fn copies(&self) -> Vec<f64> {
        let more = self.factor - 1.0;
        let whole = more.floor();
        let mut copies = vec![1.0; whole as usize];
        if more > whole {
            copies.push(more - whole);
        }
        copies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_last_copy_is_thinned() {
        for (factor, copies) in [
            ("3", vec![1.0, 1.0]),
            ("1.25", vec![0.25]),
            ("2.5", vec![1.0, 0.5]),
            ("100", vec![1.0; 99]),
        ] {
            let spec: Spec = read(&format!("{{ workload = 'w', factor = {factor} }}")).unwrap();
            assert_eq!(spec.copies(), copies, "{factor}");
        }
    }

    #[test]
    fn a_surge_is_more() {
        for factor in ["1", "0.5", "101"] {
            let found = read::<Spec>(&format!("{{ workload = 'w', factor = {factor} }}"));
            assert_eq!(found.unwrap_err().len(), 1, "{factor}");
        }
    }
}
