//! How the sojourn depends on the work.

use rehearsal::base::time::Time;
use rehearsal::model::fact::{Fact, Observer};

use crate::watch::{Window, within};

/// Sojourn over work, of all tasks and of those with nearly one work; for workflows of one step.
pub struct Sizes {
    window: Window,
    size: f64,
    work: Vec<f64>,
    /// Count and sum over all tasks, and over those within a tenth of the size.
    all: (u64, f64),
    near: (u64, f64),
}

impl Sizes {
    pub fn new(window: Window, size: f64) -> Self {
        Sizes { window, size, work: Vec::new(), all: (0, 0.0), near: (0, 0.0) }
    }

    /// The mean of sojourn over work.
    pub fn slowdown(&self) -> f64 {
        self.all.1 / self.all.0 as f64
    }

    /// The mean sojourn of tasks of the size, from those within a tenth of it: each is scaled to
    /// the size, so what is left of the width is the curvature, and the theory is a straight line.
    pub fn sojourn(&self) -> f64 {
        self.size * self.near.1 / self.near.0 as f64
    }
}

impl Observer for Sizes {
    fn on(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Readied { task, work, .. } => {
                assert_eq!(task.0 as usize, self.work.len(), "one step per task, in order");
                self.work.push(*work);
            }
            Fact::Left(departure) if within(self.window, departure.arrived) => {
                let work = self.work[departure.task.0 as usize];
                let slowdown = at.since(departure.arrived).seconds() / work;
                self.all = (self.all.0 + 1, self.all.1 + slowdown);
                if (work / self.size - 1.0).abs() <= 0.1 {
                    self.near = (self.near.0 + 1, self.near.1 + slowdown);
                }
            }
            _ => {}
        }
    }
}
