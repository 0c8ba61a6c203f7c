//! The fingerprint of a run: a digest over all its facts.
//!
//! Each fact is written as whole numbers in little-endian order (its number, the time, its fields;
//! work as the bits of its float) and digested with BLAKE3; the fingerprint is the first 16 bytes
//! in hexadecimal. Two runs with the same fingerprint told the same story, to the nanosecond.
//! Invariant: a fact's number and the order of its fields never change; a new fact takes a new
//! number. Explanations (who was considered, who was chosen) are left out: they are told on request
//! and change nothing, so a run has one fingerprint, explained or not.

use crate::base::id::{AgentId, QueueId};
use crate::base::time::Time;
use crate::mechanism::conflict::detect::Kind;
use crate::mechanism::conflict::resolve::What;
use crate::model::fact::{Claimed, Control, Departure, Fact, Observer, Paired, Scaled, Trouble};

/// Digested at once, so that the hash works on long runs of bytes.
const BUFFER: usize = 1 << 14;

/// The digest so far.
#[derive(Default)]
pub struct Fingerprint {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
}

impl Fingerprint {
    /// The fingerprint of what was told: 32 hexadecimal digits.
    pub fn digest(mut self) -> String {
        self.hasher.update(&self.buffer);
        self.hasher.finalize().to_hex()[..32].to_string()
    }

