//! The rules of a queue and the service of a pool: disciplines, dispatch, measures.

use super::dice::{Dice, Keys};
use super::{Draft, protection};

/// The rules of a queue.
pub fn rules(draft: &mut Draft, preempts: &mut bool) -> Keys {
    let mut keys = Keys::default();
    let discipline = discipline(draft, preempts);
    keys.put("discipline", discipline);
    let dispatch = dispatch(draft);
    let scored = dispatch.contains("scored");
    keys.put("dispatch", dispatch);
    // In rounds nobody is interrupted or bound early, and all newcomers wait.
    let rounds = !*preempts && draft.dice.chance(0.3);
    if rounds {
        let (key, value) = round(draft, scored);
        keys.put(key, value);
    }
    let dice = &mut draft.dice;
    if dice.chance(0.35) {
        keys.put("capacity", dice.whole(u64::from(rounds), 8));
    }
    let when_full = ["reject_newcomer", "drop_oldest", "drop_last"];
    keys.maybe(dice, "when_full", |dice| dice.word(&when_full));
    let early = !*preempts && !rounds && dice.chance(0.4);
    if early {
        keys.text("binding", "early");
        keys.maybe(dice, "steal", Dice::bool);
    }
    if scored && !keys.has("allocation") {
        keys.maybe(dice, "explain", Dice::bool);
    }
    if dice.chance(0.3) {
        keys.put("without_agent", dice.word(&["wait", "fail"]));
    }
    if dice.chance(0.3) {
        keys.put("expired", dice.word(&["serve", "drop"]));
    }
    if dice.chance(0.3) {
        let admission = protection::admission(draft);
        keys.put("admission", admission);
    }
    if draft.dice.chance(0.4) {
        let budget = protection::budget(draft);
        keys.put("retry_budget", budget);
    }
    keys
}

/// A queue that is served at intervals: polled, or its attempts allocated.
fn round(draft: &mut Draft, scored: bool) -> (&'static str, String) {
    if draft.dice.chance(0.4) {
        return ("poll", draft.dice.span(0.1, 2.0));
    }
    let name = *draft.dice.pick(&["optimal", "greedy", "auction"]);
    let mut keys = Keys::default();
    let dice = &mut draft.dice;
    keys.maybe(dice, "every", |dice| dice.span(0.2, 4.0));
    keys.maybe(dice, "when_waiting", |dice| dice.whole(1, 6));
    let by: &[&str] =
        if scored { &["score", "cost", "completion"] } else { &["cost", "completion"] };
    keys.put("by", dice.word(by));
    ("allocation", draft.choose("allocation", name, keys))
}

fn discipline(draft: &mut Draft, preempts: &mut bool) -> String {
    let all = [
        "fifo",
        "lifo",
        "priority",
        "credit",
        "earliest_deadline",
        "shortest_work",
        "random",
        "weighted_fair",
        "least_slack",
        "value_per_work",
        "adaptive_lifo",
        "codel",
    ];
    let dice = &mut draft.dice;
    let name = *dice.pick(&all);
    let mut keys = Keys::default();
    match name {
        "lifo" | "priority" => {
            *preempts = dice.chance(0.5);
            if *preempts {
                keys.put("preemptive", String::from("true"));
            }
            if name == "priority" {
                keys.maybe(dice, "ageing", |dice| dice.span(1.0, 20.0));
            }
        }
        // There is always a class0.
        "weighted_fair" => {
            keys.maybe(dice, "weights", |dice| format!("{{ class0 = {} }}", dice.number(0.5, 5.0)));
        }
        "least_slack" => keys.maybe(dice, "speed", |dice| dice.number(0.5, 2.0)),
        "adaptive_lifo" => keys.maybe(dice, "threshold", |dice| dice.whole(0, 10)),
        "codel" => {
            keys.maybe(dice, "target", |dice| dice.span(0.01, 0.5));
            keys.put("interval", dice.span(0.5, 5.0));
            keys.maybe(dice, "variant", |dice| dice.word(&["rfc8289", "facebook"]));
        }
        _ => {}
    }
    draft.choose("discipline", name, keys)
}

