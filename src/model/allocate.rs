//! Allocation: all who wait and all free slots of a queue are brought together at once.
//!
//! Rule: rows are the attempts that wait, in the order of the line; columns are the free slots of
//! the agents on duty, pools by name and agents by number. A pair is infeasible if the agent cannot
//! do the step, if its breaker is open, or if its score is not above zero. The attempts that the
//! strategy assigns start in the order of the line; one that its breaker no longer admits then
//! takes the best of what is left when the others have started, or waits on (MODEL section 9).
//! Invariant: what greedy would have made of the same round is told with it, so that its regret is
//! known.

use super::agent::View;
use super::fact::{Fact, Observer, Paired};
use super::line::Place;
use super::world::{Attempt, World};
use crate::base::id::{AgentId, QueueId};
use crate::mechanism::assignment::{By, Matrix, Round, greedy};
use crate::mechanism::dispatch;

/// What pairs of a waiting attempt and an agent are worth, or cost.
struct Pairs {
    by: By,
    rows: Vec<Place>,
    agents: Vec<AgentId>,
    /// Row by row, a value for each agent; `None` is infeasible.
    values: Vec<Option<f64>>,
    /// For each free slot the place of its agent.
    slots: Vec<usize>,
}

impl Pairs {
    fn value(&self, row: usize, agent: usize) -> Option<f64> {
        self.values[row * self.agents.len() + agent]
    }

    /// What the strategies maximise, and what 1.0 stands for in it.
    fn matrix(&self) -> (Matrix, f64) {
        let (rows, columns) = (self.rows.len(), self.slots.len());
        let value = |row: usize, column: usize| self.value(row, self.slots[column]);
        match self.by {
            By::Score => {
                let score = |row, column| {
                    value(row, column).map_or(f64::NEG_INFINITY, |score| score.min(Matrix::MOST))
                };
                (Matrix::new(rows, columns, score), 1.0)
            }
            By::Cost | By::Completion => Matrix::of_costs(rows, columns, value),
        }
    }

    /// The agents that can do a row, the best first; of equals the first.
    fn best(&self, row: usize) -> Vec<AgentId> {
        let feasible = (0..self.agents.len()).filter_map(|a| Some((self.value(row, a)?, a)));
        let mut all: Vec<(f64, usize)> = match self.by {
            By::Score => feasible.filter(|(score, _)| *score > 0.0).map(|(s, a)| (-s, a)).collect(),
            By::Cost | By::Completion => feasible.collect(),
        };
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.into_iter().map(|(_, agent)| self.agents[agent]).collect()
    }
}