    fn put(&mut self, fact: u8, at: Time, words: &[u64]) {
        self.buffer.push(fact);
        self.buffer.extend_from_slice(&at.nanos().to_le_bytes());
        for word in words {
            self.buffer.extend_from_slice(&word.to_le_bytes());
        }
        if self.buffer.len() >= BUFFER {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
    }

    /// What was seen and done by those who watch over the system.
    fn control(&mut self, at: Time, what: Control) {
        match what {
            Control::Scaled { pool, what: Scaled::Decided { value, raw, from, to, limit } } => {
                let limits = pair(maybe(raw), limit as u32);
                self.put(34, at, &[pool.0.into(), bits(value), limits, pair(from, to)]);
            }
            Control::Scaled { pool, what } => {
                let (kind, agent) = match what {
                    Scaled::Decided { .. } => unreachable!("it is matched before"),
                    Scaled::Starting { agent } => (1, agent),
                    Scaled::StartFailed { agent } => (2, agent),
                    Scaled::Cancelled { agent } => (3, agent),
                    Scaled::Retired { agent } => (4, agent),
                    Scaled::Recalled { agent } => (5, agent),
                };
                self.put(35, at, &[pair(pool.0, kind), agent.0.into()]);
            }
            Control::Monitored { pool, agent, seen } => {
                let whose = pair(pool.0, agent_of(agent));
                let [a, b, c, d, e, f] = seen.values().map(bits);
                self.put(36, at, &[whose, a, b, c, d, e, f]);
            }
            Control::Alerted { rule, about, state, value, .. } => {
                let whose = pair(maybe(about.pool.map(|it| it.0)), agent_of(about.agent));
                let queue = maybe(about.queue.map(|it| it.0));
                let word = about.word.map_or(0, |word| u32::from(word) + 1);
                let workload = maybe(about.workload.map(|it| it.0));
                let task = pair(workload, maybe(about.class.map(|it| it.0)));
                let (rule, line) = (pair(rule, state as u32), pair(queue, word));
                self.put(37, at, &[rule, whose, line, task, bits(value)]);
            }
            Control::Looked => self.put(38, at, &[]),
            // Told on request: a run has one fingerprint, scraped or not.
            Control::Sampled { .. } => {}
        }
    }

    /// Who could not both go on.
    fn conflict(&mut self, at: Time, fact: &Fact) {
        let Fact::Conflicted { kind, winner, loser, step, what } = *fact else { return };
        let step = maybe(step.map(|step| step.0));
        let ([about, more], (done, by)) = (conflict_words(kind), what_words(what));
        self.put(31, at, &[winner.0, loser.0, pair(step, done), about, more, by]);
    }

    /// What came of a round of a queue.
    fn round(&mut self, at: Time, queue: QueueId, what: Paired) {
        match what {
            Paired::Requeued { task, step } => {
                self.put(25, at, &[task.0, pair(step.0, queue.0)]);
            }
            Paired::Allocated { waiting, free, assigned, value, greedy_value } => {
                let sizes = [pair(queue.0, waiting), pair(free, assigned)];
                let values = [value.to_bits(), greedy_value.to_bits()];
                self.put(26, at, &[sizes[0], sizes[1], values[0], values[1]]);
            }
            Paired::Infeasible { task, step, agent } => {
                self.put(27, at, &[task.0, pair(step.0, queue.0), agent.0.into()]);
            }
        }
    }
}

/// An optional number: the bits of NaN for none.
fn bits(value: Option<f64>) -> u64 {
    value.unwrap_or(f64::NAN).to_bits()
}

/// Two small numbers in one word.
fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// An optional id: 0 for none.
fn maybe(id: Option<u32>) -> u32 {
    id.map_or(0, |id| id + 1)
}

fn agent_of(agent: Option<AgentId>) -> u32 {
    maybe(agent.map(|agent| agent.0))
}

impl Observer for Fingerprint {
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Arrived { task, workload, key, class, patience } => {
                let patience = patience.map_or(0, |patience| patience.nanos().saturating_add(1));
                self.put(1, at, &[task.0, pair(workload.0, class.0), key, patience]);
            }
            Fact::Readied { task, step, visit, attempt, work } => {
                let number = u32::from(attempt) << 16 | u32::from(visit);
                self.put(2, at, &[task.0, pair(step.0, number), work.to_bits()]);
            }
            Fact::Queued { task, step, queue, agent } => {
                self.put(3, at, &[task.0, pair(step.0, queue.0), agent_of(agent).into()]);
            }
            Fact::Moved { task, step, queue, agent } => {
                self.put(4, at, &[task.0, pair(step.0, queue.0), agent_of(agent).into()]);
            }
            Fact::Withdrawn { task, step, queue, waited } => {
                self.put(5, at, &[task.0, pair(step.0, queue.0), waited.nanos()]);
            }
            Fact::Started { task, step, queue, agent, waited, queued, resumed } => {
                let flags = u32::from(queued) << 1 | u32::from(resumed);
                let words = [task.0, pair(step.0, queue.0), pair(agent.0, flags), waited.nanos()];
                self.put(6, at, &words);
            }
            Fact::Preempted { task, step, queue, agent, served, .. } => {
                let words = [task.0, pair(step.0, queue.0), agent.0.into(), served.nanos()];
                self.put(7, at, &words);
            }
            Fact::Finished { task, step, agent, served, waited, success, abandoned, .. } => {
                let flags = pair(step.0, u32::from(abandoned) << 1 | u32::from(success));
                self.put(8, at, &[task.0, flags, agent.0.into(), served.nanos(), waited.nanos()]);
            }
            Fact::WrappedUp { agent } => self.put(9, at, &[agent.0.into()]),
            Fact::CameOn { agent } => self.put(10, at, &[agent.0.into()]),
            Fact::WentOff { agent } => self.put(11, at, &[agent.0.into()]),
            Fact::Left(Departure { task, outcome, waited, served, attempts, .. }) => {
                let flags = pair(outcome as u32, attempts);
                self.put(12, at, &[task.0, flags, waited.nanos(), served.nanos()]);
            }
            Fact::Ended { in_flight } => self.put(13, at, &[in_flight]),
            Fact::Stopped { task, step, agent, served, .. } => {
                self.put(14, at, &[task.0, pair(step.0, agent.0), served.nanos()]);
            }
            Fact::Trouble { task, step, trouble } => {
                let [what, more] = trouble_words(trouble);
                self.put(15, at, &[task.0, u64::from(step.0) << 32 | what, more]);
            }
            Fact::Scored { task, step, score } => {
                self.put(16, at, &[task.0, step.0.into(), score.to_bits()]);
            }
            Fact::Crashed { agent, lost } => self.put(20, at, &[pair(agent.0, lost)]),
            Fact::Repaired { agent } => self.put(21, at, &[agent.0.into()]),
            Fact::Undoing { task, outcome } => self.put(17, at, &[task.0, outcome as u64]),
            Fact::BreakerMoved { pool, target, state } => {
                self.put(18, at, &[pair(pool.0, target), state as u64]);
            }
            Fact::Round { queue, what } => self.round(at, queue, what),
            Fact::Control(what) => self.control(at, what),
            Fact::Explained { .. } => {}
            Fact::Claim { task, step, what } => {
                let step = maybe(step.map(|step| step.0));
                let [kind, more, rest] = claim_words(what);
                self.put(30, at, &[task.0, u64::from(step) << 32 | kind, more, rest]);
            }
            Fact::Faulted { fault, on } => self.put(32, at, &[pair(fault.0, on.into())]),
            Fact::UnitGone { unit, gone } => self.put(33, at, &[pair(unit.0, gone.into())]),
            Fact::Conflicted { .. } => self.conflict(at, fact),
        }
    }
}

