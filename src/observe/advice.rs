//! Recommendations: what a run has shown, put as what could be done about it, with the numbers that
//! it rests on. Where all is well there is none.
//!
//! | of | if | then |
//! |---|---|---|
//! | pool | busy >= 90 %, and half an attempt or more waits for each agent | agents, as below |
//! | pool | busy < 70 %, and its line grows by 5 % of what comes, or waits are long | look |
//! | pool | one agent busy >= 90 %, all < 80 %, fairness < 0.8 | spread the load |
//! | breaker | opens 4 times an hour or more, its agents up, and most attempts succeed | raise it |
//! | retries | 1.5 attempts or more for each first one | a budget |
//! | alert | fires six times an hour or more | keep it firing |
//! | alert | there were faults, and it found none | lower its level |
//!
//! Agents: so many that the offered load keeps them busy 85 % of the time at most. A pool of fixed
//! size gets them; of one that is scaled and was at its most for a fifth of the time or more, the
//! most is raised; any other scales too late.
//!
//! Waits are long if they exceed the service and twice the wait that random arrivals would have at
//! this utilisation u of c slots: service * u^(sqrt(2 (c + 1)) - 1) / (c (1 - u)) (Sakasegawa,
//! 1977).
//!
//! The offered load is what would be in service on average if there were agents for all: attempts
//! that come per second times their mean service (Little, 1961). Fairness is Jain's index.
//!
//! Invariants: pure; a number that is not known is NaN and gives no reason for anything.

/// What a run has shown.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Of each pool.
    pub pools: Vec<PoolEvidence>,
    /// Of each breaker.
    pub breakers: Vec<BreakerEvidence>,
    /// First attempts of steps.
    pub firsts: u64,
    /// All attempts, with retries and copies.
    pub attempts: u64,
    /// Of each alert rule.
    pub alerts: Vec<AlertEvidence>,
    /// How long it was watched, in hours.
    pub hours: f64,
}

/// What it has shown of a pool.
#[derive(Clone, Debug)]
pub struct PoolEvidence {
    /// Its name.
    pub name: String,
    /// The agents that were ready, on average.
    pub agents: f64,
    /// The slots of an agent.
    pub slots: u32,
    /// Busy slots over all.
    pub utilisation: f64,
    /// The offered load, in slots.
    pub offered: f64,
    /// Attempts in line, on average.
    pub waiting: f64,
    /// The mean wait, in seconds.
    pub wait_s: f64,
    /// The mean service, in seconds.
    pub service_s: f64,
    /// The share of what came that its line has grown by, as [`backlog`](super::backlog) has it.
    pub growth: f64,
    /// If it is scaled: the most agents it may have, and the share of time that it had them.
    pub scaled: Option<(u32, f64)>,
    /// Jain's index of the attempts of its agents.
    pub fairness: f64,
    /// The utilisation of its busiest agent.
    pub busiest: f64,
    /// The weight of the response time, if its dispatch is scored.
    pub response_weight: Option<f64>,
}

/// What it has shown of a breaker.
#[derive(Clone, Debug)]
pub struct BreakerEvidence {
    /// What it guards.
    pub name: String,
    /// How often it opened after it was closed, although all that it guards was up.
    pub openings: u64,
    /// The share of the attempts behind it that failed or timed out.
    pub error_rate: f64,
}

/// What it has shown of an alert rule.
#[derive(Clone, Debug)]
pub struct AlertEvidence {
    /// Its name.
    pub name: String,
    /// How often it began to fire.
    pub firings: u64,
    /// The faults that were there to be found.
    pub faults: u64,
    /// Those that it found.
    pub found: u64,
}

/// What could be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// About what: `pool specialists`, `retries`, ...
    pub subject: String,
    /// One sentence without a full stop.
    pub text: String,
    /// The numbers behind it, by name.
    pub numbers: Vec<(&'static str, f64)>,
}

