//! The pools: how many agents, how fast, when they are on duty, what they can do.
//!
//! The number of agents is what is written, or else the length of the list of speeds, or else the
//! most that a shift asks for, or else one; with recorded sessions it is the number of their names.

use std::num::NonZeroU32;
use std::sync::Arc;

use super::conduct;
use super::names::{Section, pick};
use super::offer::{Offer, read_can};
use super::queues::Queues;
use super::roster::{self, Shift};
use crate::base::id::{AgentId, QueueId};
use crate::base::read::{Node, Read, Table};
use crate::base::time::Span;
use crate::base::unit::{Probability, TimeDist};
use crate::mechanism::autoscale::{self, Scaling};
use crate::mechanism::{breaker, service};
use crate::scenario::meaning::{Guard, Pool, Roster, Scope};

/// The most agents of all pools: each takes memory for the whole run.
const MOST_AGENTS: u32 = 1_000_000;

/// The pools, in the order of their names. What could not be read of one is `None`.
pub(super) struct Pools {
    pub names: Vec<String>,
    pub rows: Vec<Option<Pool>>,
    pub offers: Vec<Option<Offer>>,
    pub queues: Vec<Option<QueueId>>,
    /// Whether the section could be read.
    pub whole: bool,
}

impl Pools {
    pub fn read<'d>(section: &Section<'d>, queues: &mut Queues<'d>, starts_at: Span) -> Self {
        let mut pools = Pools {
            names: section.names.all.clone(),
            rows: Vec::new(),
            offers: Vec::new(),
            queues: Vec::new(),
            whole: section.names.whole,
        };
        let mut first_agent = 0;
        for (name, node) in section.iter() {
            let (mut pool, offer, queue) = read_pool(name, node, queues, starts_at);
            if let Some(pool) = &mut pool {
                pool.first_agent = AgentId(first_agent);
                let before = first_agent;
                first_agent = first_agent.saturating_add(pool.speeds.len() as u32);
                if before <= MOST_AGENTS && first_agent > MOST_AGENTS {
                    node.mistake(
                        format!("the pools have more than {MOST_AGENTS} agents together"),
                        format!("{first_agent} up to here"),
                        String::from("each agent takes memory for the whole run: write fewer"),
                    );
                }
            }
            pools.rows.push(pool);
            pools.offers.push(offer);
            pools.queues.push(queue);
        }
        pools
    }
}

/// Who the agents of a pool are.
struct Crew {
    speeds: Vec<f64>,
    at_start: usize,
    roster: Option<Roster>,
}

type PoolRead = (Option<Pool>, Option<Offer>, Option<QueueId>);

fn read_pool<'d>(
    name: &str,
    node: &Node<'d>,
    queues: &mut Queues<'d>,
    starts_at: Span,
) -> PoolRead {
    let Some(mut table) = node.table() else { return (None, None, None) };
    let autoscale = table.optional("autoscale", autoscale::Spec::read);
    let crew = match &autoscale {
        Some(Some(spec)) => read_scaled_crew(&mut table, spec, starts_at)
            .map(|(speeds, at_start)| Crew { speeds, at_start, roster: None }),
        Some(None) | None => read_crew(&mut table, starts_at).map(|(speeds, roster)| Crew {
            at_start: speeds.len(),
            speeds,
            roster,
        }),
    };
    let can = read_can(&mut table);
    let reliability = table.or("reliability", Probability::ONE).get();
    let service: Option<service::Spec> = table.or_choice("service", "slots");
    let slots = read_slots(&mut table, service.as_ref());
    let wrap_up = table.maybe("wrap_up").map(|TimeDist(dist)| dist);
    let measure = table.or_choice("measure", "all");
    let guard = read_guard(&mut table);
    let conduct = conduct::read(&mut table, service.as_ref());
    let queue = queues.of_pool(&mut table, name);
    table.finish();
    let partial = conduct.as_ref().and_then(|conduct| conduct.partial);
    let offer = can.map(|can| Offer { can, reliability, partial });
    let pool = || {
        let Crew { speeds, at_start, roster } = crew?;
        Some(Pool {
            name: name.to_owned(),
            queue: queue?,
            first_agent: AgentId(0),
            speeds,
            slots: slots?,
            service: service?,
            can: offer.as_ref()?.can.iter().map(|can| can.name.clone()).collect(),
            wrap_up,
            autoscale: autoscale?,
            at_start,
            roster: roster.map(Arc::new),
            measure: measure?,
            guard: guard?,
            conduct: conduct?,
        })
    };
    (pool(), offer, queue)
}

