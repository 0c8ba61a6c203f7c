//! Faults at run time: each begins and ends by its calendar, and what it does while it is on.
//!
//! Rule: at its begin a fault tells that it is on, fixes whom it strikes and strikes them; at its
//! end it lets go of the same. Crashes are in `fault_crash`, what slows or stops service and what
//! befalls attempts in `fault_service`, surges in `fault_surge`; units that are lost cannot be
//! taken until the end. Invariants: nothing begins at or after the horizon; what begins ends at
//! most once; a fault that is on knows whom it struck, whatever happens to them meanwhile.

use super::event::Event;
use super::fact::{Fact, Observer};
use super::fault_surge::Extra;
use super::world::World;
use crate::base::id::{AgentId, FaultId, PoolId};
use crate::base::random::{Luck, Root};
use crate::mechanism::fault::Spec;
use crate::mechanism::fault::calendar::Calendar;
use crate::mechanism::reservation::UnitId;
use crate::scenario::meaning::{Fault, Scenario, Target};

/// All faults of a run.
pub(super) struct Faults {
    pub states: Vec<State>,
    /// The copies of arrival processes.
    pub extras: Vec<Extra>,
}

/// A fault at run time.
pub(super) struct State {
    calendar: Calendar,
    on: bool,
    /// Whether its next begin or end is still to come.
    scheduled: bool,
    /// Whom it struck.
    pub struck: Vec<AgentId>,
    /// What cannot be had because of it.
    units: Vec<UnitId>,
    /// What it does to attempts of each workload.
    pub luck: Vec<Luck>,
}

impl Faults {
    pub fn new(scenario: &Scenario, root: &Root) -> Self {
        let state = |fault: &Fault| {
            let name = format!("faults.{}", fault.name);
            let workloads = scenario.workloads.iter();
            State {
                calendar: Calendar::new(&fault.when, root, &name),
                on: false,
                scheduled: false,
                struck: Vec::new(),
                units: Vec::new(),
                luck: workloads.map(|load| root.luck(&format!("{name}.{}", load.name))).collect(),
            }
        };
        Faults {
            states: scenario.faults.iter().map(state).collect(),
            extras: Extra::of_all(scenario, root),
        }
    }

    /// Whether something is still to begin or to end.
    pub fn are_to_come(&self) -> bool {
        self.states.iter().any(|state| state.scheduled)
    }
}

