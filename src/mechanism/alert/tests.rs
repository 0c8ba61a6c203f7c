//! Rules as they are written, and what they look at.

use super::check::{Seen, mistakes, read, s};
use super::condition::Op;
use super::*;

#[test]
fn the_defaults_are_those_of_the_table() {
    let rule = read::<Rule>("{ when = 'response_mean > 5s' }");
    let comparison = Comparison { metric: Metric::ResponseMean, op: Op::Above, level: 5.0 };
    assert_eq!(rule, Rule::new(Condition::Threshold(Threshold { comparison, window: None })));
    let look = Look::Value { metric: Metric::ResponseMean, window: None };
    assert_eq!(rule.when.windows(), [look]);
}

#[test]
fn everything_can_be_written() {
    let toml = "{ when = 'wait_p95 > 1m', window = '5m', for = '1m', keep_firing_for = '2m', \
                 labels = { severity = 'page' }, per = 'agent', pool = 'a', limit = 3 }";
    let rule = read::<Rule>(toml);
    let Condition::Threshold(threshold) = rule.when else { panic!("it is a threshold") };
    assert_eq!(
        (threshold.window, rule.pending, rule.keep_firing_for),
        (Some(s(300)), s(60), s(120))
    );
    assert_eq!(rule.labels["severity"], "page");
    assert_eq!((rule.per, rule.limit), (Scope::Agent, 3));
    let pools = |rule: Rule| rule.pools.into_iter().map(|pool| pool.value).collect::<Vec<_>>();
    assert_eq!(pools(read(toml)), ["a"]);
    assert_eq!(pools(read("{ when = 'agents < 1', pool = ['a', 'b'] }")), ["a", "b"]);
}

#[test]
fn a_threshold_is_of_the_value_over_its_window() {
    let rule = read::<Rule>("{ when = 'response_p95 > 5s', window = '5m' }");
    let mut seen = Seen::default();
    seen.values.push((Metric::ResponseP95, None, 9.0));
    assert_eq!(rule.when.holds(&seen), Outcome { value: None, level: 5.0, holds: false });
    seen.values.push((Metric::ResponseP95, Some(s(300)), 6.0));
    assert_eq!(rule.when.holds(&seen), Outcome { value: Some(6.0), level: 5.0, holds: true });
}

#[test]
fn mistakes_are_told() {
    for (toml, message, help) in [
        ("{ for = '1m' }", "missing key `when` in `x`", None),
        ("{ wen = 'agents < 1' }", "unknown key `x.wen`", Some("did you mean `when`?")),
        (
            "{ when = 'agents < 1', absent = 'wait_mean' }",
            "`x`: only one of `when` and `absent` can be",
            Some("keep one, and write another rule for the other"),
        ),
        (
            "{ absent = 'wait_meen' }",
            "unknown metric `wait_meen`",
            Some("did you mean `wait_mean`?"),
        ),
        (
            "{ when = 'agents < 1', window = '5m' }",
            "`x.window`: `agents` is as it is when looked at",
            Some("leave the window out"),
        ),
        (
            "{ when = 'wait_mean > 1s', window = '0s' }",
            "`x.window`: expected a duration above zero, found the text \"0s\"",
            None,
        ),
        (
            "{ when = 'wait_mean > 1s', per = 'pol' }",
            "unknown subject of an alert `pol`",
            Some("did you mean `pool`?"),
        ),
        (
            "{ when = 'wait_mean > 1s', pool = [] }",
            "`x.pool`: expected the name of a pool, or a list of names, found an empty list",
            Some("leave it out for all"),
        ),
        (
            "{ when = 'wait_mean > 1s', pool = 3 }",
            "`x.pool`: expected the name of a pool, or a list of names, found the number 3",
            None,
        ),
        (
            "{ when = 'wait_mean > 1s', for = 60 }",
            "`x.for`: expected a duration such as \"30s\", found the number 60",
            Some("write \"60s\" or \"60ms\""),
        ),
    ] {
        let expected = (String::from(message), help.map(String::from));
        assert_eq!(mistakes::<Rule>(toml), [expected], "{toml}");
    }
    // Each rule is read, so that all mistakes are found.
    let rules = "{ a = { when = 'wait_mean > 1' }, b = { when = 'x > 1' }, reference = 1 }";
    assert_eq!(mistakes::<Rules>(rules).len(), 3);
}

#[test]
fn a_trend_and_an_objective_have_no_window_of_the_rule() {
    for toml in [
        "{ trend = { when = 'agents < 1', over = '1m', ahead = '1m' }, window = '5m' }",
        "{ burn_rate = { objective = '99%' }, window = '5m' }",
    ] {
        assert_eq!(mistakes::<Rule>(toml)[0].0, "unknown key `x.window`", "{toml}");
    }
}
