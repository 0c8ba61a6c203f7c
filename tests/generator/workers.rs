//! Queues and pools: who does what, when, and how attempts find them.

use super::Draft;
use super::dice::{Dice, Keys};
use super::{control, policies, protection};

/// What steps have to know of those who do them.
pub struct Crew {
    pub text: String,
    /// Each pool: its queue and what it can do.
    pub pools: Vec<(String, Vec<&'static str>)>,
}

/// The capabilities.
const CAN: [&str; 3] = ["read", "write", "talk"];

pub fn crew(draft: &mut Draft) -> Crew {
    let mut text = String::new();
    let mut pools = Vec::new();
    let count = draft.dice.from(1, 3);
    // Pools 1 and 2 share a queue, or each has its own.
    let shared = count > 1 && draft.dice.chance(0.5);
    let mut preempts = false;
    if shared {
        let rules = policies::rules(draft, &mut preempts);
        text += &format!("[queues.shared]\n{}", rules.lines());
    }
    for i in 0..count {
        let in_shared = shared && i < 2;
        let mut keys = Keys::default();
        let queue = if in_shared { String::from("shared") } else { format!("pool{i}") };
        let mut own_preempts = preempts && in_shared;
        if in_shared {
            keys.text("queue", "shared");
        } else {
            keys = policies::rules(draft, &mut own_preempts);
        }
        let can = pool(draft, &mut keys, own_preempts, i);
        text += &format!("[pools.pool{i}]\n{}", keys.lines());
        pools.push((queue, can));
    }
    Crew { text, pools }
}

/// The keys of a pool; what it can do.
fn pool(draft: &mut Draft, keys: &mut Keys, preempts: bool, number: u64) -> Vec<&'static str> {
    let sessions = draft.dice.chance(0.1);
    let agents = draft.dice.from(1, 5);
    if !sessions && draft.dice.chance(0.3) {
        control::autoscaler(draft, keys);
    } else if sessions {
        keys.put("sessions", self::sessions(draft, number));
    } else {
        keys.put("agents", agents.to_string());
        let dice = &mut draft.dice;
        match dice.below(4) {
            0 => keys.put("speed", dice.number(0.5, 2.0)),
            1 => {
                let each: Vec<String> = (0..agents).map(|_| dice.number(0.5, 2.0)).collect();
                keys.put("speed", format!("[{}]", each.join(", ")));
            }
            _ => {}
        }
        if dice.chance(0.25) {
            let (before, after) = (dice.from(0, agents), dice.from(0, agents));
            let (before, later) = if before + after == 0 { (1, 1) } else { (before, after) };
            let last = dice.from(0, agents);
            let shifts = format!(
                "{{ \"08:00\" = {before}, \"09:00\" = {later}, \"09:00:20\" = {last}, \
                 \"09:01\" = {agents} }}"
            );
            keys.put("shifts", shifts);
        }
    }
    keys.maybe(&mut draft.dice, "reliability", |dice| dice.percent(70.0, 100.0));
    policies::service(draft, keys, preempts);
    conduct(draft, keys);
    if draft.dice.chance(0.4) {
        let wrap_up = draft.dice.uniform(0.1, 2.0);
        keys.put("wrap_up", draft.dice.dist(wrap_up));
    }
    if draft.dice.chance(0.5) {
        let measure = policies::measure(draft);
        keys.put("measure", measure);
    }
    if draft.dice.chance(0.5) {
        protection::breaker(draft, keys);
    }
    can(draft, keys)
}

/// How its agents behave.
fn conduct(draft: &mut Draft, keys: &mut Keys) {
    let dice = &mut draft.dice;
    if dice.chance(0.3) {
        let mut inner = Keys::default();
        let (every, repair) = (dice.uniform(5.0, 60.0), dice.uniform(0.5, 15.0));
        inner.put("every", dice.dist(every));
        inner.put("repair", dice.dist(repair));
        inner.maybe(dice, "while_idle", Dice::bool);
        inner.maybe(dice, "work", |dice| dice.word(&["resume", "return", "fail"]));
        keys.put("failures", inner.inline());
    }
    if dice.chance(0.3) {
        let (attempts, factor) = (dice.from(1, 10), dice.number(0.2, 1.0));
        keys.put("warm_up", format!("{{ attempts = {attempts}, factor = {factor} }}"));
    }
    if dice.chance(0.3) {
        keys.put("published_every", dice.span(0.5, 10.0));
    }
    if dice.chance(0.3) {
        keys.put("partial", partial(dice));
    }
    for usage in ["memory", "cpu"] {
        keys.maybe(dice, usage, |dice| {
            format!(
                "{{ idle = {}, attempt = {} }}",
                dice.percent(0.0, 40.0),
                dice.percent(0.0, 40.0)
            )
        });
    }
    if dice.chance(0.4) {
        keys.put("cost", format!("\"{:.2}/h\"", dice.uniform(1.0, 90.0)));
    }
    keys.maybe(dice, "zone", |dice| dice.word(&["east", "west"]));
}

/// What an attempt is worth that matches only in part.
pub fn partial(dice: &mut Dice) -> String {
    let mut keys = Keys::default();
    keys.put("success", dice.percent(30.0, 100.0));
    keys.maybe(dice, "speed", |dice| dice.number(0.3, 1.0));
    keys.inline()
}

fn can(draft: &mut Draft, keys: &mut Keys) -> Vec<&'static str> {
    let dice = &mut draft.dice;
    let can: Vec<&str> = CAN.into_iter().filter(|_| dice.chance(0.6)).collect();
    if can.is_empty() {
        return can;
    }
    let plain: Vec<String> = can.iter().map(|name| format!("\"{name}\"")).collect();
    if dice.chance(0.5) {
        keys.put("can", format!("[{}]", plain.join(", ")));
    } else {
        let each = |name: &&str| {
            let chance = dice.percent(40.0, 100.0);
            match dice.chance(0.3) {
                true => {
                    format!("{name} = {{ chance = {chance}, speed = {} }}", dice.number(0.5, 2.0))
                }
                false => format!("{name} = {chance}"),
            }
        };
        let each: Vec<String> = can.iter().map(each).collect();
        keys.put("can", format!("{{ {} }}", each.join(", ")));
    }
    can
}

/// Recorded sessions of some agents, the run's first minutes among them.
fn sessions(draft: &mut Draft, number: u64) -> String {
    let start = 9 * 3600 - 30;
    let mut rows = String::from("agent,on_s,off_s,day\n");
    for agent in 0..draft.dice.from(1, 4) {
        let mut at = start - 10 + draft.dice.below(30);
        for _ in 0..draft.dice.from(1, 4) {
            let off = at + draft.dice.from(5, 60);
            rows += &format!("agent{agent},{at},{off},mon\n");
            at = off + draft.dice.from(0, 20);
        }
        // At last all come back, so that nothing waits for ever.
        rows += &format!("agent{agent},{},{},mon\n", start + 300, start + 40_000);
    }
    let file = format!("sessions{number}.csv");
    draft.files.insert(file.clone(), rows.into_bytes());
    let keep = if draft.dice.chance(0.5) { ", keep = { day = \"mon\" }" } else { "" };
    format!("{{ file = \"{file}\", agent = \"agent\", from = \"on_s\", to = \"off_s\"{keep} }}")
}
