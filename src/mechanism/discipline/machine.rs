//! The machine of a discipline: what it remembers of one queue during a run.

use super::{Spec, Waiting, codel, weighted_fair};
use crate::base::time::Time;

/// From which end a line in the order of joining is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Who joined first.
    Front,
    /// Who joined last.
    Back,
}

/// What a discipline remembers of one queue, and what it decides.
#[derive(Clone, Debug)]
pub enum Machine {
    /// Nothing: the rank is a matter of the attempt alone.
    Plain(Spec),
    /// Virtual times.
    WeightedFair(weighted_fair::WeightedFair),
    /// Whether delays have stood high.
    Codel(codel::Codel),
}

impl Spec {
    /// The machine of one queue, fresh for one run.
    pub fn build(&self) -> Machine {
        match self {
            Spec::WeightedFair(spec) => Machine::WeightedFair(spec.build()),
            Spec::Codel(spec) => Machine::Codel(spec.build()),
            plain => Machine::Plain(plain.clone()),
        }
    }
}

impl Machine {
    /// Whether it remembers anything, so that it must be told who joins and who is taken.
    pub fn remembers(&self) -> bool {
        !matches!(self, Machine::Plain(_))
    }

    /// Whether the end from which the next is taken may be another one than the front.
    pub fn turns(&self) -> bool {
        matches!(self, Machine::Plain(Spec::AdaptiveLifo(_)))
    }

    /// The rank that an attempt would have if it joined now.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        match self {
            Machine::Plain(spec) => spec.rank(waiting),
            Machine::WeightedFair(fair) => fair.rank(waiting),
            Machine::Codel(_) => 0,
        }
    }

    /// An attempt joins a queue in which `backlog` others wait: its rank. Called once for each
    /// attempt that joins, in the order of joining, and not when one comes back to its old place.
    pub fn joins(&mut self, waiting: &Waiting, backlog: usize) -> i64 {
        match self {
            Machine::Plain(spec) => spec.rank(waiting),
            Machine::WeightedFair(fair) => fair.joins(waiting),
            Machine::Codel(codel) => {
                codel.joins(waiting.joined, backlog);
                0
            }
        }
    }

    /// From which end the next is taken while `backlog` wait.
    pub fn end(&self, backlog: usize) -> End {
        match self {
            Machine::Plain(Spec::AdaptiveLifo(spec)) if spec.newest_first(backlog) => End::Back,
            _ => End::Front,
        }
    }

    /// Whether the attempt that has just been taken off the line is dropped instead of served;
    /// `behind` still wait. If so, the next one is taken and asked about.
    pub fn drops(&mut self, now: Time, joined: Time, behind: usize) -> bool {
        match self {
            Machine::Codel(codel) => codel.drops(now, joined, behind),
            Machine::Plain(_) | Machine::WeightedFair(_) => false,
        }
    }

    /// An attempt of this rank is taken off the line to be served.
    pub fn taken(&mut self, rank: i64) {
        if let Machine::WeightedFair(fair) = self {
            fair.taken(rank);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use crate::base::time::Span;
    use crate::mechanism::check::read;

    fn machine(toml: &str) -> Machine {
        read::<Spec>(toml).unwrap().build()
    }

    #[test]
    fn a_plain_machine_ranks_as_its_spec_does() {
        for choice in super::super::CHOICES {
            let spec: Spec = read(&format!("'{}'", choice.name)).unwrap();
            let first = check::three()[1];
            let mut machine = spec.build();
            let before = machine.rank(&first);
            assert_eq!(machine.joins(&first, 0), spec.rank(&first), "{}", choice.name);
            assert_eq!(before, spec.rank(&first), "{}", choice.name);
        }
    }

    #[test]
    fn each_memory_is_reached() {
        let lifo = machine("{ adaptive_lifo = { threshold = 1 } }");
        assert_eq!([1, 2].map(|backlog| lifo.end(backlog)), [End::Front, End::Back]);
        assert_eq!(machine("'lifo'").end(99), End::Front, "its ranks say it");
        assert!(lifo.turns() && !machine("'lifo'").turns() && !lifo.remembers());
        let mut fair = machine("'weighted_fair'");
        let first = check::three()[0];
        let rank = fair.joins(&first, 0);
        assert!(fair.remembers() && fair.rank(&first) > rank, "behind the one that joined");
        fair.taken(rank);
        let later = fair.joins(&check::three()[2], 0);
        assert_eq!(f64::from_bits(later as u64), 5.5, "0.5 after the 5 that were taken");
        let mut codel = machine("{ codel = { variant = 'facebook' } }");
        codel.joins(&first, 0);
        let late = first.joined + Span::from_secs(1);
        assert!(codel.drops(late, first.joined, 0) && !fair.drops(late, first.joined, 0));
    }

    #[test]
    fn names_of_classes_are_resolved() {
        let classes = ["a".to_string()];
        let mut unknown: Spec = read("{ weighted_fair = { weights = { b = 2 } } }").unwrap();
        assert_eq!(unknown.bind(&classes, &[1.0]), Err("b".to_string()));
        let mut values: Spec = read("'value_per_work'").unwrap();
        let first = check::three()[0];
        let before = values.rank(&first);
        assert_eq!(values.bind(&classes, &[7.0]), Ok(()));
        assert!(values.rank(&first) < before, "worth more, taken earlier");
    }
}
