//! What a pool can do: its capabilities, and how an attempt fares that needs some of them.
//!
//! A capability's chance is the probability that an attempt that needs it succeeds; the pool's
//! reliability multiplies it. Its speed multiplies the agent's; where a step needs several, the
//! slowest sets the pace. A pool that offers only some of what a step needs can do it if the step
//! says `require_all = false`; then `partial`, the step's or else the pool's, multiplies both.

use super::names::name_list;
use super::pools::one_speed;
use crate::base::read::{Node, Read, Table};
use crate::base::unit::Probability;
use crate::scenario::meaning::Partial;

/// What a pool can do, sorted by name.
pub(super) struct Offer {
    pub can: Vec<Capability>,
    pub reliability: f64,
    /// What an attempt is worth that matches only in part.
    pub partial: Option<Partial>,
}

/// A capability: the chance that an attempt that needs it succeeds, and how fast it goes.
pub(super) struct Capability {
    pub name: String,
    pub chance: f64,
    pub speed: f64,
}

/// What a step asks of a pool.
#[derive(Clone, Copy)]
pub(super) enum Match {
    /// All that it needs.
    Whole,
    /// Some of it; the step may say what that is worth.
    Partly(Option<Partial>),
}

/// What a pool's agents are at a step.
#[derive(Clone, Copy)]
pub(super) struct Aptitude {
    pub chance: f64,
    pub speed: f64,
    pub share: f64,
}

impl Offer {
    /// How an attempt with these needs fares; `None` if the pool cannot do it.
    pub fn aptitude(&self, needs: &[&str], asked: Match) -> Option<Aptitude> {
        let find = |need: &&str| self.can.iter().find(|can| can.name == **need);
        let found: Vec<&Capability> = needs.iter().filter_map(find).collect();
        let whole = found.len() == needs.len();
        let worth = match (whole, asked) {
            (true, _) => Partial::NONE,
            (false, Match::Partly(partial)) if !found.is_empty() => {
                partial.or(self.partial).unwrap_or(Partial::NONE)
            }
            (false, _) => return None,
        };
        let chance = found.iter().fold(self.reliability, |chance, can| chance * can.chance);
        let slowest = found.iter().map(|can| can.speed).reduce(f64::min).unwrap_or(1.0);
        let share = if whole { 1.0 } else { found.len() as f64 / needs.len() as f64 };
        Some(Aptitude { chance: chance * worth.success, speed: slowest * worth.speed, share })
    }
}

/// `["billing", "technical"]`, or `{ billing = "97%", fixing = { chance = 0.95, speed = 1.2 } }`.
pub(super) fn read_can(table: &mut Table<'_>) -> Option<Vec<Capability>> {
    let Some(node) = table.node("can") else {
        let node = table.as_node();
        node.context().fill(node.steps().key("can"), String::from("[]"));
        return Some(Vec::new());
    };
    let mut can: Vec<Capability> = if node.is_table() {
        let entries = node.table()?.entries();
        let each = |(name, node): &(&str, Node<'_>)| read_capability(name, node);
        let read: Vec<Option<Capability>> = entries.iter().map(each).collect();
        read.into_iter().collect::<Option<_>>()?
    } else {
        let plain = |name: &str| Capability { name: name.to_owned(), chance: 1.0, speed: 1.0 };
        name_list(&node)?.into_iter().map(|(name, _)| plain(name)).collect()
    };
    can.sort_by(|a, b| a.name.cmp(&b.name));
    Some(can)
}

/// A chance, or `{ chance = "97%", speed = 1.2 }`.
fn read_capability(name: &str, node: &Node<'_>) -> Option<Capability> {
    let name = name.to_owned();
    if !node.is_table() {
        return Some(Capability { name, chance: Probability::read(node)?.get(), speed: 1.0 });
    }
    let mut table = node.table()?;
    let chance = table.or("chance", Probability::ONE).get();
    let speed = match table.node("speed") {
        Some(node) => one_speed(&node),
        None => Some(table.or("speed", 1.0)),
    };
    table.finish();
    Some(Capability { name, chance, speed: speed? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_multiply_and_the_slowest_sets_the_pace() {
        let can = |name: &str, chance, speed| Capability { name: name.to_owned(), chance, speed };
        let offer = Offer {
            can: vec![can("a", 0.5, 2.0), can("b", 0.5, 0.25)],
            reliability: 0.5,
            partial: Some(Partial { success: 0.5, speed: 0.5 }),
        };
        let numbers = |needs: &[&str], asked| {
            offer.aptitude(needs, asked).map(|it| (it.chance, it.speed, it.share))
        };
        assert_eq!(numbers(&[], Match::Whole), Some((0.5, 1.0, 1.0)));
        assert_eq!(numbers(&["a"], Match::Partly(None)), Some((0.25, 2.0, 1.0)));
        assert_eq!(numbers(&["a", "b"], Match::Whole), Some((0.125, 0.25, 1.0)));
        assert_eq!(numbers(&["a", "c"], Match::Whole), None);
        assert_eq!(numbers(&["c"], Match::Partly(None)), None);
        // Half of the needs: the pool's factors, or the step's own.
        assert_eq!(numbers(&["a", "c"], Match::Partly(None)), Some((0.125, 1.0, 0.5)));
        let own = Partial { success: 0.8, speed: 1.0 };
        assert_eq!(numbers(&["a", "c"], Match::Partly(Some(own))), Some((0.2, 2.0, 0.5)));
    }
}