impl<O: Observer> World<'_, O> {
    /// A round of allocation of the queue.
    pub fn allocate(&mut self, queue: QueueId) {
        let Some(spec) = &self.scenario.queues[queue.index()].allocation else { return };
        self.drop_all_expired(queue);
        let pairs = self.pairs(queue, spec.round());
        if pairs.rows.is_empty() || pairs.slots.is_empty() {
            return;
        }
        let (matrix, unit) = pairs.matrix();
        let assigned = spec.assign(&matrix);
        let what = Paired::Allocated {
            waiting: pairs.rows.len() as u32,
            free: pairs.slots.len() as u32,
            assigned: assigned.iter().flatten().count() as u32,
            value: matrix.total(&assigned) * unit,
            greedy_value: matrix.total(&greedy::assign(&matrix)) * unit,
        };
        self.tell(Fact::Round { queue, what });
        let mut infeasible = Vec::new();
        for (row, column) in assigned.iter().enumerate() {
            let Some(column) = column else { continue };
            let agent = pairs.agents[pairs.slots[*column]];
            if !self.start_allocated(pairs.rows[row], queue, agent) {
                infeasible.push((row, agent));
            }
        }
        for (row, agent) in infeasible {
            self.fall_back(&pairs, row, queue, agent);
        }
    }

    /// Work that nobody waits for any more leaves before the round.
    fn drop_all_expired(&mut self, queue: QueueId) {
        if !self.desks[queue.index()].drops_expired {
            return;
        }
        for place in self.desks[queue.index()].line.in_order(&self.attempts) {
            let Some(attempt) = self.attempts.get(place.attempt) else { continue };
            let spot = self.spot(attempt.step, attempt.task);
            self.desks[queue.index()].line.take_out(spot.lane as usize, place);
            if !self.drop_expired(place) {
                self.desks[queue.index()].line.join(spot.lane as usize, &place);
            }
        }
    }

    fn pairs(&self, queue: QueueId, round: &Round) -> Pairs {
        let rows = self.desks[queue.index()].line.in_order(&self.attempts);
        let mut agents = Vec::new();
        for pool in &self.scenario.queues[queue.index()].pools {
            self.idle[pool.index()].list(&mut agents, |_| true);
        }
        let free = |agent: &AgentId| {
            let agent = &self.agents[agent.index()];
            ((agent.slots - agent.held) as usize).min(rows.len())
        };
        let slots = |(place, agent): (usize, &AgentId)| std::iter::repeat_n(place, free(agent));
        let slots = agents.iter().enumerate().flat_map(slots).collect();
        let values = rows.iter().flat_map(|row| self.values(*row, queue, round.by, &agents));
        let values = values.collect();
        Pairs { by: round.by, rows, agents, values, slots }
    }

    /// What each agent is worth to an attempt, or costs it.
    fn values(&self, place: Place, queue: QueueId, by: By, agents: &[AgentId]) -> Vec<Option<f64>> {
        let Attempt { step: step_id, work, of, .. } = self.attempts[place.attempt];
        let step = &self.scenario.steps[step_id.index()];
        let previous = self.previous(place.attempt, queue);
        let view = View { now: self.now, agents: &self.agents, previous, step };
        let value = |agent: &AgentId| {
            let it = &self.agents[agent.index()];
            let skill = step.pools.iter().find(|skill| skill.pool == it.pool)?;
            if !self.may_call(*agent, Some(step)) {
                return None;
            }
            let seconds = work / (it.speed * skill.speed);
            match (by, &self.scenario.queues[queue.index()].dispatch) {
                (By::Score, dispatch::Spec::Scored(scored)) => Some(scored.score(*agent, &view)),
                (By::Score, _) => unreachable!("who allocates by score has one"),
                (By::Cost, _) => Some(it.cost / 3600.0 * seconds),
                // A failed attempt is begun anew: a pool that always fails never completes.
                (By::Completion, _) => (skill.chance > 0.0).then_some(seconds / skill.chance),
            }
        };
        let mut values: Vec<Option<f64>> = agents.iter().map(value).collect();
        let elsewhere = step.care.as_ref().and_then(|care| care.retry.as_ref());
        if elsewhere.is_some_and(|retry| retry.elsewhere())
            && values.iter().flatten().count() > 1
            && let Some(failed_on) = self.visits.get(of).and_then(|visit| visit.failed_on)
            && let Some(place) = agents.iter().position(|agent| *agent == failed_on)
        {
            values[place] = None;
        }
        values
    }

    /// Starts an attempt on the agent it was given, if that can still be.
    fn start_allocated(&mut self, place: Place, queue: QueueId, agent: AgentId) -> bool {
        // Its task may have ended with another attempt of this round.
        let Some(&Attempt { step, task, .. }) = self.attempts.get(place.attempt) else {
            return true;
        };
        let may = self.may_call(agent, Some(&self.scenario.steps[step.index()]));
        if !self.agents[agent.index()].available() || !may {
            return false;
        }
        let spot = self.spot(step, task);
        self.desks[queue.index()].line.take_out(spot.lane as usize, place);
        if !self.drops(place, queue, None) {
            self.desks[queue.index()].waiting -= 1;
            self.start(place, agent, true);
        }
        true
    }

    /// An attempt whose assignment proved infeasible takes the best of what is left, or waits on.
    fn fall_back(&mut self, pairs: &Pairs, row: usize, queue: QueueId, agent: AgentId) {
        let place = pairs.rows[row];
        let Some(attempt) = self.attempts.get(place.attempt) else { return };
        let (task, step) = (self.tasks[attempt.task].no, attempt.step);
        self.tell(Fact::Round { queue, what: Paired::Infeasible { task, step, agent } });
        for agent in pairs.best(row) {
            if self.start_allocated(place, queue, agent) {
                return;
            }
        }
    }
}