fn dispatch(draft: &mut Draft) -> String {
    let all = [
        "scored",
        "random",
        "round_robin",
        "least_outstanding",
        "power_of_d",
        "fastest_first",
        "join_idle_queue",
        "peak_ewma",
        "least_expected_wait",
        "weighted_round_robin",
        "cheapest_first",
        "sticky",
    ];
    let dice = &mut draft.dice;
    let name = *dice.pick(&all);
    let mut keys = Keys::default();
    match name {
        "scored" => keys = scored(dice),
        "power_of_d" => {
            keys.maybe(dice, "d", |dice| dice.whole(1, 4));
            keys.maybe(dice, "replacement", Dice::bool);
        }
        "peak_ewma" => keys.maybe(dice, "decay", |dice| dice.span(0.5, 20.0)),
        // There is always a pool0.
        "weighted_round_robin" => {
            keys.maybe(dice, "weights", |dice| format!("{{ pool0 = {} }}", dice.number(0.5, 5.0)));
        }
        _ => {}
    }
    draft.choose("dispatch", name, keys)
}

fn scored(dice: &mut Dice) -> Keys {
    let terms = [
        "capability",
        "success",
        "response",
        "availability",
        "load",
        "cost",
        "queue",
        "affinity",
        "locality",
    ];
    let weights = |dice: &mut Dice| {
        let mut keys = Keys::default();
        for term in terms {
            keys.maybe(dice, term, |dice| dice.number(0.1, 1.0));
        }
        keys.inline()
    };
    let mut keys = Keys::default();
    keys.maybe(dice, "weights", weights);
    // Long enough that no score falls to zero, at which an agent is not eligible any more.
    keys.put("norm", dice.span(100.0, 1000.0));
    keys.maybe(dice, "cost_norm", |dice| dice.number(0.5, 5.0));
    keys.maybe(dice, "queue_norm", |dice| dice.number(20.0, 90.0));
    keys.maybe(dice, "clamp", Dice::bool);
    keys.maybe(dice, "prior", |dice| {
        let mut keys = Keys::default();
        keys.maybe(dice, "successes", |dice| dice.number(0.5, 2.0));
        keys.put("attempts", dice.number(2.0, 4.0));
        keys.maybe(dice, "response", |dice| dice.span(0.1, 3.0));
        keys.inline()
    });
    keys.maybe(dice, "counterfactual", |dice| format!("{{ weights = {} }}", weights(dice)));
    keys
}

pub fn measure(draft: &mut Draft) -> String {
    let name = *draft.dice.pick(&["all", "last", "within", "fading"]);
    let mut keys = Keys::default();
    match name {
        "last" => keys.put("n", draft.dice.whole(1, 20)),
        "within" => keys.put("window", draft.dice.span(1.0, 30.0)),
        "fading" => keys.put("weight", draft.dice.percent(1.0, 50.0)),
        _ => {}
    }
    draft.choose("measure", name, keys)
}

/// How attempts share an agent, and its slots.
pub fn service(draft: &mut Draft, keys: &mut Keys, preempts: bool) {
    let all = ["slots", "slots", "processor_sharing", "load_dependent", "rate_limited"];
    let own_speed = ["slots", "rate_limited"];
    let name = *draft.dice.pick(if preempts { &own_speed[..] } else { &all[..] });
    let mut inner = Keys::default();
    if name == "load_dependent" {
        inner.put("rate", draft.dice.number(1.0, 4.0));
        inner.put("half", draft.dice.number(0.0, 3.0));
    }
    if name == "rate_limited" {
        let dice = &mut draft.dice;
        let both = dice.below(3);
        if both != 1 {
            inner.put("requests", dice.rate(0.5, 5.0));
        }
        if both != 0 {
            inner.put("tokens", dice.rate(0.5, 8.0));
        }
        inner.put("burst", dice.span(2.5, 20.0));
    }
    let service = draft.choose("service", name, inner);
    keys.put("service", service);
    let dice = &mut draft.dice;
    if dice.chance(0.5) {
        let unlimited = name != "slots" && dice.chance(0.2);
        let slots = if unlimited { String::from("\"unlimited\"") } else { dice.whole(1, 4) };
        keys.put("slots", slots);
    }
    if matches!(name, "slots" | "rate_limited") {
        keys.maybe(dice, "slow_down", |dice| dice.number(0.0, 1.0));
    }
}
