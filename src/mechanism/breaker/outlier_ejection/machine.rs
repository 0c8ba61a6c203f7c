//! The machine of outlier ejection: counts per target, and the sweep.

use super::super::{Verdict, share};
use super::Spec;
use crate::base::time::{Span, Time};

/// Why a target was ejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Failures in a row.
    Consecutive,
    /// No answers in a row.
    Unreachable,
    /// Its share of successes is far below that of the others.
    SuccessRate,
    /// Its share of failures is high.
    FailureShare,
}

/// One ejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ejection {
    /// Since when.
    pub since: Time,
    /// The first sweep at or after this brings the target back.
    pub until: Time,
    /// Why.
    pub reason: Reason,
}

/// What the last sweep found of the shares of successes, in percent, as the source has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swept {
    /// The mean over the targets with enough calls.
    pub mean: f64,
    /// Targets below this are outliers.
    pub threshold: f64,
}

#[derive(Clone, Debug, Default)]
struct Target {
    ejection: Option<Ejection>,
    /// How many times the first ejection the next one lasts, less one.
    times: u32,
    failures_in_a_row: u32,
    unreachable_in_a_row: u32,
    /// Since the last sweep.
    calls: u32,
    successes: u32,
    /// The share of successes that the last sweep found, in percent.
    success_rate: Option<f64>,
}

/// The machine.
pub struct OutlierEjection {
    spec: Spec,
    targets: Vec<Target>,
    next_sweep: Time,
    /// How many are ejected.
    ejected: u32,
    /// Too few are not: all get calls.
    panics: bool,
    swept: Option<Swept>,
    ejections: u64,
    overflows: u64,
}

impl OutlierEjection {
    pub(super) fn new(spec: Spec, targets: usize) -> Self {
        OutlierEjection {
            targets: vec![Target::default(); targets],
            next_sweep: Time::ZERO.saturating_add(spec.interval),
            spec,
            ejected: 0,
            panics: false,
            swept: None,
            ejections: 0,
            overflows: 0,
        }
    }

    /// Would a call to the target be admitted?
    #[inline]
    pub fn allows(&self, target: usize) -> bool {
        self.panics || self.targets[target].ejection.is_none()
    }

    /// A call to the target has ended.
    pub fn record(&mut self, target: usize, now: Time, verdict: Verdict) {
        let it = &mut self.targets[target];
        match verdict {
            Verdict::Ignored => return,
            Verdict::Success => {
                it.calls += 1;
                it.successes += 1;
                (it.failures_in_a_row, it.unreachable_in_a_row) = (0, 0);
                return;
            }
            Verdict::Failure => it.unreachable_in_a_row = 0,
            Verdict::Unreachable => it.unreachable_in_a_row += 1,
        }
        it.calls += 1;
        it.failures_in_a_row += 1;
        let unreachable = self.spec.unreachable;
        if self.targets[target].unreachable_in_a_row == unreachable.failures.get()
            && self.targets[target].ejection.is_none()
        {
            self.outlier(target, now, Reason::Unreachable, unreachable.enforced);
            self.targets[target].unreachable_in_a_row = 0;
        }
        let consecutive = self.spec.consecutive;
        if self.targets[target].failures_in_a_row == consecutive.failures.get()
            && self.targets[target].ejection.is_none()
        {
            self.outlier(target, now, Reason::Consecutive, consecutive.enforced);
            self.targets[target].failures_in_a_row = 0;
        }
    }

    /// When [`sweep`](Self::sweep) is due.
    pub fn next_sweep(&self) -> Time {
        self.next_sweep
    }

    /// Brings back those whose time is over, and finds outliers among all that are not ejected.
    pub fn sweep(&mut self, now: Time) {
        for target in &mut self.targets {
            match target.ejection {
                None => target.times = target.times.saturating_sub(1),
                Some(ejection) if ejection.until <= now => {
                    target.ejection = None;
                    (target.failures_in_a_row, target.unreachable_in_a_row) = (0, 0);
                    self.ejected -= 1;
                }
                Some(_) => {}
            }
        }
        self.settle_panic();
        self.find_outliers(now);
        for target in &mut self.targets {
            (target.calls, target.successes) = (0, 0);
        }
        self.next_sweep = now.saturating_add(self.spec.interval);
    }

    /// The first sweep that brings the target back; `None` if it is admitted calls now.
    pub fn until(&self, target: usize) -> Option<Time> {
        let ejection = self.targets[target].ejection.filter(|_| !self.panics)?;
        let late = ejection.until.saturating_since(self.next_sweep).nanos();
        let interval = self.spec.interval.nanos();
        let more = late.div_ceil(interval).saturating_mul(interval);
        Some(self.next_sweep.saturating_add(Span::from_nanos(more)))
    }