/// The breakers before the agents; `Some(None)`: there are none.
fn read_guard(table: &mut Table<'_>) -> Option<Option<Guard>> {
    let Some(breaker) = table.node("breaker") else {
        for key in ["breaker_per", "when_open"] {
            if let Some(node) = table.node(key) {
                node.mistake(
                    format!("`{}` is about a breaker, and there is none", node.path()),
                    "has no effect here",
                    String::from("write breaker = \"reference\", for example, or remove this"),
                );
                return None;
            }
        }
        return Some(None);
    };
    let spec = breaker::Spec::read(&breaker);
    let scopes =
        [("agent", Scope::Agent), ("pool", Scope::Pool), ("capability", Scope::Capability)];
    let scope = pick(table, "breaker_per", &scopes);
    let fails_fast = pick(table, "when_open", &[("elsewhere", false), ("fail", true)]);
    let guard = Guard { breaker: spec?, scope: scope?, fails_fast: fails_fast? };
    if guard.scope == Scope::Capability && !guard.fails_fast {
        let node = table.node("breaker_per").expect("a scope that is not the default is written");
        node.mistake(
            format!("`{}`: a breaker per capability has no other agent to send to", node.path()),
            "the whole pool is closed to a step that needs it",
            String::from("write when_open = \"fail\" too, and let the step retry or escalate"),
        );
        return None;
    }
    Some(Some(guard))
}

/// A number, or `"unlimited"`; without it, one if each attempt is served at the agent's own speed.
fn read_slots(table: &mut Table<'_>, service: Option<&service::Spec>) -> Option<u32> {
    let Some(node) = table.node("slots") else {
        let unlimited = service?.is_unlimited();
        let node = table.as_node();
        let shown = if unlimited { "\"unlimited\"" } else { "1" };
        node.context().fill(node.steps().key("slots"), shown.to_owned());
        return Some(if unlimited { u32::MAX } else { 1 });
    };
    let what = "a whole number of at least 1, or \"unlimited\"";
    if node.is_text() {
        let unlimited = node.text()? == "unlimited";
        return if unlimited { Some(u32::MAX) } else { node.expected(what, None) };
    }
    if !node.is_number() {
        return node.expected(what, None);
    }
    NonZeroU32::read(&node).map(NonZeroU32::get)
}

/// The speed of each agent, and who is on duty when.
fn read_crew(table: &mut Table<'_>, starts_at: Span) -> Option<(Vec<f64>, Option<Roster>)> {
    let written = table.node("agents");
    let agents: Option<NonZeroU32> = table.maybe("agents");
    let speed = read_speed(table);
    let shifts = table.node("shifts");
    let sessions = table.node("sessions");
    if let (Some(_), Some(sessions)) = (&shifts, &sessions) {
        sessions.mistake(
            format!("`{}`: shifts are written too", sessions.path()),
            "a second way to say who is on duty",
            String::from("keep one of `shifts` and `sessions`"),
        );
        return None;
    }
    let shifts = match shifts {
        Some(node) => Some(roster::read_shifts(&node)?),
        None => None,
    };
    let roster = match &sessions {
        Some(node) => Some(roster::read_sessions(node, starts_at)?),
        None => None,
    };
    let speed = speed?;
    let size = match (&roster, &written) {
        (Some(roster), None) => roster.at_start.len() as u32,
        (Some(roster), Some(written)) => {
            written.mistake(
                format!("`{}`: the sessions say who the agents are", written.path()),
                format!("the file has {} names", roster.at_start.len()),
                String::from("remove `agents`"),
            );
            return None;
        }
        (None, Some(_)) => agents?.get(),
        (None, None) => default_size(table, &speed, shifts.as_deref()),
    };
    check_size(table, size, &speed, written.is_some())?;
    let shifts = shifts.map(|shifts| check_shifts(&shifts, size).map(|()| shifts));
    let roster = match shifts {
        Some(shifts) => Some(roster::of_shifts(&shifts?, size, starts_at)),
        None => roster,
    };
    let speeds = match speed {
        Speed::Same(speed) => vec![speed; size as usize],
        Speed::Each(speeds) => speeds,
    };
    Some((speeds, roster))
}

