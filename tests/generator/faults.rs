//! Faults of every kind: when they are on, what they do, whom they strike.

use super::Draft;
use super::dice::{Dice, Keys};
use super::things::Things;

/// The kinds and how each is written.
const KINDS: [&str; 11] = [
    "crash",
    "slow",
    "pause",
    "errors",
    "first_fail",
    "delay",
    "loss",
    "lost",
    "surge",
    "blind",
    "start_up",
];

/// Some faults; `pools` are the names of the pools, `open` of the workloads that are no closed
/// loop.
pub fn faults(draft: &mut Draft, pools: &[String], open: &[String], things: &Things) -> String {
    let mut text = String::new();
    if draft.dice.chance(0.5) {
        return text;
    }
    for i in 0..draft.dice.from(1, 4) {
        let name = *draft.dice.pick(&KINDS);
        let impossible =
            name == "lost" && things.names.is_empty() || name == "surge" && open.is_empty();
        if impossible {
            continue;
        }
        let what = keys(&mut draft.dice, name, pools, open, things);
        draft.chosen.insert(("fault", name));
        let mut keys = Keys::default();
        when(&mut draft.dice, &mut keys);
        keys.put(name, what.inline());
        text += &format!("[faults.f{i}]\n{}", keys.lines());
    }
    text
}

fn when(dice: &mut Dice, keys: &mut Keys) {
    match dice.below(4) {
        0 => {
            keys.put("at", dice.span(0.0, 59.0));
            keys.maybe(dice, "lasts", |dice| dice.dist(8.0));
        }
        1 => {
            let clock = dice.word(&["08:59:30", "08:59:40", "09:00", "09:00:15"]);
            keys.put("at", format!("[{clock}, {}]", dice.span(0.0, 59.0)));
            keys.put("lasts", dice.dist(5.0));
        }
        _ => {
            let (every, lasts) = (dice.uniform(2.0, 40.0), dice.uniform(0.2, 15.0));
            keys.put("every", dice.dist(every));
            keys.put("lasts", dice.dist(lasts));
        }
    }
}

fn keys(dice: &mut Dice, kind: &str, pools: &[String], open: &[String], things: &Things) -> Keys {
    let mut keys = Keys::default();
    let word = |name: &String| format!("\"{name}\"");
    match kind {
        "lost" => {
            keys.put("resource", word(dice.pick(&things.names)));
            keys.maybe(dice, "units", |dice| dice.whole(1, 3));
        }
        "surge" => {
            keys.put("workload", word(dice.pick(open)));
            keys.put("factor", dice.number(1.1, 4.0));
        }
        "blind" => keys.maybe(dice, "pool", |dice| word(dice.pick(pools))),
        "start_up" => {
            keys.put("pool", word(dice.pick(pools)));
            keys.maybe(dice, "fails", |dice| dice.percent(0.0, 100.0));
        }
        _ => scope(dice, &mut keys, pools),
    }
    match kind {
        "crash" => keys.maybe(dice, "work", |dice| dice.word(&["fail", "return", "resume"])),
        "slow" => keys.put("factor", dice.number(0.05, 0.9)),
        "errors" => {
            keys.put("rate", dice.percent(5.0, 100.0));
            keys.maybe(dice, "after", |dice| dice.span(0.0, 2.0));
        }
        "first_fail" => {
            keys.put("attempts", dice.whole(1, 4));
            keys.maybe(dice, "after", |dice| dice.span(0.0, 2.0));
        }
        "delay" => keys.put("by", dice.dist(1.0)),
        "loss" => {
            keys.put("rate", dice.percent(5.0, 100.0));
            keys.maybe(dice, "after", |dice| dice.span(0.0, 5.0));
        }
        _ => {}
    }
    keys
}

fn scope(dice: &mut Dice, keys: &mut Keys, pools: &[String]) {
    let one = format!("\"{}\"", dice.pick(pools));
    if dice.chance(0.2) && pools.len() > 1 {
        let all: Vec<String> = pools.iter().map(|name| format!("\"{name}\"")).collect();
        keys.put("pool", format!("[{}]", all.join(", ")));
    } else {
        keys.put("pool", one);
        if dice.chance(0.2) {
            return keys.put("agent", String::from("1"));
        }
    }
    keys.maybe(dice, "agents", |dice| match dice.chance(0.3) {
        true => String::from("\"all\""),
        false => dice.whole(1, 3),
    });
}
