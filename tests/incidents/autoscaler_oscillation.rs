//! Autoscaler oscillation: seen late and acted on at once, it swings; stabilised, it does not.

use super::stage::{Shown, each, is_clean, promtool_agrees};

const NAME: &str = "autoscaler_oscillation";
const STABILISED: (&str, &str) = ("pools.assistants.autoscale.hpa.stabilisation", "5m");

/// How often the count wanted turned, after it had risen to twice its last low or fallen to half
/// of its last high: halves of a full swing.
fn swings(shown: &Shown<'_>) -> usize {
    let counts = shown.desired("assistants").into_iter().map(|(_, count)| f64::from(count));
    let (mut turns, mut rising, mut extreme) = (0, true, 10.0_f64);
    for count in counts {
        let turned = if rising { count <= extreme / 2.0 } else { count >= extreme * 2.0 };
        if turned {
            (turns, rising, extreme) = (turns + 1, !rising, count);
        } else {
            extreme = if rising { extreme.max(count) } else { extreme.min(count) };
        }
    }
    turns
}

/// It is blind for two minutes and a start takes one, so a full swing (down, seen, up, started,
/// seen) takes some ten minutes, and not more than twenty: in four hours a dozen full swings or
/// more, which are twice as many turns. All the time there are ten on average for a demand of at
/// most 2.26 a second, each of 4.5 s.
#[test]
fn it_swings_all_morning() {
    each(NAME, &[], |shown| {
        assert!(swings(shown) >= 24, "{}: {} turns", shown.what, swings(shown));
        let in_time = shown.within("chats", 20.0, 0.0..240.0);
        assert!(in_time < 0.75, "{}: {in_time} in time", shown.what);
        assert!(!shown.fired("ScalingSwings").is_empty(), "{}", shown.what);
        assert!(shown.fired("WaitLong").len() >= 5, "{}", shown.what);
    });
}

/// The demand rises by 1.8 and falls again. A morning's hill is one turn, and its fall to half is
/// none; one more is left to chance.
#[test]
fn stabilised_it_follows_the_hill() {
    each(NAME, &[STABILISED], |shown| {
        assert!(swings(shown) <= 2, "{}: {} turns", shown.what, swings(shown));
        let in_time = shown.within("chats", 20.0, 0.0..240.0);
        assert!(in_time > 0.99, "{}: {in_time} in time", shown.what);
        assert_eq!(shown.fired("WaitLong"), [0.0; 0], "{}", shown.what);
        // What it costs: half as many again, and not twice as many.
        let agents = shown.metric("pool.assistants.agents_mean");
        assert!((13.0..20.0).contains(&agents), "{}: {agents}", shown.what);
    });
}

#[test]
fn its_file_is_clean_and_promtool_agrees() {
    is_clean(NAME);
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, &[STABILISED]);
}
