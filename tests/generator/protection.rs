//! Breakers, admission, retry budgets, retries.

use super::Draft;
use super::dice::{Dice, Keys};

pub fn breaker(draft: &mut Draft, keys: &mut Keys) {
    let all = [
        "reference",
        "consecutive",
        "resilience4j",
        "hystrix",
        "polly",
        "finagle",
        "outlier_ejection",
    ];
    let name = *draft.dice.pick(&all);
    let inner = breaker_keys(&mut draft.dice, name);
    let breaker = draft.choose("breaker", name, inner);
    keys.put("breaker", breaker);
    let dice = &mut draft.dice;
    match dice.below(5) {
        0 => {
            keys.text("breaker_per", "capability");
            keys.text("when_open", "fail");
        }
        1 => keys.text("breaker_per", "pool"),
        2 => keys.text("breaker_per", "agent"),
        _ => keys.maybe(dice, "when_open", |dice| dice.word(&["elsewhere", "fail"])),
    }
}

fn breaker_keys(dice: &mut Dice, name: &str) -> Keys {
    let mut keys = Keys::default();
    match name {
        "reference" | "consecutive" => {
            keys.maybe(dice, "failures", |dice| dice.whole(1, 5));
            keys.put("recovery", dice.span(0.5, 20.0));
        }
        "resilience4j" => {
            keys.maybe(dice, "failure_rate", |dice| dice.percent(5.0, 60.0));
            keys.maybe(dice, "slow_rate", |dice| dice.percent(20.0, 100.0));
            keys.maybe(dice, "slow", |dice| dice.span(0.5, 5.0));
            let window = if dice.chance(0.5) { dice.whole(2, 30) } else { "\"10s\"".to_string() };
            keys.put("window", window);
            keys.put("min_calls", dice.whole(1, 10));
            keys.maybe(dice, "trials", |dice| dice.whole(1, 5));
            let growing = "{ from = \"1s\", factor = 1.5, at_most = \"10s\" }".to_string();
            keys.put("recovery", if dice.chance(0.5) { growing } else { dice.span(0.5, 20.0) });
        }
        "hystrix" => {
            keys.maybe(dice, "failure_rate", |dice| dice.percent(5.0, 60.0));
            keys.put("min_calls", dice.whole(1, 10));
            if dice.chance(0.5) {
                keys.put("snapshot", String::from("\"250ms\""));
                keys.put("window", String::from("\"5s\""));
            }
            keys.maybe(dice, "recovery", |dice| dice.span(0.5, 10.0));
        }
        "polly" => {
            keys.maybe(dice, "failure_rate", |dice| dice.percent(5.0, 60.0));
            keys.put("min_calls", dice.whole(2, 10));
            keys.maybe(dice, "window", |dice| dice.span(1.0, 30.0));
            keys.maybe(dice, "recovery", |dice| dice.span(0.5, 10.0));
        }
        "finagle" => {
            keys.maybe(dice, "rules", |dice| {
                let row = "{ consecutive = { failures = 2, recovery = \"3s\" } }";
                let rate = "{ success_rate = { required = \"70%\", window = \"10s\", \
                     min_calls = 3, recovery = { from = \"1s\", at_most = \"8s\" } } }";
                format!("[{}]", dice.pick(&[row.to_string(), format!("{row}, {rate}")]))
            });
        }
        _ => keys = ejection(dice),
    }
    keys
}

fn ejection(dice: &mut Dice) -> Keys {
    let mut keys = Keys::default();
    keys.put("interval", dice.span(1.0, 10.0));
    keys.put("ejection", dice.span(1.0, 10.0));
    keys.maybe(dice, "ejection_at_most", |dice| dice.span(11.0, 60.0));
    keys.put("at_most", dice.percent(10.0, 100.0));
    keys.maybe(dice, "panic", |dice| dice.percent(0.0, 60.0));
    keys.maybe(dice, "consecutive", |dice| format!("{{ failures = {} }}", dice.from(1, 5)));
    keys.maybe(dice, "unreachable", |dice| {
        format!("{{ failures = {}, enforced = {} }}", dice.from(1, 3), dice.chance(0.5))
    });
    keys.maybe(dice, "success_rate", |dice| {
        let deviations = dice.number(0.5, 2.0);
        format!("{{ deviations = {deviations}, targets = 2, calls = 3, enforced = true }}")
    });
    keys.maybe(dice, "failure_share", |dice| {
        let share = dice.percent(10.0, 90.0);
        format!("{{ share = {share}, targets = 2, calls = 3, enforced = true }}")
    });
    keys
}

