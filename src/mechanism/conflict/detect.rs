//! Finding conflicts between actions.
//!
//! Rule: two actions occupy a resource at the same time if both are in progress. An action may have
//! reserved an interval instead: it occupies from its start up to its end, which is not included.
//! Two intervals that overlap are a timing conflict; an action without interval meets one with it
//! only while `now` is inside, which is a resource conflict. Two actions on one entity overlap
//! likewise. Actions of the same task never conflict.
//!
//! Invariants: each conflict is told once; an action's order of resources does not matter.

use std::collections::{BTreeMap, BTreeSet};

use super::spec::{Loser, Rule};
use crate::base::time::{Span, Time};

/// Something that is in progress, reserved, or about to start. `T` names a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Action<T> {
    /// The task it belongs to.
    pub task: T,
    /// The number of the step or workflow, as in [`Pair::names`].
    pub name: u32,
    /// What it acts on.
    pub entity: u64,
    /// The resources that it needs alone, as in [`Rules::losers`].
    pub resources: Vec<u32>,
    /// The time reserved for it, if there is one; the end is not included.
    pub interval: Option<(Time, Time)>,
    /// Higher goes first.
    pub priority: i32,
    /// When it came.
    pub since: Time,
}

/// Two actions that must not overlap on one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The numbers of both; they may be the same.
    pub names: [u32; 2],
    /// Whether the first goes before the second: then whoever overlaps, the second is too soon.
    pub ordered: bool,
    /// The declared rule, if there is one.
    pub rule: Option<Rule>,
}

/// What is declared, with numbers for names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// In the order of the declarations' names.
    pub pairs: Vec<Pair>,
    /// What becomes of the loser of a resource; it waits if nothing is declared.
    pub losers: BTreeMap<u32, Loser>,
}

/// One side of a conflict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Party<T> {
    /// The task.
    pub task: T,
    /// The action's number.
    pub name: u32,
    /// Higher goes first.
    pub priority: i32,
    /// Whether it has started; who has not can still be held back.
    pub started: bool,
}

/// What a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Both need this resource.
    Resource {
        /// Its number.
        resource: u32,
        /// What becomes of the loser.
        loser: Loser,
    },
    /// They must not overlap.
    Logical {
        /// The place in [`Rules::pairs`].
        pair: usize,
        /// What is declared.
        rule: Rule,
        /// Whether who came later is the one that should have gone before.
        late: bool,
    },
    /// Both reserved this resource.
    Timing {
        /// Its number.
        resource: u32,
        /// By how much the later one must move to start where the earlier one ends.
        by: Span,
    },
    /// Declared without a rule.
    Other {
        /// The place in [`Rules::pairs`].
        pair: usize,
    },
}

impl Kind {
    /// The kinds by name, in the order in which conflicts are found.
    pub const NAMES: [&str; 4] = ["resource", "logical", "timing", "other"];

    /// The place of its name.
    pub fn number(self) -> usize {
        match self {
            Kind::Resource { .. } => 0,
            Kind::Logical { .. } => 1,
            Kind::Timing { .. } => 2,
            Kind::Other { .. } => 3,
        }
    }
}

/// Two actions that cannot both go on as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conflict<T> {
    /// What it is about.
    pub kind: Kind,
    /// Who came first.
    pub earlier: Party<T>,
    /// Who came later.
    pub later: Party<T>,
}

/// An action as it is compared: started or about to start.
#[derive(Clone, Copy)]
struct Side<'a, T> {
    action: &'a Action<T>,
    started: bool,
}

impl<T: Copy> Side<'_, T> {
    fn party(self) -> Party<T> {
        let Action { task, name, priority, .. } = *self.action;
        Party { task, name, priority, started: self.started }
    }
}

impl Rules {
    /// The conflicts that `new` would have with what is in progress if it started `now`. It is
    /// the later one, unless its `since` is before the other's.
    pub fn detect<T: Copy + PartialEq>(
        &self,
        now: Time,
        new: &Action<T>,
        in_progress: &[Action<T>],
    ) -> Vec<Conflict<T>> {
        let new = Side { action: new, started: false };
        let others = in_progress.iter().map(|action| Side { action, started: true });
        in_order(others.flat_map(|other| self.between(now, other, new)).collect())
    }

    /// The conflicts among all that is in progress `now`.
    pub fn detect_all<T: Copy + PartialEq>(
        &self,
        now: Time,
        in_progress: &[Action<T>],
    ) -> Vec<Conflict<T>> {
        let side = |action| Side { action, started: true };
        let pairs = in_progress.iter().enumerate().flat_map(|(place, second)| {
            in_progress[..place].iter().map(move |first| (side(first), side(second)))
        });
        in_order(pairs.flat_map(|(first, second)| self.between(now, first, second)).collect())
    }

    /// The conflicts of two actions, of which the first one stands first.
    fn between<T: Copy + PartialEq>(
        &self,
        now: Time,
        first: Side<'_, T>,
        second: Side<'_, T>,
    ) -> Vec<Conflict<T>> {
        let swapped = second.action.since < first.action.since;
        let (earlier, later) = if swapped { (second, first) } else { (first, second) };
        let (one, other) = (earlier.action, later.action);
        if one.task == other.task || !at_once(now, one, other) {
            return Vec::new();
        }
        let kinds = self.over_resources(one, other).into_iter().chain(self.logical(one, other));
        let (earlier, later) = (earlier.party(), later.party());
        kinds.map(|kind| Conflict { kind, earlier, later }).collect()
    }

    /// Conflicts over the resources that both need, by number.
    fn over_resources<T>(&self, earlier: &Action<T>, later: &Action<T>) -> Vec<Kind> {
        let needed: BTreeSet<u32> = earlier.resources.iter().copied().collect();
        let both: BTreeSet<u32> =
            later.resources.iter().copied().filter(|other| needed.contains(other)).collect();
        let kind = |resource| match (earlier.interval, later.interval) {
            (Some((_, end)), Some((start, _))) => Kind::Timing { resource, by: end.since(start) },
            _ => {
                let loser = self.losers.get(&resource).copied().unwrap_or(Loser::Wait);
                Kind::Resource { resource, loser }
            }
        };
        both.into_iter().map(kind).collect()
    }

    /// Conflicts that are declared for two actions on one entity, in the order of the rules.
    fn logical<T>(&self, earlier: &Action<T>, later: &Action<T>) -> Vec<Kind> {
        if earlier.entity != later.entity {
            return Vec::new();
        }
        let names = [earlier.name, later.name];
        let kind = |(place, pair): (usize, &Pair)| {
            let turned = [pair.names[1], pair.names[0]];
            (names == pair.names || names == turned).then(|| match pair.rule {
                Some(rule) => {
                    let late = pair.ordered && names != pair.names;
                    Kind::Logical { pair: place, rule, late }
                }
                None => Kind::Other { pair: place },
            })
        };
        self.pairs.iter().enumerate().filter_map(kind).collect()
    }
}

/// Whether both are under way at one time.
fn at_once<T>(now: Time, one: &Action<T>, other: &Action<T>) -> bool {
    match (one.interval, other.interval) {
        (None, None) => true,
        (Some((from, to)), None) | (None, Some((from, to))) => (from..to).contains(&now),
        (Some(one), Some(other)) => one.0 < other.1 && other.0 < one.1,
    }
}

/// By kind, and in each kind as they were found.
fn in_order<T>(mut found: Vec<Conflict<T>>) -> Vec<Conflict<T>> {
    found.sort_by_key(|conflict| conflict.kind.number());
    found
}