impl<'s, O: Observer> World<'s, O> {
    pub fn fault(&self, id: FaultId) -> &'s Fault {
        &self.scenario.faults[id.index()]
    }

    pub fn fault_state(&mut self, id: FaultId) -> &mut State {
        &mut self.faults.states[id.index()]
    }

    /// The first begin of each is scheduled.
    pub fn set_faults(&mut self) {
        for index in 0..self.scenario.faults.len() {
            self.schedule_fault(FaultId::new(index));
        }
    }

    fn schedule_fault(&mut self, id: FaultId) {
        let now = self.now;
        let horizon = self.scenario.horizon;
        let state = self.fault_state(id);
        let next = state.calendar.next_begin(now).filter(|at| *at < horizon);
        state.scheduled = next.is_some();
        if let Some(at) = next {
            self.schedule(at, Event::Fault(id));
        }
    }

    /// A fault begins, or ends.
    pub fn turn_fault(&mut self, id: FaultId) {
        let now = self.now;
        let state = self.fault_state(id);
        state.on = !state.on;
        let on = state.on;
        self.tell(Fact::Faulted { fault: id, on });
        if on {
            let state = self.fault_state(id);
            let end = state.calendar.end(now);
            state.scheduled = end.is_some();
            if let Some(at) = end {
                self.schedule(at, Event::Fault(id));
            }
            self.strike(id);
        } else {
            self.let_off(id);
            self.schedule_fault(id);
        }
    }

    fn strike(&mut self, id: FaultId) {
        let struck = self.struck_by(id);
        self.fault_state(id).struck.clone_from(&struck);
        match &self.fault(id).kind {
            Spec::Crash(spec) => self.crash_all(&struck, spec.work),
            Spec::Slow(_) | Spec::Pause(_) | Spec::Errors(_) => self.afflict(id, &struck, true),
            Spec::FirstFail(_) | Spec::Delay(_) | Spec::Loss(_) => self.afflict(id, &struck, true),
            Spec::Lost(_) => self.lose_units(id),
            Spec::Surge(_) => self.surge(id, true),
            Spec::Blind(_) => self.turn_sight(id),
            Spec::StartUp(_) => {}
        }
    }

    fn let_off(&mut self, id: FaultId) {
        let struck = std::mem::take(&mut self.fault_state(id).struck);
        match &self.fault(id).kind {
            Spec::Crash(_) => self.repair_all(&struck),
            Spec::Slow(_) | Spec::Pause(_) | Spec::Errors(_) => self.afflict(id, &struck, false),
            Spec::FirstFail(_) | Spec::Delay(_) | Spec::Loss(_) => self.afflict(id, &struck, false),
            Spec::Lost(_) => self.regain_units(id),
            Spec::Surge(_) => self.surge(id, false),
            Spec::Blind(_) => self.turn_sight(id),
            Spec::StartUp(_) => {}
        }
    }

    /// The agents that a fault strikes which begins now.
    fn struck_by(&self, id: FaultId) -> Vec<AgentId> {
        let Target::Agents(agents, most) = &self.fault(id).target else { return Vec::new() };
        let Some(most) = most else { return agents.clone() };
        let there = |agent: &&AgentId| {
            let agent = &self.agents[agent.index()];
            agent.on_duty && !agent.down
        };
        agents.iter().filter(there).take(*most as usize).copied().collect()
    }

    /// Free units first, then those that are held, cannot be taken any more.
    fn lose_units(&mut self, id: FaultId) {
        let Target::Units(units, count) = &self.fault(id).target else { return };
        let ledger = &mut self.claims.ledger;
        let mut there: Vec<UnitId> =
            units.iter().copied().filter(|unit| !ledger.is_lost(*unit)).collect();
        there.sort_by_key(|unit| ledger.is_held(*unit));
        there.truncate(*count as usize);
        ledger.lose(&there);
        for unit in &there {
            self.tell(Fact::UnitGone { unit: *unit, gone: true });
        }
        self.fault_state(id).units = there;
    }

    /// What was lost is there again.
    fn regain_units(&mut self, id: FaultId) {
        let units = std::mem::take(&mut self.fault_state(id).units);
        for unit in &units {
            self.tell(Fact::UnitGone { unit: *unit, gone: false });
        }
        let grants = self.claims.ledger.regain(&units);
        self.serve(grants);
        self.break_deadlocks();
    }

    /// The faults that are on and strike a pool as such.
    fn faults_of(&self, pool: PoolId) -> impl Iterator<Item = &'s Spec> {
        let on = self.scenario.faults.iter().zip(&self.faults.states);
        on.filter(move |(fault, state)| state.on && fault.pools().contains(&pool))
            .map(|(fault, _)| &fault.kind)
    }

    /// The monitor sees some pools no longer, or again.
    fn turn_sight(&mut self, id: FaultId) {
        for pool in self.fault(id).pools() {
            for agent in self.scenario.pools[pool.index()].agents() {
                // That is a change of all that is seen of it.
                if let Some(counts) = &mut self.agents[agent.index()].counts {
                    counts.change();
                }
            }
        }
    }

    /// Whether the monitor sees nothing of the pool.
    pub fn is_blind(&self, pool: PoolId) -> bool {
        self.faults_of(pool).any(|kind| matches!(kind, Spec::Blind(_)))
    }

    /// The chance that an agent of the pool that is started now does not get ready, if a fault says
    /// so: any of several is enough.
    pub fn start_up_fails(&self, pool: PoolId) -> Option<f64> {
        let chance = |kind: &Spec| match kind {
            Spec::StartUp(spec) => Some(spec.fails.get()),
            _ => None,
        };
        self.faults_of(pool)
            .filter_map(chance)
            .reduce(|one, other| 1.0 - (1.0 - one) * (1.0 - other))
    }
}
