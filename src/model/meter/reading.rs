//! Reading a metric off two looks.
//!
//! Invariant: what has no value is missing, never zero.

use std::collections::VecDeque;

use super::totals::{Crew, Line};
use super::{Meter, Sample};
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::{Pool, Scenario, Usage};
use crate::stats::quantile::Quantiles;

/// Of what a metric is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Subject {
    /// A pool, and the queue that it serves.
    Pool(PoolId),
    /// An agent.
    Agent(AgentId),
}

impl Subject {
    /// All there are: each pool, and after it its agents.
    pub fn all(scenario: &Scenario) -> Vec<Subject> {
        let pools = scenario.pools.iter().enumerate();
        let of = |(id, pool): (usize, &Pool)| {
            std::iter::once(Subject::Pool(PoolId::new(id))).chain(pool.agents().map(Subject::Agent))
        };
        pools.flat_map(of).collect()
    }
}

/// From one look to another.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Window {
    /// The look that begins it.
    pub from: Time,
    /// The look that ends it.
    pub to: Time,
}

/// A subject over a window: its totals at the look that begins it and at the one that ends it.
pub(in crate::model) struct Sight<'m> {
    meter: &'m Meter<'m>,
    of: Subject,
    pool: &'m Pool,
    from: Time,
    to: Time,
    old: &'m Crew,
    new: &'m Crew,
}

impl<'s> Meter<'s> {
    /// The last look at or before `at`; the first one if all are later.
    pub(super) fn look_at(&self, at: Time) -> Time {
        let back = self.looks.iter().rev();
        back.copied().find(|look| *look <= at).unwrap_or(self.looks[0])
    }

    /// The window of this width that ended `delay` ago; `None`: that was before the run.
    pub fn window(&self, now: Time, width: Span, delay: Span) -> Option<Window> {
        let to = self.look_at(Time::from_nanos(now.nanos().checked_sub(delay.nanos())?));
        let begin = Time::from_nanos(to.nanos().saturating_sub(width.nanos()));
        Some(Window { from: self.look_at(begin), to })
    }

    /// The subject over a window.
    pub fn sight(&self, of: Subject, window: Window) -> Sight<'_> {
        let Window { from, to } = window;
        let (pool, crew) = match of {
            Subject::Pool(pool) => (pool, &self.pools[pool.index()]),
            Subject::Agent(agent) => (self.scenario.pool_of(agent), &self.agents[agent.index()]),
        };
        let pool = &self.scenario.pools[pool.index()];
        Sight { meter: self, of, pool, from, to, old: crew.before(from), new: crew.before(to) }
    }

    /// The last look before which something of the subject had changed.
    #[inline]
    pub fn changed_at(&self, of: Subject) -> Time {
        match of {
            Subject::Agent(agent) => self.agents[agent.index()].changed_at(),
            Subject::Pool(pool) => {
                let line = &self.lines[self.scenario.pools[pool.index()].queue.index()];
                self.pools[pool.index()].changed_at().max(line.changed_at())
            }
        }
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

impl Sight<'_> {
    /// The metric, seconds and shares as such; `None`: there was nothing to see.
    pub fn read(&self, metric: Metric) -> Option<f64> {
        let Sight { pool, old, new, .. } = self;
        let width = self.to.since(self.from).nanos() as f64;
        let seconds = width / 1e9;
        let usage = |usage: Usage| match new.there.now() {
            0 => f64::NAN,
            there => usage.of(new.serving.now() as f64 / there as f64),
        };
        let value = match metric {
            Metric::Utilisation if pool.slots == u32::MAX => f64::NAN,
            Metric::Utilisation => {
                let there = new.there.area_until(self.to) - old.there.area_until(self.from);
                self.busy() as f64 / (there as f64 * f64::from(pool.slots))
            }
            Metric::QueueLength => self.line(self.to).waiting.now() as f64,
            Metric::InService => new.serving.now() as f64,
            Metric::Concurrency => {
                let (old_line, line) = (self.line(self.from), self.line(self.to));
                let waiting =
                    line.waiting.area_until(self.to) - old_line.waiting.area_until(self.from);
                (waiting + self.busy()) as f64 / width
            }
            Metric::Agents => new.there.now() as f64,
            Metric::ArrivalRate => {
                let (old_line, line) = (self.line(self.from), self.line(self.to));
                (line.arrived - old_line.arrived) as f64 / seconds
            }
            Metric::Throughput => (new.results[0] - old.results[0]) as f64 / seconds,
            Metric::WaitMean => mean_s(new.waited - old.waited, new.started - old.started),
            Metric::WaitOldest => {
                self.line(self.to).oldest.map_or(0.0, |since| self.to.since(since).seconds())
            }
            Metric::WaitP95 => return self.percentile(&self.meter.waits, 0.95),
            Metric::ResponseMean => {
                mean_s(new.response - old.response, new.results() - old.results())
            }
            Metric::ResponseP50 => return self.percentile(&self.meter.responses, 0.5),
            Metric::ResponseP95 => return self.percentile(&self.meter.responses, 0.95),
            Metric::ResponseP99 => return self.percentile(&self.meter.responses, 0.99),
            Metric::SuccessRate => self.share_of_successes(),
            Metric::ErrorRate => 1.0 - self.share_of_successes(),
            Metric::Memory => usage(pool.conduct.memory),
            Metric::Cpu => usage(pool.conduct.cpu),
            Metric::ResourceUsage => usage(pool.conduct.memory).max(usage(pool.conduct.cpu)),
        };
        value.is_finite().then_some(value)
    }

    /// The queue of the pool at a look.
    fn line(&self, look: Time) -> &Line {
        self.meter.lines[self.pool.queue.index()].before(look)
    }

    /// The area of attempts in service within the window.
    fn busy(&self) -> i128 {
        self.new.serving.area_until(self.to) - self.old.serving.area_until(self.from)
    }

    fn share_of_successes(&self) -> f64 {
        let all = self.new.results() - self.old.results();
        (self.new.results[0] - self.old.results[0]) as f64 / all as f64
    }

    /// The percentile of the samples in the window, in seconds.
    fn percentile(&self, samples: &VecDeque<Sample>, q: f64) -> Option<f64> {
        let mut times = Quantiles::default();
        let window = within(samples, self.of, (self.from, self.to));
        window.for_each(|sample| times.record(sample.time.nanos()));
        times.quantile(q).map(|nanos| Span::from_nanos(nanos).seconds())
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