/// What the trouble is with which attempt, and what else there is to it.
fn trouble_words(trouble: Trouble) -> [u64; 2] {
    let kind = |kind: u32, attempt: u8| kind << 8 | u32::from(attempt);
    let (what, more) = match trouble {
        Trouble::TimedOut { attempt, agent, goes_on } => {
            (kind(1, attempt), pair(agent_of(agent), goes_on.into()))
        }
        Trouble::Refused { attempt, agent, cause } => {
            (kind(2, attempt), pair(agent_of(agent), cause as u32))
        }
        Trouble::Retrying { attempt, cause, delay } => {
            (kind(3, attempt), delay.nanos() ^ pair((cause as u32) << 24, 0))
        }
        Trouble::Hedged { attempt } => (kind(4, attempt), 0),
        Trouble::Failed { attempts, cause } => (kind(5, attempts), cause as u64),
        Trouble::Escalated { to } => (kind(6, 0), to.0.into()),
    };
    [what.into(), more]
}

/// What became of a claim, and what else there is to it.
fn claim_words(what: Claimed) -> [u64; 3] {
    match what {
        Claimed::Blocked => [1, 0, 0],
        Claimed::Held { unit, shared } => [2, unit.0.into(), shared.into()],
        Claimed::Cleared { blocked, aside } => [3, blocked.nanos(), aside.nanos()],
        Claimed::Released { unit, used_up } => [4, unit.0.into(), used_up.into()],
        Claimed::Returned { unit } => [5, unit.0.into(), 0],
        Claimed::Unavailable { cause, blocked } => [6, cause as u64, blocked.nanos()],
        Claimed::Booked { resource, start, length } => {
            [7 | u64::from(resource.0) << 8, start.nanos(), length.nanos()]
        }
        Claimed::Deadlocked => [8, 0, 0],
    }
}

fn conflict_words(kind: Kind) -> [u64; 2] {
    let more = match kind {
        Kind::Resource { resource, .. } | Kind::Timing { resource, .. } => resource.into(),
        Kind::Logical { pair, late, .. } => (pair as u64) << 1 | u64::from(late),
        Kind::Other { pair } => pair as u64,
    };
    [kind.number() as u64 + 1, more]
}

fn what_words(what: What) -> (u32, u64) {
    let by = match what {
        What::Shift(by) => by.nanos(),
        What::Wait | What::Requeue | What::Preempt | What::Cancel | What::Merge => 0,
    };
    (what.number() as u32 + 1, by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::AgentId;
    use crate::base::time::Span;

    fn of(facts: &[(u64, Fact)]) -> String {
        let mut fingerprint = Fingerprint::default();
        for (nanos, fact) in facts {
            fingerprint.on(Time::ZERO + Span::from_nanos(*nanos), fact);
        }
        fingerprint.digest()
    }

    #[test]
    fn one_nanosecond_or_one_agent_makes_another_fingerprint() {
        let on = |agent| Fact::CameOn { agent: AgentId(agent) };
        let all = [of(&[(5, on(0))]), of(&[(6, on(0))]), of(&[(5, on(1))]), of(&[])];
        for (i, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 32);
            assert!(all[i + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn known_answer() {
        // BLAKE3 of 13, the time 1 and the number 0 in little-endian order, by the b3sum of the
        // crate.
        let bytes: Vec<u8> = [13u8, 1].into_iter().chain([0; 15]).collect();
        let expected = blake3::hash(&bytes).to_hex()[..32].to_string();
        assert_eq!(of(&[(1, Fact::Ended { in_flight: 0 })]), expected);
    }
}
