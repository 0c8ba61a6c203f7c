//! Reading a metric off two looks.
//!
//! Invariant: what has no value is missing, never zero.

use std::collections::VecDeque;

use super::{Look, Meter, Sample};
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::Usage;
use crate::stats::quantile::Quantiles;

/// Of what a metric is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Subject {
    /// A pool, and the queue that it serves.
    Pool(PoolId),
    /// An agent.
    Agent(AgentId),
}

impl Meter<'_> {
    /// The last look at or before `at`; the first one if all are later.
    pub(super) fn look_at(&self, at: Time) -> Option<&Look> {
        let after = self.looks.partition_point(|look| look.at <= at);
        self.looks.get(after.saturating_sub(1))
    }

    /// The metric over a window that ended `delay` ago, seconds and shares as such; `None`: there
    /// was nothing to see.
    pub fn read(
        &self,
        now: Time,
        of: Subject,
        metric: Metric,
        window: Span,
        delay: Span,
    ) -> Option<f64> {
        let back = |from: Time, by: Span| from.nanos().checked_sub(by.nanos());
        let to = self.look_at(Time::from_nanos(back(now, delay)?))?;
        let begin = back(to.at, window).map_or(Time::ZERO, Time::from_nanos);
        let from = self.look_at(begin)?;
        let (pool, agent) = match of {
            Subject::Pool(pool) => (pool, None),
            Subject::Agent(agent) => (self.scenario.pool_of(agent), Some(agent)),
        };
        let crew = |look: &'_ Look| match agent {
            None => look.pools.get(pool.index()).cloned(),
            Some(agent) => look.agents.get(agent.index()).cloned(),
        };
        let (old, new) = (crew(from)?, crew(to)?);
        let (pool, queue) = {
            let it = &self.scenario.pools[pool.index()];
            (it, it.queue.index())
        };
        let (old_line, line) = (&from.lines[queue], &to.lines[queue]);
        let width = to.at.since(from.at).nanos() as f64;
        let seconds = width / 1e9;
        let usage = |usage: Usage| match new.there {
            0 => f64::NAN,
            there => usage.of(f64::from(new.serving) / f64::from(there)),
        };
        let response = |q| percentile(&self.responses, of, (from.at, to.at), q);
        let value = match metric {
            Metric::Utilisation if pool.slots == u32::MAX => f64::NAN,
            Metric::Utilisation => {
                let present = (new.present - old.present) as f64 * f64::from(pool.slots);
                (new.busy - old.busy) as f64 / present
            }
            Metric::QueueLength => f64::from(line.waiting),
            Metric::InService => f64::from(new.serving),
            Metric::Concurrency => (line.area - old_line.area + new.busy - old.busy) as f64 / width,
            Metric::Agents => f64::from(new.there),
            Metric::ArrivalRate => (line.arrived - old_line.arrived) as f64 / seconds,
            Metric::Throughput => (new.results[0] - old.results[0]) as f64 / seconds,
            Metric::WaitMean => mean_s(new.waited - old.waited, new.started - old.started),
            Metric::WaitOldest => line.oldest.map_or(0.0, |since| to.at.since(since).seconds()),
            Metric::WaitP95 => return percentile(&self.waits, of, (from.at, to.at), 0.95),
            Metric::ResponseMean => {
                mean_s(new.response - old.response, new.results() - old.results())
            }
            Metric::ResponseP50 => return response(0.5),
            Metric::ResponseP95 => return response(0.95),
            Metric::ResponseP99 => return response(0.99),
            Metric::SuccessRate | Metric::ErrorRate => {
                let all = (new.results() - old.results()) as f64;
                let successes = (new.results[0] - old.results[0]) as f64;
                let share = successes / all;
                if metric == Metric::SuccessRate { share } else { 1.0 - share }
            }
            Metric::Memory => usage(pool.conduct.memory),
            Metric::Cpu => usage(pool.conduct.cpu),
            Metric::ResourceUsage => usage(pool.conduct.memory).max(usage(pool.conduct.cpu)),
        };
        value.is_finite().then_some(value)
    }

    /// Of the attempts that ended in the window, the share that took longer than `limit`.
    pub fn slower(&self, now: Time, of: Subject, limit: Span, window: Span) -> Option<f64> {
        let begin = Time::from_nanos(now.nanos().saturating_sub(window.nanos()));
        let (mut all, mut slow) = (0_u64, 0_u64);
        for sample in within(&self.responses, of, (begin, now)) {
            all += 1;
            slow += u64::from(sample.time > limit);
        }
        (all > 0).then(|| slow as f64 / all as f64)
    }
}

/// A mean in seconds of a sum in nanoseconds; NaN of nothing.
fn mean_s(sum: u128, n: u64) -> f64 {
    sum as f64 / n as f64 / 1e9
}

/// The samples of a subject after `from` up to `to`.
fn within(
    samples: &VecDeque<Sample>,
    of: Subject,
    (from, to): (Time, Time),
) -> impl Iterator<Item = &Sample> {
    let first = samples.partition_point(|sample| sample.at <= from);
    let of_subject = move |sample: &&Sample| match of {
        Subject::Pool(pool) => sample.pool == pool,
        Subject::Agent(agent) => sample.agent == agent,
    };
    samples.range(first..).take_while(move |sample| sample.at <= to).filter(of_subject)
}

/// The percentile of the samples after `from` up to `to`, in seconds.
fn percentile(
    samples: &VecDeque<Sample>,
    of: Subject,
    window: (Time, Time),
    q: f64,
) -> Option<f64> {
    let mut times = Quantiles::default();
    within(samples, of, window).for_each(|sample| times.record(sample.time.nanos()));
    times.quantile(q).map(|nanos| Span::from_nanos(nanos).seconds())
}
