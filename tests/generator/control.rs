//! Who watches over the system: autoscalers, the monitor, alert rules.

use super::Draft;
use super::dice::{Dice, Keys};

/// The autoscalers.
const POLICIES: [&str; 9] = [
    "reference",
    "fixed",
    "target_tracking",
    "step",
    "hpa",
    "keda",
    "kpa",
    "schedule",
    "predictive",
];

/// The autoscaler of a pool, with how many agents it starts with.
pub fn autoscaler(draft: &mut Draft, keys: &mut Keys) {
    let name = *draft.dice.pick(&POLICIES);
    let (min, max) = (draft.dice.from(0, 2), draft.dice.from(2, 6));
    let dice = &mut draft.dice;
    let mut inner = Keys::default();
    match name {
        "fixed" => inner.put("agents", dice.whole(1, 5)),
        "schedule" => {}
        _ => {
            // An HPA has at least one.
            let min = if name == "hpa" { min.max(1) } else { min };
            inner.put("agents", format!("{{ min = {min}, max = {max} }}"));
            if dice.chance(0.3) {
                keys.put("agents", dice.whole(min, max));
            }
        }
    }
    common(dice, &mut inner);
    policy(dice, &mut inner, name);
    let autoscale = draft.choose("autoscale", name, inner);
    keys.put("autoscale", autoscale);
}

fn common(dice: &mut Dice, keys: &mut Keys) {
    keys.put("every", dice.word(&["2s", "3500ms", "5s", "10s"]));
    keys.maybe(dice, "delay", |dice| dice.span(0.5, 6.0));
    keys.maybe(dice, "at_most", |dice| {
        format!("{{ up = {}, down = {} }}", dice.from(1, 3), dice.from(1, 3))
    });
    keys.maybe(dice, "start_up", |dice| dice.dist(3.0));
    keys.maybe(dice, "start_fails", |dice| dice.percent(0.0, 60.0));
    keys.maybe(dice, "remove", |dice| {
        dice.word(&["least_active", "newest", "oldest", "most_expensive"])
    });
    keys.maybe(dice, "leave", |dice| dice.word(&["drain", "drop"]));
}

fn policy(dice: &mut Dice, keys: &mut Keys, name: &str) {
    match name {
        "reference" => {
            keys.put("above", dice.percent(60.0, 90.0));
            keys.put("target", dice.percent(40.0, 60.0));
            keys.put("below", dice.percent(5.0, 40.0));
        }
        "target_tracking" => {
            keys.put("target", dice.percent(20.0, 80.0));
            keys.maybe(dice, "high", |dice| dice.whole(1, 3));
            keys.maybe(dice, "low", |dice| dice.whole(1, 5));
            keys.maybe(dice, "scale_out_cooldown", |dice| dice.span(0.0, 10.0));
            keys.maybe(dice, "scale_in_cooldown", |dice| dice.span(0.0, 10.0));
            keys.maybe(dice, "warm_up", |dice| dice.span(0.0, 5.0));
        }
        "step" => {
            keys.text("metric", "queue_length");
            let steps = "[{ above = 1, add = 1 }, { above = 5, percent = 50 }, \
                         { below = 0, set = 1 }]";
            keys.put("steps", String::from(steps));
            keys.maybe(dice, "cooldown", |dice| dice.span(0.0, 10.0));
        }
        "hpa" => {
            keys.put("target", dice.word(&["30%", "50%", "70%"]));
            keys.maybe(dice, "stabilisation", |dice| dice.span(1.0, 20.0));
            keys.maybe(dice, "initialisation", |dice| dice.span(0.0, 5.0));
        }
        "keda" => {
            keys.put("target", dice.whole(1, 4));
            keys.maybe(dice, "activation", |dice| dice.whole(0, 2));
            keys.put("cooldown", dice.span(1.0, 10.0));
            keys.maybe(dice, "stabilisation", |dice| dice.span(1.0, 20.0));
        }
        "kpa" => keys.put("target", dice.number(0.5, 3.0)),
        "schedule" => {
            let counts = format!(
                "{{ \"08:00\" = {}, \"09:00\" = {}, \"09:00:20\" = {} }}",
                dice.from(1, 4),
                dice.from(0, 4),
                dice.from(1, 4)
            );
            keys.put("counts", counts);
        }
        "predictive" => {
            keys.put("service", dice.span(1.0, 3.0));
            keys.put("ahead", dice.span(1.0, 8.0));
            keys.maybe(dice, "method", |dice| dice.word(&["holt_winters", "offered_load"]));
        }
        _ => {}
    }
}

/// The monitor and some rules about these pools.
pub fn alerts(draft: &mut Draft, pools: &[String]) -> String {
    let dice = &mut draft.dice;
    if dice.chance(0.4) {
        return String::new();
    }
    let mut text = String::new();
    if dice.chance(0.7) {
        text += &format!("[monitor]\nevery = {}\n", dice.word(&["3500ms", "5s", "10s"]));
    }
    for i in 0..dice.from(0, 3) {
        let keys = rule(dice, pools);
        text += &format!("[alerts.a{i}]\n{}", keys.lines());
    }
    if dice.chance(0.2) {
        text += "[alerts]\nreference = true\n";
    }
    text
}

fn rule(dice: &mut Dice, pools: &[String]) -> Keys {
    let mut keys = Keys::default();
    match dice.below(6) {
        0 => keys.put("absent", dice.word(&["response_mean", "wait_p95"])),
        1 => {
            let trend = "{ when = \"queue_length > 3\", over = \"10s\", ahead = \"10s\" }";
            keys.put("trend", String::from(trend));
        }
        2 => {
            let rows = "[{ long = \"20s\", short = \"4s\", factor = 2 }]";
            keys.put("burn_rate", format!("{{ objective = \"95%\", rows = {rows} }}"));
        }
        _ => {
            let whens = [
                "response_mean > 1s",
                "response_p95 >= 2s",
                "wait_p95 > 500ms",
                "error_rate > 5%",
                "utilisation > 70%",
                "throughput < 1/s",
                "queue_length > 2",
                "wait_oldest > 2s",
                "resource_usage > 10%",
                "agents < 2",
            ];
            keys.put("when", dice.word(&whens));
        }
    }
    keys.maybe(dice, "for", |dice| dice.span(0.0, 6.0));
    keys.maybe(dice, "keep_firing_for", |dice| dice.span(0.0, 6.0));
    keys.maybe(dice, "pool", |dice| format!("\"{}\"", dice.pick(pools)));
    keys.maybe(dice, "limit", |dice| dice.whole(0, 2));
    keys
}