pub fn admission(draft: &mut Draft) -> String {
    let all = ["token_bucket", "fixed", "aimd", "gradient", "vegas", "shed"];
    let dice = &mut draft.dice;
    let name = *dice.pick(&all);
    let mut keys = Keys::default();
    if matches!(name, "aimd" | "gradient" | "vegas") {
        keys.put("min", dice.whole(1, 5));
        keys.put("initial", dice.whole(5, 15));
        keys.put("max", dice.whole(15, 60));
    }
    match name {
        "token_bucket" => {
            keys.put("rate", dice.rate(0.5, 4.0));
            keys.maybe(dice, "burst", |dice| dice.whole(1, 10));
        }
        "fixed" => keys.put("limit", dice.whole(1, 30)),
        "aimd" => {
            keys.maybe(dice, "backoff", |dice| dice.number(0.5, 0.95));
            keys.maybe(dice, "timeout", |dice| dice.span(0.5, 10.0));
        }
        "gradient" => {
            keys.maybe(dice, "smoothing", |dice| dice.number(0.1, 1.0));
            keys.maybe(dice, "queue", |dice| dice.whole(0, 8));
            keys.maybe(dice, "tolerance", |dice| dice.number(1.0, 2.0));
            keys.maybe(dice, "long_window", |dice| dice.whole(10, 600));
        }
        "vegas" => {
            keys.maybe(dice, "alpha", |dice| dice.whole(1, 3));
            keys.maybe(dice, "beta", |dice| dice.whole(4, 9));
            keys.maybe(dice, "smoothing", |dice| dice.number(0.1, 1.0));
            keys.maybe(dice, "decrease", |dice| dice.number(0.1, 0.9));
            keys.maybe(dice, "probe", |dice| dice.whole(1, 40));
        }
        _ => {
            keys.put("limit", dice.whole(3, 30));
            let low = dice.percent(30.0, 60.0);
            let levels = format!(
                "[{{ priority = 0, share = {low} }}, {{ priority = 1, share = \"80%\" }}, \
                 {{ priority = 2, share = \"100%\" }}]"
            );
            keys.put("levels", levels);
        }
    }
    draft.choose("admission", name, keys)
}

pub fn budget(draft: &mut Draft) -> String {
    let dice = &mut draft.dice;
    let name = *dice.pick(&["finagle", "envoy", "grpc", "token_bucket"]);
    let mut keys = Keys::default();
    match name {
        "finagle" => {
            keys.maybe(dice, "ttl", |dice| dice.span(1.0, 60.0));
            keys.maybe(dice, "percent", |dice| dice.percent(0.0, 50.0));
            keys.maybe(dice, "reserve", |dice| dice.rate(0.0, 5.0));
        }
        "envoy" => {
            keys.maybe(dice, "percent", |dice| dice.percent(0.0, 50.0));
            keys.maybe(dice, "min", |dice| dice.whole(0, 5));
        }
        "grpc" => {
            keys.maybe(dice, "max_tokens", |dice| dice.whole(1, 20));
            keys.maybe(dice, "ratio", |dice| dice.number(0.01, 1.0));
        }
        _ => {
            keys.maybe(dice, "fill", |dice| dice.number(0.0, 0.5));
            keys.maybe(dice, "size", |dice| dice.number(1.5, 20.0));
        }
    }
    draft.choose("budget", name, keys)
}

pub fn retry(draft: &mut Draft) -> String {
    let dice = &mut draft.dice;
    let name = *dice.pick(&["fixed", "exponential", "linear"]);
    let mut keys = Keys::default();
    keys.maybe(dice, "attempts", |dice| dice.whole(1, 5));
    keys.maybe(dice, "on", |dice| {
        let all = ["failure", "timeout", "crash", "rejected", "shed", "expired", "no_agent"];
        let some: Vec<String> = all
            .into_iter()
            .filter(|_| dice.chance(0.7))
            .map(|cause| format!("\"{cause}\""))
            .collect();
        format!("[{}]", some.join(", "))
    });
    keys.maybe(dice, "elsewhere", Dice::bool);
    match name {
        "fixed" => keys.maybe(dice, "delay", |dice| dice.span(0.0, 4.0)),
        "exponential" => {
            let own_growth =
                ["decorrelated", "finagle_full", "finagle_equal", "finagle_decorrelated"];
            keys.put("first", dice.span(0.05, 2.0));
            if dice.chance(0.5) {
                keys.put("jitter", dice.word(&own_growth));
            } else {
                keys.put("jitter", dice.word(&["none", "full", "equal"]));
                keys.maybe(dice, "factor", |dice| dice.number(1.0, 3.0));
            }
            keys.maybe(dice, "cap", |dice| dice.span(2.0, 20.0));
            keys.maybe(dice, "resolution", |_| String::from("\"1ms\""));
        }
        _ => {
            keys.maybe(dice, "first", |dice| dice.span(0.0, 2.0));
            keys.maybe(dice, "step", |dice| dice.span(0.0, 2.0));
            keys.maybe(dice, "cap", |dice| dice.span(1.0, 5.0));
        }
    }
    draft.choose("retry", name, keys)
}
