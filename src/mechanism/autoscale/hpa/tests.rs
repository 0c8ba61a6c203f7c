//! The machine over a pool of agents; its parts are checked against recorded rows as well.

use super::super::check::{Pool, at, pool};
use super::super::{Advice, Autoscaler, Limit};
use super::*;
use crate::mechanism::check::read;

fn spec(keys: &str) -> Spec {
    let text = format!("{{ {keys}, initialisation = '0s', agents = {{ min = 1, max = 20 }} }}");
    read(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
}

fn evaluate(machine: &mut Hpa, second: u64, pool: &Pool, value: f64) -> Advice {
    machine.evaluate(at(second), &pool.see(&[Some(value)]))
}

#[test]
fn the_defaults_are_those_of_the_controller() {
    let spec: Spec = read("{ agents = { min = 1, max = 9 } }").unwrap();
    let cpu = Measured {
        metric: Metric::Utilisation,
        source: Source::Resource,
        target: Target::Utilisation(80),
    };
    assert_eq!(spec, Spec::new(spec.scaling.clone(), vec![cpu]));
    assert_eq!((spec.tolerance, spec.scaling.every), (0.1, Span::from_secs(15)));
}

#[test]
fn utilisation_is_whole_percent_and_within_the_tolerance_nothing_changes() {
    let mut machine = spec("target = '50%'").build();
    // 55.9 % is 55, and 55 / 50 is exactly 1.1.
    let near = evaluate(&mut machine, 900, &pool(4, 0.559), 0.0);
    assert_eq!((near.desired, near.limit, near.value), (4, Limit::Tolerance, Some(0.55)));
    let high = evaluate(&mut machine, 915, &pool(4, 0.57), 0.0);
    assert_eq!((high.desired, high.limit), (5, Limit::None), "ceil(57 / 50 * 4)");
}

#[test]
fn without_behaviour_it_doubles_at_most_and_remembers_five_minutes() {
    let mut machine = spec("target = '50%'").build();
    let up = evaluate(&mut machine, 900, &pool(5, 1.0), 0.0);
    assert_eq!((up.desired, up.limit), (10, Limit::None));
    let mut machine = spec("target = '20%'").build();
    let up = evaluate(&mut machine, 900, &pool(3, 1.0), 0.0);
    assert_eq!((up.raw, up.desired, up.limit), (Some(15), 6, Limit::Rate), "max(2 * 3, 4)");
    // Down: the recommendation of 15 at 900 s counts until 1200 s; 12 is twice 6.
    for (second, desired) in [(1_200, 12), (1_201, 3)] {
        let down = evaluate(&mut machine.clone(), second, &pool(6, 0.1), 0.0);
        assert_eq!((down.raw, down.desired), (Some(3), desired), "{second}");
    }
}

#[test]
fn with_behaviour_rates_and_windows_hold_it() {
    let up = "up = { policies = [{ agents = 2, per = '1m' }] }";
    let down = "down = { window = '2m', policies = [{ percent = 50, per = '1m' }] }";
    let keys = format!("target = '50%', behaviour = {{ {up}, {down} }}");
    let mut machine = spec(&keys).build();
    let mut see = |second: u64, busy: f64, now: u32| {
        let advice = evaluate(&mut machine, second, &pool(now, busy), 0.0);
        (advice.raw, advice.desired, advice.limit)
    };
    assert_eq!(see(900, 1.0, 5), (Some(10), 7, Limit::Rate));
    // The 2 of 900 s count until 960 s; then from 7.
    assert_eq!(see(959, 1.0, 7), (Some(14), 7, Limit::Rate));
    assert_eq!(see(960, 1.0, 7), (Some(14), 9, Limit::Rate));
    // 3 are wanted; 10 and 14 were wanted less than 2 min ago: it stays at 9.
    assert_eq!(see(1_000, 0.15, 9), (Some(3), 9, Limit::Stabilised));
    // 1080 s: no longer. At most half of 9 may go, to trunc(4.5); and then no more for a minute.
    assert_eq!(see(1_080, 0.15, 9), (Some(3), 4, Limit::Rate));
    assert_eq!(see(1_100, 0.15, 4), (Some(2), 4, Limit::Rate), "half of 4 + 5 is 4.5");
    assert_eq!(see(1_140, 0.15, 4), (Some(2), 3, Limit::Stabilised), "3 was wanted at 1080 s");
}

#[test]
fn a_direction_can_be_disabled() {
    let down = "target = '50%', behaviour = { down = { select = 'disabled', window = '0s' } }";
    let mut machine = spec(down).build();
    let advice = evaluate(&mut machine, 900, &pool(8, 0.1), 0.0);
    assert_eq!((advice.raw, advice.desired, advice.limit), (Some(2), 8, Limit::Rate));
    // 4 pods or 100 %, the larger.
    assert_eq!(evaluate(&mut machine, 915, &pool(3, 1.0), 0.0).desired, 6);
}

#[test]
fn agents_that_start_count_as_idle_on_the_way_up() {
    let mut machine = spec("target = '50%'").build();
    // 2 ready ones at 100 % want 4; with two that start: 200 % of four is 50 %: as it is.
    let advice = evaluate(&mut machine, 900, &pool(2, 1.0).starting(2, at(890)), 0.0);
    assert_eq!((advice.raw, advice.desired, advice.limit), (Some(4), 4, Limit::Tolerance));
    // Without a sample: idle on the way up, at its request on the way down.
    let fresh = |busy| pool(2, busy).fresh(1, at(800), None);
    assert_eq!(evaluate(&mut machine.clone(), 900, &fresh(0.9), 0.0).raw, Some(4), "60 % of 3");
    assert_eq!(evaluate(&mut machine, 900, &fresh(0.1), 0.0).raw, Some(3), "40 % of 3: ceil 2.4");
}

#[test]
fn a_fresh_agent_is_trusted_once_it_was_ready_for_a_window() {
    let keys = "target = '50%', window = '1m', agents = { min = 1, max = 20 }";
    let machine = read::<Spec>(&format!("{{ {keys} }}")).unwrap().build();
    let raw = |second: u64| {
        let pool = pool(0, 0.0).fresh(2, at(100), Some(1.0));
        evaluate(&mut machine.clone(), second, &pool, 0.0).raw
    };
    assert_eq!((raw(159), raw(160)), (None, Some(4)));
}

#[test]
fn the_largest_of_several_metrics_counts_and_a_missing_one_keeps_it_up() {
    let metrics = "metrics = [{ target = '50%' }, { metric = 'queue_length', target = 5 }]";
    let mut machine = spec(&format!("{metrics}, stabilisation = '0s'")).build();
    let mut see = |second: u64, busy: f64, queue: Option<f64>| {
        let pool = pool(4, busy);
        let advice = machine.evaluate(at(second), &pool.see(&[Some(busy), queue]));
        (advice.raw, advice.desired, advice.value)
    };
    // 4 * 0.8 / 0.5 = 6.4; 31 / 5 = 6.2; 36 / 5 = 7.2. A queue of 9 for each of 4 agents.
    assert_eq!(see(900, 0.8, Some(31.0)), (Some(7), 7, Some(0.8)));
    assert_eq!(see(915, 0.8, Some(36.0)), (Some(8), 8, Some(9.0)));
    assert_eq!(see(930, 0.8, None), (Some(7), 7, Some(0.8)), "up is still possible");
    assert_eq!(see(945, 0.1, None), (None, 4, None), "down is not");
    assert_eq!(see(960, 0.1, Some(0.0)), (Some(1), 1, Some(0.1)));
}

#[test]
fn values_of_the_pool_are_shared_or_stand_for_each() {
    let seen = |keys: &str, value: f64| {
        let pool = pool(4, 0.0).starting(1, at(890));
        let advice = evaluate(&mut spec(keys).build(), 900, &pool, value);
        (advice.raw, advice.value)
    };
    // For each of the five there are: 60 / 5 = 12, and 60 / 10 agents.
    assert_eq!(seen("metric = 'queue_length', target = 10", 60.0), (Some(6), Some(12.0)));
    // For all: three times the target is three times those that are ready.
    let all = "metric = 'queue_length', target = 20, per_agent = false";
    assert_eq!(seen(all, 60.0), (Some(12), Some(60.0)));
    assert_eq!(seen("metric = 'wait_mean', target = '2s'", 4.0), (Some(8), Some(4.0)));
    // Memory is a share of each that is ready: the one that starts counts as empty.
    assert_eq!(seen("metric = 'memory', target = '40%'", 0.8), (Some(8), Some(0.8)));
}

#[test]
fn bounds_come_at_once_and_zero_is_off() {
    let machine = spec("target = '50%'").build();
    let see = |ready: u32| {
        let advice = evaluate(&mut machine.clone(), 900, &pool(ready, 0.5), 0.0);
        (advice.desired, advice.limit)
    };
    assert_eq!(see(25), (20, Limit::Max));
    assert_eq!(see(0), (0, Limit::Disabled));
    assert_eq!(see(20), (20, Limit::Tolerance));
}

#[test]
fn what_cannot_be_is_a_mistake() {
    for (keys, mistake) in [
        (
            "target = '0.5%'",
            "`x.target`: expected whole percent, at least \"1%\", found the text \"0.5%\"",
        ),
        ("metric = 'cpu'", "missing key `target` in `x`"),
        ("metrics = []", "`x.metrics`: expected at least one metric, found an empty list"),
        ("tolerance = 2.0", "`tolerance` is out of range"),
        (
            "metric = 'queue_length', target = 0",
            "`x.target`: expected a target of at least a thousandth, found the number 0",
        ),
        (
            "behaviour = { up = { policies = [] } }",
            "`x.behaviour.up.policies`: expected at least one policy, or `select = \"disabled\"`, \
             found an empty list",
        ),
        (
            "behaviour = { up = { policies = [{ per = '1m' }] } }",
            "`x.behaviour.up.policies[0]`: expected either `agents` or `percent`, at least 1, \
             found a table",
        ),
    ] {
        let text = format!("{{ agents = {{ min = 1, max = 4 }}, {keys} }}");
        assert_eq!(read::<Spec>(&text).unwrap_err(), [mistake], "{keys}");
    }
}

#[test]
fn a_behaviour_is_filled_in() {
    let filled = spec("behaviour = {}").behaviour;
    assert_eq!(filled, Some(Behaviour::filled()));
    let some = spec("behaviour = { up = { tolerance = 0.0 }, down = { window = '1m' } }");
    let behaviour = some.behaviour.unwrap();
    assert_eq!(behaviour.up.tolerance, Some(0.0));
    assert_eq!(behaviour.up.policies, Behaviour::filled().up.policies);
    assert_eq!(behaviour.down.window, Some(Span::from_secs(60)));
}