    /// The target's ejection, if it is ejected.
    pub fn ejection(&self, target: usize) -> Option<Ejection> {
        self.targets[target].ejection
    }

    /// How many are ejected.
    pub fn ejected(&self) -> u32 {
        self.ejected
    }

    /// How often one was.
    pub fn ejections(&self) -> u64 {
        self.ejections
    }

    /// How often one was not, because too many were.
    pub fn overflows(&self) -> u64 {
        self.overflows
    }

    /// What the last sweep found, if there were enough targets with enough calls.
    pub fn swept(&self) -> Option<Swept> {
        self.swept
    }

    /// The target's share of successes at the last sweep, in percent, if it had enough calls for
    /// the rule `success_rate`. (Later versions of Envoy also show one that had enough only for the
    /// rule `failure_share`; what is ejected is the same.)
    pub fn success_rate(&self, target: usize) -> Option<f64> {
        self.targets[target].success_rate
    }

    fn find_outliers(&mut self, now: Time) {
        let (success_rate, failure_share) = (self.spec.success_rate, self.spec.failure_share);
        // Both rules judge those that were not ejected when the sweep began to look.
        let shares = self.with_calls(success_rate.calls);
        let others = self.with_calls(failure_share.calls);
        self.targets.iter_mut().for_each(|target| target.success_rate = None);
        for (target, share) in &shares {
            self.targets[*target].success_rate = Some(*share);
        }
        self.swept = None;
        if !shares.is_empty() && shares.len() >= success_rate.targets as usize {
            let swept = spread(&shares, success_rate.deviations.get());
            self.swept = Some(swept);
            for (target, _) in shares.iter().filter(|(_, share)| *share < swept.threshold) {
                self.outlier(*target, now, Reason::SuccessRate, success_rate.enforced);
            }
        }
        let limit = failure_share.share.get() * 100.0;
        if others.len() >= failure_share.targets as usize {
            for (target, _) in others.iter().filter(|(_, share)| 100.0 - share >= limit) {
                if self.targets[*target].ejection.is_none() {
                    self.outlier(*target, now, Reason::FailureShare, failure_share.enforced);
                }
            }
        }
    }

    /// The targets that are not ejected and have had at least so many calls, and one, with their
    /// shares of successes in percent.
    fn with_calls(&self, calls: u32) -> Vec<(usize, f64)> {
        let judged = |it: &Target| it.ejection.is_none() && it.calls >= calls.max(1);
        let percent = |it: &Target| f64::from(it.successes) * 100.0 / f64::from(it.calls);
        let targets = self.targets.iter().enumerate().filter(|(_, it)| judged(it));
        targets.map(|(target, it)| (target, percent(it))).collect()
    }

    /// Ejects an outlier if that is enforced and not too many are ejected.
    fn outlier(&mut self, target: usize, now: Time, reason: Reason, enforced: bool) {
        let all = u32::try_from(self.targets.len()).expect("targets are numbered in u32");
        if self.ejected > 0 && share(self.ejected + 1, all) > self.spec.at_most.get() {
            self.overflows += 1;
            return;
        }
        if !enforced {
            return;
        }
        let it = &mut self.targets[target];
        let longest = self.spec.ejection_at_most;
        let nanos = self.spec.ejection.nanos();
        // Beyond the longest by one, and no more: it must come down again, sweep by sweep.
        if nanos.saturating_mul(u64::from(it.times)) < longest.nanos().saturating_add(nanos) {
            it.times += 1;
        }
        let span = Span::from_nanos(nanos.saturating_mul(u64::from(it.times))).min(longest);
        it.ejection = Some(Ejection { since: now, until: now.saturating_add(span), reason });
        self.ejected += 1;
        self.ejections += 1;
        self.settle_panic();
    }

    fn settle_panic(&mut self) {
        let all = u32::try_from(self.targets.len()).expect("targets are numbered in u32");
        self.panics = all > 0 && share(all - self.ejected, all) < self.spec.panic.get();
    }
}

/// Mean, and mean less so many population standard deviations.
fn spread(shares: &[(usize, f64)], deviations: f64) -> Swept {
    let n = shares.len() as f64;
    let mean = shares.iter().map(|(_, share)| share).sum::<f64>() / n;
    let squares = shares.iter().map(|(_, share)| (share - mean) * (share - mean));
    let variance = squares.sum::<f64>() / n;
    Swept { mean, threshold: mean - deviations * variance.sqrt() }
}
