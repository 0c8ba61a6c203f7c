//! Crashes: an agent that is down serves nothing, and each crash has one repair.

use super::{Group, Report, Rule};
use crate::base::id::AgentId;
use crate::base::time::Time;
use crate::model::fact::Fact;
use crate::scenario::meaning::Scenario;

#[derive(Clone, Copy, Default)]
struct Agent {
    down: bool,
    serving: u32,
}

/// Who is down, and how much each agent serves.
pub(super) struct Crashes {
    all: Vec<Agent>,
}

impl Crashes {
    pub fn new(scenario: &Scenario) -> Self {
        let agents = scenario.pools.iter().map(|pool| pool.size()).sum();
        Crashes { all: vec![Agent::default(); agents] }
    }

    fn start(&mut self, id: AgentId, report: &mut Report) {
        let agent = &mut self.all[id.index()];
        agent.serving += 1;
        report.check(!agent.down, Rule::Crash, || format!("{id:?} is down"));
    }

    fn end(&mut self, id: AgentId) {
        let serving = &mut self.all[id.index()].serving;
        *serving = serving.saturating_sub(1);
    }

    fn crash(&mut self, id: AgentId, lost: u32, report: &mut Report) {
        let agent = &mut self.all[id.index()];
        let Agent { down, serving } = *agent;
        agent.down = true;
        report.check(!down, Rule::Crash, || String::from("it is down already"));
        report.check(lost == serving, Rule::Crash, || format!("it serves {serving}"));
    }

    fn repair(&mut self, id: AgentId, report: &mut Report) {
        let agent = &mut self.all[id.index()];
        let Agent { down, serving } = *agent;
        agent.down = false;
        report.check(down, Rule::Crash, || String::from("it is not down"));
        report.check(serving == 0, Rule::Crash, || format!("it serves {serving}"));
    }
}

impl Group for Crashes {
    fn on(&mut self, _at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::Started { agent, .. } => self.start(agent, report),
            Fact::Finished { agent, .. } => {
                let down = self.all[agent.index()].down;
                report.check(!down, Rule::Crash, || format!("{agent:?} is down"));
                self.end(agent);
            }
            Fact::Stopped { agent, .. } | Fact::Preempted { agent, .. } => self.end(agent),
            Fact::Crashed { agent, lost } => self.crash(agent, lost, report),
            Fact::Repaired { agent } => self.repair(agent, report),
            Fact::Arrived { .. }
            | Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Left(_)
            | Fact::Ended { .. } => {}
        }
    }
}
