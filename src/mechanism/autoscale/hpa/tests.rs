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
    // Down: the recommendation of 15 at 900 s counts until 1200 s, that one included; and 12 is twice 6.
    for (second, desired) in [(1_200, 12), (1_201, 3)] {
        let down = evaluate(&mut machine.clone(), second, &pool(6, 0.1), 0.0);
        assert_eq!((down.raw, down.desired), (Some(3), desired), "{second}");
    }
}
