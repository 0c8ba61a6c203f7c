//! The auditor: an observer that checks, fact by fact, that a run is one that can be.
//!
//! Each rule belongs to a group, one small file with the state it needs; the groups know nothing of
//! each other, so a rule is added by one variant of [`Rule`] and a check in its group, and a group
//! by one file and one line in [`Auditor::new`]. Sums over many facts (a task's waits, Little's
//! law, what is left at the end) are compared only while every fact before them was right: what
//! follows from a broken rule would say nothing new. Invariants: a run of the model violates no
//! rule; the auditor keeps the first violations and counts all.

mod agents;
mod attempts;
mod breakers;
mod clock;
mod control;
mod crashes;
mod end;
mod faults;
mod lines;
mod rule;
mod sums;
mod tasks;
mod undo;
mod units;
mod visits;

pub use rule::Rule;

use std::fmt;

use crate::base::time::Time;
use crate::model::fact::{Fact, Observer};
use crate::scenario::meaning::Scenario;

/// How many violations are kept.
const KEPT: usize = 20;

/// A fact that cannot be.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// When.
    pub at: Time,
    /// The number of the fact in the run, from 0.
    pub number: u64,
    /// The fact.
    pub fact: Fact,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { rule, at, number, fact, why } = self;
        writeln!(f, "{}: {}", rule.name(), rule.about())?;
        writeln!(f, "  at {} s, fact {number}: {fact:?}", at.seconds())?;
        write!(f, "  {why}")
    }
}

/// What the groups are told, and tell.
pub(crate) struct Report {
    at: Time,
    number: u64,
    fact: Fact,
    kept: Vec<Violation>,
    violations: u64,
}

impl Report {
    /// The fact that is told violates a rule.
    fn violated(&mut self, rule: Rule, why: String) {
        self.violations += 1;
        if self.kept.len() < KEPT {
            let Report { at, number, fact, .. } = *self;
            self.kept.push(Violation { rule, at, number, fact, why });
        }
    }

    /// The rule is violated unless this holds.
    fn check(&mut self, holds: bool, rule: Rule, why: impl FnOnce() -> String) {
        if !holds {
            self.violated(rule, why());
        }
    }

    /// Whether nothing was violated so far.
    fn clean(&self) -> bool {
        self.violations == 0
    }
}

/// Rules that are checked with one state.
trait Group {
    /// A fact is told.
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report);
}

/// Checks the facts of one run.
pub struct Auditor<'s> {
    groups: Vec<Box<dyn Group + Send + 's>>,
    report: Report,
}

impl<'s> Auditor<'s> {
    /// For a run of this scenario.
    pub fn new(scenario: &'s Scenario) -> Self {
        let groups: Vec<Box<dyn Group + Send + 's>> = vec![
            Box::new(clock::Clock::default()),
            Box::new(tasks::Tasks::default()),
            Box::new(attempts::Ledger::default()),
            Box::new(agents::Agents::new(scenario)),
            Box::new(breakers::Breakers::new(scenario)),
            Box::new(lines::Lines::new(scenario)),
            Box::new(visits::Visits::new(scenario)),
            Box::new(undo::Undo::new(scenario)),
            Box::new(units::Units::new(scenario)),
            Box::new(crashes::Crashes::new(scenario)),
            Box::new(faults::Faults::new(scenario)),
            Box::new(control::Watched::new(scenario)),
            Box::new(sums::Sums::default()),
            // Last: it asks whether all others are content.
            Box::new(end::End::new(scenario)),
        ];
        let fact = Fact::Ended { in_flight: 0 };
        let report = Report { at: Time::ZERO, number: 0, fact, kept: Vec::new(), violations: 0 };
        Auditor { groups, report }
    }

    /// The first violations.
    pub fn violations(&self) -> &[Violation] {
        &self.report.kept
    }

    /// How many there were in all.
    pub fn count(&self) -> u64 {
        self.report.violations
    }
}

impl Observer for Auditor<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        (self.report.at, self.report.fact) = (at, *fact);
        for group in &mut self.groups {
            group.on(at, fact, &mut self.report);
        }
        self.report.number += 1;
    }
}
