//! The family: choices as a scenario writes them, and guards by target.

use super::check::{ms, read};
use super::*;

fn guards(text: &str, targets: usize) -> Guards {
    read::<Spec>(text).build(targets, &Root::new(1, 0), "pools.specialists")
}

#[test]
fn every_choice_guards_each_target_by_itself() {
    for choice in CHOICES {
        let mut guards = guards(&format!("{} = {{}}", choice.name), 3);
        let now = ms(60_000);
        for _ in 0..200 {
            if guards.admit(1, now) {
                guards.record(1, now, Verdict::Failure, Span::ZERO);
            }
        }
        // Hystrix looks at the next snapshot, Finagle may wait for the window.
        let later = ms(60_500);
        assert_eq!(guards.state(1, later), State::Open, "{}", choice.name);
        assert!(!guards.allows(1, later) && !guards.admit(1, later), "{}", choice.name);
        let until = guards.until(1, later).expect("time alone admits calls again");
        if let Some(sweep) = guards.next_sweep() {
            assert_eq!(choice.name, "outlier_ejection");
            assert_eq!(sweep, ms(10_000));
            guards.sweep(until);
        }
        assert!(guards.allows(1, until) && guards.admit(1, until), "{}", choice.name);
        for other in [0, 2] {
            assert_eq!(guards.state(other, later), State::Closed, "{}", choice.name);
            assert!(guards.allows(other, later) && guards.until(other, later).is_none());
        }
    }
    assert_eq!(CHOICES.len(), 7);
}

#[test]
fn targets_have_their_own_luck() {
    // After the first, an equal jitter: the second time is drawn.
    let rules = "rules = [{ consecutive = { failures = 1 } }]";
    let mut guards = guards(&format!("finagle = {{ {rules} }}"), 2);
    let mut second = |target: usize| {
        for at in [0, 5_000] {
            assert!(guards.admit(target, ms(at)));
            guards.record(target, ms(at), Verdict::Failure, Span::ZERO);
        }
        guards.until(target, ms(5_000)).expect("it is dead")
    };
    assert_ne!(second(0), second(1));
}

#[test]
fn shares_of_decimals_are_exact() {
    for (part, whole, read) in [(7, 100, 0.07), (29, 100, 0.29), (1, 10, 0.1), (3, 5, 0.6)] {
        assert_eq!(share(part, whole), read, "{part} of {whole}");
    }
}
