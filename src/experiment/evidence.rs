//! What the replications of a scenario have shown, as the recommendations want it.
//!
//! Everything is the mean of the replications that have it; counts are rounded. Where several pools
//! serve one queue, each has the share of what waits that it has of the slots that were there, and
//! the share of what gave up that it has of the attempts that ended.
//!
//! Offered load: attempts that became ready in the window and ended, those that left the line
//! unserved and those that still wait at the end, per second, times the mean service. Of agents
//! that share their speed it is not known: their service takes as long as they are crowded.
//! Fairness and the busiest agent are of those who are there for at least nine tenths of the
//! window, and at least two such. Of the breakers of a pool the one that opened most often speaks.

use super::replicate::Replication;
use crate::base::id::PoolId;
use crate::mechanism::dispatch;
use crate::observe::advice::{AlertEvidence, BreakerEvidence, Evidence, PoolEvidence};
use crate::observe::summary::{AgentStats, Summary, jain};
use crate::scenario::meaning::{Alert, Binding, Pool, Scenario};

/// What one replication has shown.
#[derive(Clone, Debug)]
pub struct Shown {
    pools: Vec<PoolEvidence>,
    /// Of each pool: how often its breakers opened, attempts that ended, and that failed.
    breakers: Vec<(Vec<u64>, u64, u64)>,
    firsts: u64,
    attempts: u64,
    fired: Vec<u64>,
    hours: f64,
}

impl Shown {
    /// By this replication.
    pub fn of(replication: &Replication<'_>) -> Self {
        let summary = &replication.summary;
        let pools = summary.scenario.pools.iter().enumerate();
        let (firsts, attempts) = attempts(summary);
        Shown {
            pools: pools.map(|(number, pool)| of_pool(replication, number, pool)).collect(),
            breakers: summary
                .pools
                .iter()
                .enumerate()
                .map(|it| of_breakers(summary, it.0))
                .collect(),
            firsts,
            attempts,
            fired: summary.controls.fired().collect(),
            hours: summary.window_s() / 3600.0,
        }
    }
}

/// What all replications have shown together.
pub fn evidence(scenario: &Scenario, all: &[&Shown]) -> Evidence {
    let alert = |(number, alert): (usize, &Alert)| AlertEvidence {
        name: alert.name.clone(),
        firings: count(all, |it| it.fired[number]),
        faults: 0,
        found: 0,
    };
    Evidence {
        pools: (0..scenario.pools.len()).filter_map(|number| mean_pool(all, number)).collect(),
        breakers: (0..scenario.pools.len())
            .filter_map(|number| worst_breaker(scenario, all, number))
            .collect(),
        firsts: count(all, |it| it.firsts),
        attempts: count(all, |it| it.attempts),
        alerts: scenario.alerts.iter().enumerate().map(alert).collect(),
        hours: mean(all, |it| it.hours),
    }
}

fn of_pool(replication: &Replication<'_>, number: usize, pool: &Pool) -> PoolEvidence {
    let summary = &replication.summary;
    let scenario = summary.scenario;
    let window_s = summary.window_s();
    let queue = &summary.queues[pool.queue.index()];
    let its = &scenario.queues[pool.queue.index()];
    let own = Totals::of(summary, pool);
    let others = its.pools.iter().map(|it| Totals::of(summary, &scenario.pools[it.index()]));
    let all = others.fold(Totals::default(), Totals::plus);
    let service_s = own.service_s / own.attempts;
    let unserved = (queue.withdrawn + queue.length.value()) as f64;
    let came = own.attempts + unserved * (own.attempts / all.attempts);
    let offered = if pool.service.shares() { f64::NAN } else { came / window_s * service_s };
    let steady: Vec<&AgentStats> =
        agents(summary, pool).filter(|it| area_s(it.present.area()) >= 0.9 * window_s).collect();
    let (mut fairness, mut busiest) = (f64::NAN, f64::NAN);
    if steady.len() > 1 && its.binding == Binding::Early {
        fairness = jain(&steady.iter().map(|it| it.attempts).collect::<Vec<_>>());
        let use_of = |it: &&AgentStats| {
            it.busy.area() as f64 / (it.present.area() as f64 * f64::from(it.slots))
        };
        busiest = steady.iter().map(use_of).fold(f64::NAN, f64::max);
    }
    let response_weight = match &its.dispatch {
        dispatch::Spec::Scored(spec) => Some(spec.weights.response()),
        _ => None,
    };
    PoolEvidence {
        name: pool.name.clone(),
        agents: own.agents_s / window_s,
        slots: pool.slots,
        utilisation: own.busy_s / own.slots_s,
        offered,
        waiting: queue.length.mean().unwrap_or(f64::NAN) * (own.slots_s / all.slots_s),
        wait_s: waited_s(summary, pool),
        service_s,
        growth: replication.growths[pool.queue.index()],
        scaled: summary.controls.at_most(number),
        fairness,
        busiest,
        response_weight,
    }
}

/// Sums over the agents of pools.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    agents_s: f64,
    slots_s: f64,
    busy_s: f64,
    attempts: f64,
    service_s: f64,
}

