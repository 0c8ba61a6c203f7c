//! Scores worked by hand, and the explanations of choices.

use super::super::check::{Row, Rows};
use super::*;
use crate::mechanism::check::read;
use crate::mechanism::measure::Sums;

fn reference() -> Spec {
    read("{}").unwrap()
}

fn row(match_share: f64, busy: bool, attempts: f64, successes: f64, response_s: f64) -> Row {
    let record = Sums { attempts, successes, response_s };
    Row { match_share, busy, record, ..Row::default() }
}

/// The score of each agent.
fn scores(spec: &Spec, fleet: &Rows) -> Vec<f64> {
    fleet.all().into_iter().map(|agent| spec.score(agent, fleet)).collect()
}

fn near(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() < 1e-12, "{got} should be {expected}");
    }
}

#[test]
fn the_defaults_are_the_reference_s() {
    let spec = reference();
    assert_eq!(spec.weights, Weights([0.4, 0.3, 0.2, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0]));
    assert_eq!((spec.norm, spec.clamp), (Span::from_secs(10), false));
    let prior = Prior { successes: 1.0, attempts: 2.0, response: Span::ZERO };
    assert_eq!(spec.prior, prior);
}

#[test]
fn scores_worked_by_hand() {
    let fleet = Rows(vec![
        // A newcomer: 0.4 + 0.3 * 1/2 + 0.2 * 1 + 0.1.
        row(1.0, false, 0.0, 0.0, 0.0),
        // 7 of 8 succeeded, 4 s on average, busy: 0.4 + 0.3 * 8/10 + 0.2 * 0.6.
        row(1.0, true, 8.0, 7.0, 32.0),
        // Half a match, 25 s on average: 0.2 + 0.3 * 0.5 + 0.2 * -1.5 + 0.1.
        row(0.5, false, 2.0, 1.0, 50.0),
    ]);
    near(&scores(&reference(), &fleet), &[0.85, 0.76, 0.15]);
}

#[test]
fn clamped_terms_do_not_go_negative() {
    let spec = Spec { clamp: true, ..reference() };
    // 0.2 + 0.15 + 0 + 0.1.
    near(&scores(&spec, &Rows(vec![row(0.5, false, 2.0, 1.0, 50.0)])), &[0.45]);
}

#[test]
fn only_scores_above_zero_are_eligible() {
    // No match, nothing succeeded, 30 s on average, busy: 0.3 * 1/102 + 0.2 * -2 < 0.
    let hopeless = row(0.0, true, 100.0, 0.0, 3000.0);
    assert_eq!(Rows(vec![hopeless; 2]).choose(&mut reference().build()), None);
    assert_eq!(Rows(vec![]).choose(&mut reference().build()), None);
}

#[test]
fn the_highest_wins_and_ties_go_to_the_first() {
    let (good, poor) = (row(1.0, false, 8.0, 8.0, 8.0), row(1.0, false, 8.0, 4.0, 8.0));
    assert_eq!(Rows(vec![poor, good, good]).choose(&mut reference().build()), Some(1));
}

/// Weights for one further term alone.
fn only(term: &str) -> String {
    let zero = "capability = 0, success = 0, response = 0, availability = 0";
    format!("{{ {zero}, {term} = 2 }}")
}

/// Three agents; the first one served the task before.
fn three() -> Rows {
    let before = Row {
        in_progress: 1,
        more_slots: 3,
        outstanding: 6,
        cost: 3.0,
        zone: 7,
        served_before: true,
        ..Row::default()
    };
    let near = Row { cost: 6.0, zone: 7, ..Row::default() };
    Rows(vec![before, near, Row { zone: 8, cost: 1.5, ..Row::default() }])
}

#[test]
fn further_terms_worked_by_hand() {
    for (term, expected) in [
        // 1 of 4 slots taken.
        ("load", [1.5, 2.0, 2.0]),
        // Of 4 an hour.
        ("cost", [0.5, -1.0, 1.25]),
        // 5 in its line, of 20.
        ("queue", [1.5, 2.0, 2.0]),
        ("affinity", [2.0, 0.0, 0.0]),
        ("locality", [2.0, 2.0, 0.0]),
    ] {
        let text = format!("{{ weights = {}, cost_norm = 4, queue_norm = 20 }}", only(term));
        near(&scores(&read(&text).unwrap(), &three()), &expected);
    }
    let text = format!("{{ weights = {}, cost_norm = 4, clamp = true }}", only("cost"));
    near(&scores(&read(&text).unwrap(), &three()), &[0.5, 0.0, 1.25]);
}

#[test]
fn without_a_step_before_nobody_is_near() {
    let mut fleet = three();
    fleet.0[0].served_before = false;
    for term in ["affinity", "locality"] {
        let spec: Spec = read(&format!("{{ weights = {} }}", only(term))).unwrap();
        near(&scores(&spec, &fleet), &[0.0; 3]);
    }
}

#[test]
fn an_explanation_holds_the_choice_and_the_other_one() {
    let others = "counterfactual = { weights = { capability = 0, success = 1 } }";
    let text = format!("{{ weights = {{ load = 0.25 }}, {others} }}");
    let mut policy = read::<Spec>(&text).unwrap().build();
    // The first is the better match, the second succeeds more often.
    let fleet = Rows(vec![row(1.0, false, 8.0, 4.0, 8.0), row(0.5, false, 8.0, 8.0, 8.0)]);
    let mut out = Vec::new();
    policy.explain(&fleet.all(), &fleet, &mut out);
    assert_eq!(out[0].terms, [1.0, 0.5, 0.9, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
    // 0.4 + 0.15 + 0.18 + 0.1 + 0.25; 0.5 + 0.18 + 0.1.
    near(&[out[0].score, out[0].other_score.unwrap()], &[1.08, 0.78]);
    near(&[out[1].score, out[1].other_score.unwrap()], &[1.0, 1.18]);
    assert_eq!((Considered::chosen(&out), fleet.choose(&mut policy)), (Some(0), Some(0)));
    assert_eq!(Considered::chosen_otherwise(&out), Some(1));
    let mut plain = Vec::new();
    reference().build().explain(&fleet.all(), &fleet, &mut plain);
    assert_eq!(plain[0].other_score, None);
    assert_eq!(Considered::chosen_otherwise(&plain), None);
}

#[test]
fn weights_out_of_range_are_a_mistake() {
    for weights in ["{ load = -1 }", "{ cost = 2e6 }"] {
        let mistakes = read::<Spec>(&format!("{{ weights = {weights} }}")).unwrap_err();
        assert_eq!(mistakes, ["the weights are out of range"]);
    }
    let mistakes = read::<Spec>(&format!("{{ weights = {} }}", only("afinity"))).unwrap_err();
    assert_eq!(mistakes.len(), 2, "no weight at all, and an unknown key: {mistakes:?}");
}
