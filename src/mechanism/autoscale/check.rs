//! What the tests of the policies share: pools of plain numbers.

use super::{Member, View};
use crate::base::time::Time;
use crate::base::unit::Span;

/// This many seconds after the start.
pub fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

/// A pool to look at.
#[derive(Clone)]
pub struct Pool {
    pub members: Vec<Member>,
    pub desired: u32,
}

/// So many agents that are ready since the start and have this share of their slots busy.
pub fn pool(ready: u32, busy: f64) -> Pool {
    let member = Member { started: at(0), ready: Some(at(0)), busy: Some(busy) };
    Pool { members: vec![member; ready as usize], desired: ready }
}

impl Pool {
    /// And so many that were asked for at `since` and are not ready.
    pub fn starting(mut self, number: u32, since: Time) -> Pool {
        let member = Member { started: since, ready: None, busy: None };
        self.members.extend(vec![member; number as usize]);
        self.desired += number;
        self
    }

    /// And so many that are ready since then.
    pub fn fresh(mut self, number: u32, since: Time, busy: Option<f64>) -> Pool {
        let member = Member { started: since, ready: Some(since), busy };
        self.members.extend(vec![member; number as usize]);
        self.desired += number;
        self
    }

    /// As an autoscaler sees it.
    pub fn see<'a>(&'a self, values: &'a [Option<f64>]) -> View<'a> {
        View { members: &self.members, desired: self.desired, values }
    }
}