/// The speed of each agent of a pool with an autoscaler, and how many there are at the start.
fn read_scaled_crew(
    table: &mut Table<'_>,
    spec: &autoscale::Spec,
    starts_at: Span,
) -> Option<(Vec<f64>, usize)> {
    let Scaling { min, max, .. } = *spec.scaling();
    let default = spec.at_start(starts_at);
    let written = table.node("agents");
    let start: Option<u32> = table.maybe("agents");
    let speed = match table.node("speed") {
        Some(node) if node.is_list() => {
            node.expected("one speed", Some(String::from("agents that come and go are all alike")))
        }
        Some(node) => one_speed(&node),
        None => Some(table.or("speed", 1.0)),
    };
    for key in ["shifts", "sessions"] {
        if let Some(node) = table.node(key) {
            node.mistake(
                format!("`{}`: an autoscaler decides how many agents there are", node.path()),
                "a second way to say who is on duty",
                String::from("keep one of the two; `autoscale.schedule` follows the clock"),
            );
            return None;
        }
    }
    let start = match written {
        Some(node) if matches!(spec, autoscale::Spec::Schedule(_)) => {
            node.mistake(
                format!("`{}`: the autoscaler's schedule says how many there are", node.path()),
                "at the start, too",
                String::from("remove `agents`"),
            );
            return None;
        }
        Some(node) => {
            let start = start?;
            if !(min..=max).contains(&start) {
                node.mistake(
                    format!("`{}`: the autoscaler keeps from {min} to {max} agents", node.path()),
                    "how many there are at the start",
                    format!("write a number from {min} to {max}, or leave it out for {default}"),
                );
                return None;
            }
            start
        }
        None => table.or("agents", default),
    };
    // As many again may still be leaving.
    let rows = (max as usize).saturating_mul(2);
    if rows > MOST_AGENTS as usize {
        let node = table.node("autoscale")?;
        node.mistake(
            format!("`{}`: up to {max} agents are more than {}", node.path(), MOST_AGENTS / 2),
            "so many have no room in memory",
            String::from("write a smaller max"),
        );
        return None;
    }
    Some((vec![speed?; rows], start as usize))
}

enum Speed {
    Same(f64),
    Each(Vec<f64>),
}

/// A number for all agents, or a list with one for each.
fn read_speed(table: &mut Table<'_>) -> Option<Speed> {
    match table.node("speed") {
        None => Some(Speed::Same(table.or("speed", 1.0))),
        Some(list) if list.is_list() => {
            let speeds: Vec<Option<f64>> = list.list()?.iter().map(one_speed).collect();
            let speeds: Vec<f64> = speeds.into_iter().collect::<Option<_>>()?;
            if speeds.is_empty() {
                return list.expected("a speed for each agent", None);
            }
            Some(Speed::Each(speeds))
        }
        Some(node) => one_speed(&node).map(Speed::Same),
    }
}

pub(super) fn one_speed(node: &Node<'_>) -> Option<f64> {
    let speed = node.number()?;
    if (1e-9..=1e9).contains(&speed) {
        return Some(speed);
    }
    let help = "work per second of each attempt: 2.0 is twice as fast as 1.0";
    node.expected("a speed above zero, from 1e-9 to 1e9", Some(String::from(help)))
}

/// The number of agents if none is written, noted as filled in.
fn default_size(table: &Table<'_>, speed: &Speed, shifts: Option<&[Shift<'_>]>) -> u32 {
    let size = match (speed, shifts) {
        (Speed::Each(speeds), _) => u32::try_from(speeds.len()).unwrap_or(u32::MAX),
        (Speed::Same(_), Some(shifts)) => {
            shifts.iter().map(|shift| shift.count).max().unwrap_or(1).max(1)
        }
        (Speed::Same(_), None) => 1,
    };
    let node = table.as_node();
    node.context().fill(node.steps().key("agents"), size.to_string());
    size
}

fn check_size(table: &mut Table<'_>, size: u32, speed: &Speed, written: bool) -> Option<()> {
    if size > MOST_AGENTS {
        let node = table.node("agents").or(table.node("shifts"));
        let node = node.unwrap_or_else(|| table.as_node().clone());
        return node.expected(&format!("at most {MOST_AGENTS} agents"), None);
    }
    match (speed, table.node("speed")) {
        (Speed::Each(speeds), Some(node)) if speeds.len() != size as usize => {
            let help = match written {
                true => {
                    format!("one speed for each: make the list {size} long, or leave `agents` out")
                }
                false => format!("one speed for each: make the list {size} long"),
            };
            node.mistake(
                format!("`{}`: {} speeds for {size} agents", node.path(), speeds.len()),
                format!("{} in this list", speeds.len()),
                help,
            );
            None
        }
        _ => Some(()),
    }
}

/// No shift has more than all agents; the one with the most tells.
fn check_shifts(shifts: &[Shift<'_>], size: u32) -> Option<()> {
    let most = shifts.iter().max_by_key(|shift| shift.count)?;
    if most.count <= size {
        return Some(());
    }
    let count = most.count;
    most.node.mistake(
        format!("`{}`: {count} on duty, but the pool has {size} agents", most.node.path()),
        format!("more than all {size}"),
        format!("write agents = {count} or more, or a smaller number here"),
    );
    None
}
