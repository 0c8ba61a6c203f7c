//! Batch arrivals: another process says when, a distribution says how many tasks come together.
//!
//! The size is the drawn value rounded to the nearest whole number, at least one. One uniform per
//! batch.

use super::{Arrival, Arrivals};
use crate::base::dist::Dist;
use crate::base::random::{Purpose, Root, Stream};
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "another process says when, a distribution says how many come together";

/// `arrivals.batch = { size = 5, of.poisson.rate = "2/min" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many tasks come together.
    pub size: Dist,
    /// When batches come.
    pub of: Box<super::Spec>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let size = table.need("size");
        let of_node = table.node("of");
        let of: Option<super::Spec> = table.need("of");
        table.finish();
        let of = of?;
        if matches!(of, super::Spec::Closed(_) | super::Spec::Batch(_) | super::Spec::Trace(_)) {
            of_node?.mistake(
                "batches cannot follow this process",
                "not a process of single arrivals at random times",
                Some("use poisson, renewal, schedule or mmpp here".to_string()),
            );
            return None;
        }
        Some(Spec { size: size?, of: Box::new(of) })
    }
}

impl Spec {
    /// The machine, fresh for one run; `None` if the process within is a closed loop.
    pub fn build(&self, root: &Root, workload: &str) -> Option<Batch> {
        let stream = root.stream(workload, Purpose::BatchSize);
        Some(Batch { size: self.size.clone(), of: self.of.build(root, workload)?, stream })
    }
}

/// The machine.
pub struct Batch {
    size: Dist,
    of: Box<dyn Arrivals>,
    stream: Stream,
}

impl Arrivals for Batch {
    fn next(&mut self) -> Option<Arrival> {
        let arrival = self.of.next()?;
        let size = self.size.quantile(self.stream.uniform()) + 0.5;
        Some(Arrival::batch(arrival.at, size as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check, renewal};
    use super::*;

    #[test]
    fn sizes_multiply_the_arrivals() {
        let gap = Dist::constant(1.0).unwrap();
        let of = Box::new(Family::Renewal(renewal::Spec { gap }));
        let sizes = [(0.0, 4), (0.2, 4), (3.0, 12), (2.6, 12)];
        for (size, expected) in sizes {
            let spec = Spec { size: Dist::constant(size).unwrap(), of: of.clone() };
            let mut machine = spec.build(&Root::new(1, 0), "w").unwrap();
            assert_eq!(check::count(&mut machine, 5), expected, "size {size}");
        }
    }
}