/// How busy a pool should be at most.
const BUSY: f64 = 0.85;

/// All that the evidence speaks for: pools, breakers, retries, alerts, each in the order given.
pub fn recommendations(evidence: &Evidence) -> Vec<Recommendation> {
    let hours = evidence.hours;
    let mut all = Vec::new();
    for pool in &evidence.pools {
        let spread = herding(pool).or_else(|| held_up(pool));
        all.extend([saturated(pool), spread].into_iter().flatten());
    }
    all.extend(evidence.breakers.iter().filter_map(|breaker| flapping(breaker, hours)));
    all.extend(amplified(evidence.firsts, evidence.attempts));
    for alert in &evidence.alerts {
        all.extend([restless(alert, hours), blind(alert)].into_iter().flatten());
    }
    all
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn agents(n: f64) -> String {
    format!("{n:.0} agent{}", if n == 1.0 { "" } else { "s" })
}

fn saturated(pool: &PoolEvidence) -> Option<Recommendation> {
    let PoolEvidence { name, utilisation, offered, .. } = pool;
    let waiting = pool.waiting / pool.agents;
    if !(*utilisation >= 0.9 && waiting >= 0.5 && offered.is_finite()) {
        return None;
    }
    // A load that fits just is not one agent more because of the last bit.
    let needed = (offered / (BUSY * f64::from(pool.slots)) - 1e-9).ceil();
    let give = percent(offered / (needed * f64::from(pool.slots)));
    let because = format!("(offered load {offered:.1}, {} give {give})", agents(needed));
    let mut numbers = vec![
        ("utilisation", *utilisation),
        ("waiting_per_agent", waiting),
        ("offered_load", *offered),
        ("agents_needed", needed),
    ];
    let busy = format!("was busy {} of the time", percent(*utilisation));
    let waited = format!("{waiting:.1} attempts waited for each agent");
    let text = match pool.scaled {
        None => {
            let more = needed - pool.agents.round();
            numbers.push(("agents", pool.agents));
            (more >= 1.0)
                .then(|| format!("pool {name} {busy} and {waited}: add {} {because}", agents(more)))
        }
        Some((most, share)) => {
            numbers.extend([("agents_most", f64::from(most)), ("time_at_most", share)]);
            let at =
                format!("at its most of {} {} of the time", agents(most.into()), percent(share));
            if share >= 0.2 {
                (needed > f64::from(most)).then(|| {
                    format!("pool {name} {busy}, {at}, and {waited}: allow {needed:.0} {because}")
                })
            } else {
                Some(format!(
                    "pool {name} {busy} and {waited}, but it was {at}: its autoscaler is late; \
                     lower its target or shorten its period"
                ))
            }
        }
    };
    Some(Recommendation { subject: format!("pool {name}"), text: text?, numbers })
}

fn held_up(pool: &PoolEvidence) -> Option<Recommendation> {
    let PoolEvidence { name, utilisation, wait_s, service_s, growth, .. } = pool;
    let grows = *growth >= 0.05;
    let slots = pool.agents * f64::from(pool.slots);
    let power = libm::pow(*utilisation, (2.0 * (slots + 1.0)).sqrt() - 1.0);
    let random_s = service_s * power / (slots * (1.0 - utilisation));
    let is_long = wait_s > service_s && *wait_s > 2.0 * random_s;
    if !(*utilisation < 0.7 && (grows || is_long)) {
        return None;
    }
    let what = if grows {
        format!("the line of pool {name} grew by {} of what came", percent(*growth))
    } else {
        format!("attempts waited {wait_s:.1} s for {service_s:.1} s of service in pool {name}")
    };
    let text = format!(
        "{what}, though its agents were busy only {} of the time: they come in bursts, or wait \
         for something else (a skill, a resource, a breaker)",
        percent(*utilisation)
    );
    let numbers = vec![
        ("utilisation", *utilisation),
        ("wait_s", *wait_s),
        ("service_s", *service_s),
        ("growth", *growth),
    ];
    Some(Recommendation { subject: format!("pool {name}"), text, numbers })
}

fn herding(pool: &PoolEvidence) -> Option<Recommendation> {
    let PoolEvidence { name, utilisation, fairness, busiest, .. } = pool;
    if !(*busiest >= 0.9 && *utilisation < 0.8 && *fairness < 0.8) {
        return None;
    }
    let mut numbers =
        vec![("fairness", *fairness), ("busiest", *busiest), ("utilisation", *utilisation)];
    numbers.extend(pool.response_weight.map(|weight| ("response_weight", weight)));
    let remedy = match pool.response_weight {
        Some(weight) if weight > 0.0 => {
            format!("lower the weight of the response time from {weight}, or give load a weight")
        }
        Some(_) => String::from("give load a weight"),
        None => String::from("choose the least outstanding, or two at random and the better"),
    };
    let text = format!(
        "pool {name}: attempts herd to one agent, busy {} while all are {} (fairness \
         {fairness:.2}): {remedy}",
        percent(*busiest),
        percent(*utilisation)
    );
    Some(Recommendation { subject: format!("pool {name}"), text, numbers })
}

fn flapping(breaker: &BreakerEvidence, hours: f64) -> Option<Recommendation> {
    let BreakerEvidence { name, openings, error_rate } = breaker;
    let rate = *openings as f64 / hours;
    if !(rate >= 4.0 && *openings >= 4 && *error_rate < 0.5) {
        return None;
    }
    let text = format!(
        "the breaker of {name} opened {openings} times, {rate:.1} an hour, though nothing was \
         down and {} of its attempts succeeded: raise its threshold",
        percent(1.0 - error_rate)
    );
    let numbers = vec![
        ("openings", *openings as f64),
        ("openings_per_hour", rate),
        ("error_rate", *error_rate),
    ];
    Some(Recommendation { subject: format!("breaker of {name}"), text, numbers })
}

fn amplified(firsts: u64, attempts: u64) -> Option<Recommendation> {
    let factor = attempts as f64 / firsts as f64;
    if !(firsts > 0 && factor >= 1.5) {
        return None;
    }
    let text = format!(
        "retries and copies amplify the load {factor:.1}x ({attempts} attempts for {firsts} first \
         ones): add a retry budget; one of 20 % allows 1.2x"
    );
    let numbers = vec![
        ("amplification", factor),
        ("attempts", attempts as f64),
        ("first_attempts", firsts as f64),
    ];
    Some(Recommendation { subject: String::from("retries"), text, numbers })
}

fn restless(alert: &AlertEvidence, hours: f64) -> Option<Recommendation> {
    let AlertEvidence { name, firings, .. } = alert;
    let rate = *firings as f64 / hours;
    if !(rate >= 6.0 && *firings >= 6) {
        return None;
    }
    let text = format!(
        "alert {name} began to fire {firings} times, {rate:.1} an hour: give it a longer `for` \
         or `keep_firing_for`"
    );
    let numbers = vec![("firings", *firings as f64), ("firings_per_hour", rate)];
    Some(Recommendation { subject: format!("alert {name}"), text, numbers })
}

fn blind(alert: &AlertEvidence) -> Option<Recommendation> {
    let AlertEvidence { name, firings, faults, found } = alert;
    if *faults == 0 || *found > 0 {
        return None;
    }
    let of =
        if *faults == 1 { String::from("the fault") } else { format!("any of {faults} faults") };
    let text = format!(
        "alert {name} did not find {of} (it fired {firings} times): lower its level, or shorten \
         its window or `for`"
    );
    let numbers = vec![("faults", *faults as f64), ("firings", *firings as f64)];
    Some(Recommendation { subject: format!("alert {name}"), text, numbers })
}

#[cfg(test)]
mod tests;