impl Totals {
    fn of(summary: &Summary<'_>, pool: &Pool) -> Self {
        agents(summary, pool).fold(Totals::default(), |sum, agent| {
            let present = area_s(agent.present.area());
            sum.plus(Totals {
                agents_s: present,
                slots_s: present * f64::from(agent.slots),
                busy_s: area_s(agent.busy.area()),
                attempts: agent.attempts as f64,
                service_s: area_s(agent.service_nanos),
            })
        })
    }

    fn plus(self, other: Totals) -> Totals {
        Totals {
            agents_s: self.agents_s + other.agents_s,
            slots_s: self.slots_s + other.slots_s,
            busy_s: self.busy_s + other.busy_s,
            attempts: self.attempts + other.attempts,
            service_s: self.service_s + other.service_s,
        }
    }
}

/// Seconds of whole nanoseconds.
fn area_s(nanos: u128) -> f64 {
    nanos as f64 / 1e9
}

fn agents<'a>(summary: &'a Summary<'_>, pool: &Pool) -> impl Iterator<Item = &'a AgentStats> {
    let first = pool.first_agent.index();
    summary.agents[first..first + pool.size()].iter()
}

/// The mean wait of the attempts of the steps that the pool can do, from its queue.
fn waited_s(summary: &Summary<'_>, pool: &Pool) -> f64 {
    let queue = &summary.queues[pool.queue.index()];
    let steps = summary.scenario.steps.iter().zip(&summary.steps);
    let here = steps.filter(|(step, _)| step.queue == pool.queue && step.queue_by_class.is_empty());
    let (wait, attempts) = here
        .fold((queue.routed_wait_nanos, queue.routed), |(wait, attempts), (_, stats)| {
            (wait + stats.wait_nanos, attempts + stats.waits.count())
        });
    area_s(wait) / attempts as f64
}

fn of_breakers(summary: &Summary<'_>, number: usize) -> (Vec<u64>, u64, u64) {
    let pool = &summary.scenario.pools[number];
    let stats = &summary.pools[number];
    let (attempts, successes) = agents(summary, pool).fold((0, 0), |(attempts, successes), it| {
        (attempts + it.attempts, successes + it.successes)
    });
    let ended = attempts + stats.stopped;
    (stats.needless.clone(), ended, (attempts - successes + stats.timed_out).min(ended))
}

/// First attempts, and all with retries and copies, where no budget limits them.
fn attempts(summary: &Summary<'_>) -> (u64, u64) {
    let steps = summary.scenario.steps.iter().zip(&summary.steps);
    let queues = &summary.scenario.queues;
    let free = steps.filter(|(step, _)| queues[step.queue.index()].retry_budget.is_none());
    free.fold((0, 0), |(firsts, attempts), (step, stats)| {
        let own = if step.care.is_some() { stats.firsts } else { stats.waits.count() };
        (firsts + own, attempts + own + stats.retries + stats.hedges)
    })
}

/// The mean of the replications that have the number; NaN if none has it.
fn mean(all: &[&Shown], of: impl Fn(&Shown) -> f64) -> f64 {
    let values = all.iter().map(|it| of(it)).filter(|value| value.is_finite());
    let (sum, n) = values.fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    sum / f64::from(n)
}

/// The mean of a count.
fn count(all: &[&Shown], of: impl Fn(&Shown) -> u64) -> u64 {
    rounded(all.iter().map(|it| of(it)).sum(), all.len())
}

fn rounded(sum: u64, n: usize) -> u64 {
    (sum as f64 / n as f64).round() as u64
}

fn mean_pool(all: &[&Shown], number: usize) -> Option<PoolEvidence> {
    let of = |field: fn(&PoolEvidence) -> f64| mean(all, |it| field(&it.pools[number]));
    let first = all.first()?.pools[number].clone();
    let share = |pool: &PoolEvidence| pool.scaled.map_or(f64::NAN, |scaled| scaled.1);
    Some(PoolEvidence {
        agents: of(|pool| pool.agents),
        utilisation: of(|pool| pool.utilisation),
        offered: of(|pool| pool.offered),
        waiting: of(|pool| pool.waiting),
        wait_s: of(|pool| pool.wait_s),
        service_s: of(|pool| pool.service_s),
        growth: of(|pool| pool.growth),
        scaled: first.scaled.map(|(most, _)| (most, of(share))),
        fairness: of(|pool| pool.fairness),
        busiest: of(|pool| pool.busiest),
        ..first
    })
}

/// The breaker of a pool that opened most often.
fn worst_breaker(scenario: &Scenario, all: &[&Shown], number: usize) -> Option<BreakerEvidence> {
    let mut openings = Vec::new();
    for (own, ..) in all.iter().map(|it| &it.breakers[number]) {
        openings.resize(openings.len().max(own.len()), 0);
        openings.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
    }
    let most = *openings.iter().max()?;
    let target = openings.iter().position(|own| *own == most)?;
    let sum = |of: fn(&(Vec<u64>, u64, u64)) -> u64| -> u64 {
        all.iter().map(|it| of(&it.breakers[number])).sum()
    };
    Some(BreakerEvidence {
        name: scenario.target_name(PoolId::new(number), target as u32),
        openings: rounded(most, all.len()),
        error_rate: sum(|it| it.2) as f64 / sum(|it| it.1) as f64,
    })
}

#[cfg(test)]
mod tests;
