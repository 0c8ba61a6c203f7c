//! A fixed count: as many agents as it says, at all times.
//!
//! | key      | default  | meaning                      |
//! |----------|----------|------------------------------|
//! | `agents` | required | so many agents there are     |
//!
//! and the keys of [`Scaling`]; `every` is 1 min. It is what the other policies are
//! compared with, and it replaces agents that did not start or have crashed for good.
//!
//! Source: none is needed.

use std::num::NonZeroU32;

use super::{Advice, Autoscaler, Limit, Scaling, View};
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "so many agents at all times";

/// `autoscale.fixed = { agents = 6 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have; min and max are the count.
    pub scaling: Scaling,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let agents: Option<NonZeroU32> = table.need("agents");
        let count = agents.map_or(1, NonZeroU32::get);
        let scaling = Scaling::within(&mut table, Span::from_secs(60), (count, count), count);
        table.finish();
        agents?;
        Some(Spec { scaling: scaling? })
    }
}

impl Autoscaler for Spec {
    fn evaluate(&mut self, _now: Time, _view: &View<'_>) -> Advice {
        let desired = self.scaling.max;
        Advice { value: None, raw: Some(desired), desired, limit: Limit::None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::pool;
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_count_is_the_count() {
        let mut spec = read::<Spec>("{ agents = 3 }").unwrap();
        let view = pool(2, 1.0);
        assert_eq!(spec.evaluate(Time::ZERO, &view.see(&[])).desired, 3);
        assert_eq!(read::<Spec>("{ agents = 0 }").unwrap_err().len(), 1);
    }
}
